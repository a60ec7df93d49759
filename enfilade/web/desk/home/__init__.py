"""The desk’s first screen: one box, what it found, today’s calls, what waits for a manager."""
