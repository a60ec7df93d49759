"""The local carrier: its page of a parcel, its depot, and where it tells us of both."""
