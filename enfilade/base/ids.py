"""Identifiers: UUID version 7 (RFC 9562), made here with the clock passed in, so that keys sort by time and tests are exact.

An id is no secret. What opens a door is a secret of `enfilade.base.secrets`.
"""

import secrets
from datetime import datetime
from uuid import UUID


def new_id(now: datetime) -> UUID:
    """A UUIDv7 whose first 48 bits are `now` in milliseconds since 1970; the rest is random."""
    assert now.tzinfo is not None, "a time without a zone is not a point in time"
    milliseconds = int(now.timestamp() * 1000)
    random_a, random_b = secrets.randbits(12), secrets.randbits(62)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b)
