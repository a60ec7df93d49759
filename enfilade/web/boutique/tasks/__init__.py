"""Today's tasks, and the news that keeps them fresh."""
