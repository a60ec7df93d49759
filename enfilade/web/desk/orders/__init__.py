"""An order at the desk, and what is done to it at its client’s word."""
