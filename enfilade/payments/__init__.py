"""Payments through an adapter: authorised now, captured when a piece leaves, given back where it does not."""
