"""The boutiques and their hours."""
