"""Point of sale: a boutique's till with its sales, payments, receipts and count."""
