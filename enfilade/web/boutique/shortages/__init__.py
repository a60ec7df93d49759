"""What is missing, until a person has seen to it."""
