"""What clients wait for."""
