"""Enfilade: one platform for a group of luxury maisons that each keep their own strategy."""
