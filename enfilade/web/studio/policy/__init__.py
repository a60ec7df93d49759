"""What the maison decides for itself."""
