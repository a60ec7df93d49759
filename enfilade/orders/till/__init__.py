"""Point of sale: a boutique's drawer, sales at its counter, what pays them, the count at the end of the day."""
