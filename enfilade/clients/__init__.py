"""Clients of a maison: known by contact points, signed in by a code or a link, never by a password."""
