"""What the worker does for catalogues: prices that begin by their date reach the pages."""

from datetime import datetime

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.tenants import tenants
from enfilade.catalogue.publish import publish_products


def register(jobs: Jobs, db: Db) -> None:
    """Just after every full hour."""

    async def round_(now: datetime) -> None:
        for tenant in await tenants(db):
            async with db.acting(Actor.job(), tenant.maison_id) as conn:
                await publish_products(conn, maison_id=tenant.maison_id, now=now)

    jobs.every("4 * * * *", "publish_products", round_)
