"""How fast the shop is, next to what Python and PostgreSQL could do: see README.md."""
