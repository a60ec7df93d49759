"""Repeatable chance: one generator of random numbers for each named purpose, the same on every machine."""

from random import Random


def chance(seed: int, *purpose: str) -> Random:
    """A generator that depends on the seed and the purpose alone, so that one table's rows never shift
    another's.
    """
    return Random("/".join((str(seed), *purpose)))
