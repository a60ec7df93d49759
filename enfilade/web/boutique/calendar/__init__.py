"""Who works when, and where clients sit."""
