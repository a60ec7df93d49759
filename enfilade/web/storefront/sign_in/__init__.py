"""Signing in with a code or a link; nobody needs it to buy."""
