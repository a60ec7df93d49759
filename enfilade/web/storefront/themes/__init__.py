"""The look of a maison as a stylesheet."""
