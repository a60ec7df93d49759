"""The demo: the whole house on one machine, and the race for the last piece."""
