"""What waits longer than it should, with why and what to do."""
