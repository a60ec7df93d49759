"""Which market the visitor buys in."""
