"""The third-party brands of a store: who they are, who sells, whether they are shown."""
