"""Parcels through an adapter: what they may cost, their label, where they are."""
