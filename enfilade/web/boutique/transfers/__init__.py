"""Pieces that go from one place of the maison to another: asked for, packed, sent, received."""
