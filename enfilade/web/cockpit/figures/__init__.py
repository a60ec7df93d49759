"""The group: what all maisons sell, by segment and maison, with a table and a file behind every picture."""
