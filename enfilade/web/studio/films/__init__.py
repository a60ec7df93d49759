"""Films and captions that stories play."""
