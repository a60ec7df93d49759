"""Limits hold whoever counts, in whichever process, until their window ends."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from enfilade.base import limits
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.limits import TooManyAttempts

NOW = datetime(2026, 3, 1, 12, 0, 40, tzinfo=UTC)


async def spend(db: Db, now: datetime = NOW, bucket: str = "sign-in of somebody") -> bool:
    async with db.door() as conn:
        try:
            await limits.spend(conn, bucket=bucket, most=5, window_seconds=60, now=now)
        except TooManyAttempts as refusal:
            assert 0 < refusal.seconds <= 60
            return False
    return True


async def test_two_processes_share_one_limit(db: Db, addresses: Addresses) -> None:
    other = Db(addresses.app, addresses.public, addresses.group, connections_max=8)
    await other.open()
    try:
        granted = await asyncio.gather(*(spend(db if turn % 2 else other) for turn in range(40)))
    finally:
        await other.close()
    assert sum(granted) == 5


async def test_the_refusal_says_when_the_window_ends_and_it_ends(db: Db) -> None:
    for _ in range(5):
        assert await spend(db)
    async with db.door() as conn:
        with pytest.raises(TooManyAttempts, match="20 seconds") as refused:
            await limits.spend(conn, bucket="sign-in of somebody", most=5, window_seconds=60, now=NOW)
    assert not await spend(db, NOW + timedelta(seconds=refused.value.seconds - 1))
    assert await spend(db, NOW + timedelta(seconds=refused.value.seconds))


async def test_buckets_do_not_share_and_name_nobody(db: Db, admin) -> None:
    for _ in range(5):
        assert await spend(db, bucket="sign-in of camille@client.example")
    assert await spend(db, bucket="sign-in of another")
    stored = admin("select bucket from base.rate_limit")
    assert len(stored) == 2
    assert not any(b"camille" in bytes(bucket) for (bucket,) in stored)


async def test_old_windows_are_forgotten(db: Db, admin) -> None:
    await spend(db, NOW - timedelta(days=2))
    await spend(db, NOW)
    async with db.door() as conn:
        assert await limits.forget_old(conn, now=NOW) == 1
    assert admin("select count(*) from base.rate_limit") == [(1,)]
