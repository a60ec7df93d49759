"""What is kept for a day only: answers to commands with a key, and counted attempts, are removed every hour."""

from datetime import datetime
from uuid import UUID

from enfilade.base import idempotency, limits
from enfilade.base.db import Conn, Db
from enfilade.base.jobs import Jobs, forget_rounds
from enfilade.base.tenants import at_each


async def forget(db: Db, *, now: datetime) -> None:
    """Visits every tenant as that tenant."""
    async with db.door() as conn:
        await limits.forget_old(conn, now=now)
        await forget_rounds(conn, now=now)

    async def answers(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
        await idempotency.forget_old(conn, now=now)

    await at_each(db, answers, now=now)


def register(jobs: Jobs, db: Db) -> None:
    """At the eleventh minute of every hour."""

    async def round_(now: datetime) -> None:
        await forget(db, now=now)

    jobs.every("11 * * * *", "base.forget", round_)
