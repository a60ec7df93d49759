"""What the worker does for parcels: labels that are due, where parcels are, and everything uncertain once more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.base.jobs import Jobs
from enfilade.base.tenants import at_each, each
from enfilade.carriers import labels, making, tracking
from enfilade.carriers.carrier import Carrier

log = structlog.get_logger()

UNCERTAIN_AFTER = timedelta(minutes=2)
#: Names and addresses of a label are not kept longer.
PAPERS_KEPT = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: UUID


async def reconcile(
    db: Db, carriers: Mapping[str, Carrier], *, timeout_seconds: float, now: datetime
) -> list[UUID]:
    """Every label that should have ended is asked for again, every parcel nobody told of is asked about; returns what failed.

    One that fails does not keep the others waiting; `orders.stuck` shows what goes on failing. Raises as `each`.
    """
    failed: list[UUID] = []

    async def at(maison_id: UUID) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            waiting = await many(
                conn,
                _Waiting,
                """
                select id from carriers.label where maison_id = %(maison_id)s and state in ('asked', 'letting_go')
                  and asked_at < %(before)s order by asked_at limit 100
                """,
                maison_id=maison_id,
                before=now - UNCERTAIN_AFTER,
            )
            quiet = await tracking.due(conn, maison_id=maison_id, now=now)
        for verb, ids in ((making.carry_out, [one.id for one in waiting]), (tracking.follow, quiet)):
            for label_id in ids:
                try:
                    await verb(
                        db,
                        carriers,
                        maison_id=maison_id,
                        label_id=label_id,
                        timeout_seconds=timeout_seconds,
                        now=now,
                    )
                except Exception as error:
                    log.warning("parcel uncertain", label=str(label_id), exc_info=error)
                    failed.append(label_id)

    await each(db, at)
    return failed


def register(jobs: Jobs, db: Db, carriers: Mapping[str, Carrier], *, timeout_seconds: float) -> None:
    """Names the work, reconciles every minute, and forgets papers every hour."""

    async def carry_out(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await making.carry_out(
            db,
            carriers,
            maison_id=maison_id,
            label_id=ids["label_id"],
            timeout_seconds=timeout_seconds,
            now=datetime.now(UTC),
        )

    async def follow(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await tracking.follow(
            db,
            carriers,
            maison_id=maison_id,
            label_id=ids["label_id"],
            timeout_seconds=timeout_seconds,
            now=datetime.now(UTC),
        )

    async def round_(now: datetime) -> None:
        await reconcile(db, carriers, timeout_seconds=timeout_seconds, now=now)

    async def forget(now: datetime) -> None:
        async def papers(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
            await labels.forget_papers(conn, maison_id=maison_id, before=now - PAPERS_KEPT)

        await at_each(db, papers, now=now)

    jobs.add(labels.CARRY_OUT, carry_out)
    jobs.add(tracking.FOLLOW, follow)
    jobs.every("* * * * *", "reconcile_parcels", round_)
    jobs.every("23 * * * *", "carriers.forget", forget)
