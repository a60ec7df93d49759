"""The desk of a maison’s client service: orders found by name, changed at the client’s word, calls to be made."""
