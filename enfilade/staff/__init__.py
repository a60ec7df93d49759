"""People who work for a maison or the group: where they work, how they sign in, what they may enter."""
