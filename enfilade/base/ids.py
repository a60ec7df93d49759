"""Identifiers: UUID version 7 (RFC 9562), made here with the clock passed in, so that keys sort by time and tests are exact.

An id is no secret. What opens a door is a secret of `enfilade.base.secrets`.
"""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from random import Random
from uuid import UUID

_repeated: ContextVar[Random | None] = ContextVar("repeated", default=None)


@contextmanager
def repeatable(seed: str) -> Generator[None]:
    """Within, the same seed and clock give the same ids: for worlds that two machines make alike, never while serving."""
    before = _repeated.set(Random(seed))  # noqa: S311 - an id is no secret
    try:
        yield
    finally:
        _repeated.reset(before)


def new_id(now: datetime) -> UUID:
    """A UUIDv7 whose first 48 bits are `now` in milliseconds since 1970; the rest is random."""
    assert now.tzinfo is not None, "a time without a zone is not a point in time"
    milliseconds = int(now.timestamp() * 1000)
    bits = secrets.randbits if (repeated := _repeated.get()) is None else repeated.getrandbits
    random_a, random_b = bits(12), bits(62)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b)
