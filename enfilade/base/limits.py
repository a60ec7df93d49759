"""Limits on attempts (sign-in, codes) that hold across server processes, counted in the database."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from enfilade.base.db import Conn, execute, scalar


class TooManyAttempts(Exception):
    """This bucket is full until its window ends."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many attempts; try again in {seconds} seconds")
        self.seconds = seconds


async def spend(conn: Conn, *, bucket: str, most: int, window_seconds: int, now: datetime) -> None:
    """Counts one attempt in the bucket (hashed: it names nobody); raises TooManyAttempts beyond `most` a window."""
    used = await scalar(
        conn,
        """
        insert into base.rate_limit (bucket, window_start, used)
        values (%(bucket)s, to_timestamp(floor(extract(epoch from %(now)s::timestamptz) / %(window)s) * %(window)s), 1)
        on conflict (bucket, window_start) do update set used = base.rate_limit.used + 1
        returning used
        """,
        bucket=hashlib.sha256(bucket.encode()).digest(),
        now=now,
        window=window_seconds,
    )
    if used > most:
        raise TooManyAttempts(window_seconds - int(now.timestamp()) % window_seconds)


async def spend_each(conn: Conn, *, buckets: Mapping[str, int], window_seconds: int, now: datetime) -> None:
    """One attempt in each bucket, in their order, with the most each takes; the first that is full raises TooManyAttempts."""
    for bucket, most in buckets.items():
        await spend(conn, bucket=bucket, most=most, window_seconds=window_seconds, now=now)


async def forget_old(conn: Conn, *, now: datetime) -> int:
    """Removes windows that began more than a day ago."""
    return await execute(
        conn,
        "delete from base.rate_limit where window_start < %(now)s::timestamptz - interval '1 day'",
        now=now,
    )
