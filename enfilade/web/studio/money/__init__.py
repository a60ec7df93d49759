"""What was taken and given back each day, by our ledger and by the provider, and what differs."""
