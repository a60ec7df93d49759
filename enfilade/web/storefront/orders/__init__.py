"""An order, for whoever holds its link."""
