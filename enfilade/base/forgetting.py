"""What is kept for a day only: answers to commands with a key, and counted attempts, are removed every hour."""

from datetime import datetime

from enfilade.base import idempotency, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs, forget_rounds
from enfilade.base.tenants import tenants


async def forget(db: Db, *, now: datetime) -> None:
    """Visits every tenant as that tenant."""
    async with db.door() as conn:
        await limits.forget_old(conn, now=now)
        await forget_rounds(conn, now=now)
    for tenant in await tenants(db):
        async with db.acting(Actor.job(), tenant.maison_id) as conn:
            await idempotency.forget_old(conn, now=now)


def register(jobs: Jobs, db: Db) -> None:
    """At the eleventh minute of every hour."""

    async def round_(now: datetime) -> None:
        await forget(db, now=now)

    jobs.every("11 * * * *", "base.forget", round_)
