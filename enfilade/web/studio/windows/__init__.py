"""Windows: the maison's scenes, and the row they stand in."""
