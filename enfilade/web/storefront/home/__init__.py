"""The front door and the home of the multi-brand store."""
