"""The counter: a code, a name, what is kept."""
