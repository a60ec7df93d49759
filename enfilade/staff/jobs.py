"""What the worker does for staff: sessions that ended long ago are forgotten."""

from datetime import datetime

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.tenants import tenants
from enfilade.staff import sign_in


def register(jobs: Jobs, db: Db) -> None:
    """Once a night."""

    async def round_(now: datetime) -> None:
        for tenant in await tenants(db):
            async with db.acting(Actor.job(), tenant.maison_id) as conn:
                await sign_in.forget_old(conn, maison_id=tenant.maison_id, now=now)

    jobs.every("23 3 * * *", "staff.forget_sessions", round_)
