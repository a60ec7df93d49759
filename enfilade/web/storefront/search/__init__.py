"""The search: a field that suggests, and the page of what was found."""
