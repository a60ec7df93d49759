"""Sourcing: which locations fulfil. Pure functions over values; verbs fetch before and save after."""
