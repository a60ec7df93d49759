"""One's own password, for every member of staff."""
