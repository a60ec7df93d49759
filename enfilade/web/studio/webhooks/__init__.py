"""Webhooks in the studio: where the maison's other systems are told what happens, and what became of each message."""
