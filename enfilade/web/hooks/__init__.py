"""Where providers call us, and where the local provider shows its own page to a card holder."""
