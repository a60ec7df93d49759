"""What the worker does for boutiques: every night the published openings move on by a day."""

from datetime import datetime

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.tenants import tenants
from enfilade.boutiques.openings import renew_openings


def register(jobs: Jobs, db: Db) -> None:
    """Just after every full hour: somewhere in the world a day begins. A maison whose openings stand costs one read."""

    async def round_(now: datetime) -> None:
        for tenant in await tenants(db):
            async with db.acting(Actor.job(), tenant.maison_id) as conn:
                await renew_openings(conn, maison_id=tenant.maison_id, now=now)

    jobs.every("3 * * * *", "renew_openings", round_)
