"""Pictures of every page of a running demo, and what is broken on them: `bin/screens`."""
