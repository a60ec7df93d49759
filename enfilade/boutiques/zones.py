"""The zones that places stand in. The library forgets all but the last eight and reads their files again."""

from functools import cache
from zoneinfo import ZoneInfo


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name, read from its file once. Raises ZoneInfoNotFoundError."""
    return ZoneInfo(name)
