"""What is to be made."""
