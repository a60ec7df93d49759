"""What comes in from elsewhere: catalogues, boutiques, stock and sales, in the formats shops have."""
