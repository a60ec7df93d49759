"""What is to be engraved."""
