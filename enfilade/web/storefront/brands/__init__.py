"""A third-party brand of the store on its own page."""
