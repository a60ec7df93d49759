"""Staff sessions for programs."""
