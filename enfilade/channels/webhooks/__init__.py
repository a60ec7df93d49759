"""Webhooks out: a maison's other systems are told what happened, signed, until they have heard it."""
