"""What is published, what misses, what was imported, what each boutique shows, what is short."""
