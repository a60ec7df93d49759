"""What of the maison appears where, and how: stores, theme, wordmark, the tree of pieces."""
