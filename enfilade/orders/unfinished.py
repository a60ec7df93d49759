"""Checkouts somebody left in the middle: a round finishes those being paid for and releases those that ran out.

One whose provider has news is settled at once, by a job.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from enfilade.base.db import Db, many
from enfilade.base.jobs import Jobs
from enfilade.orders.checkout import Checkouts, NoSuchCheckout

log = structlog.get_logger()

SETTLE = "orders.settle"
LEFT_ALONE_FOR = timedelta(minutes=1)
AT_ONCE_MAX = 500


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A checkout nobody has touched for a minute."""

    maison_id: UUID
    region: str
    checkout_id: UUID


async def settle_unfinished(db: Db, checkouts: Checkouts, *, now: datetime) -> int:
    """Settles each in its own transactions; one that fails does not keep the others waiting. Returns how many were seen."""
    async with db.door() as conn:
        found = await many(
            conn,
            Unfinished,
            "select maison_id, region, checkout_id from door.unfinished_checkouts(%(before)s, %(most)s)",
            before=now - LEFT_ALONE_FOR,
            most=AT_ONCE_MAX,
        )
    for checkout in found:
        try:
            await checkouts.settle(checkout.maison_id, checkout.checkout_id, now=now)
        except Exception as error:
            log.exception("checkout not settled", checkout=str(checkout.checkout_id), exc_info=error)
    return len(found)


def register(jobs: Jobs, db: Db, checkouts: Checkouts) -> None:
    """Every half minute, and whenever a provider says that it knows more."""

    async def settle(maison_id: UUID, ids: dict[str, UUID]) -> None:
        try:
            await checkouts.settle(maison_id, ids["checkout_id"], now=datetime.now(UTC))
        except NoSuchCheckout:
            log.warning("no such checkout", checkout=str(ids["checkout_id"]))

    jobs.add(SETTLE, settle)

    async def round_(now: datetime) -> None:
        await settle_unfinished(db, checkouts, now=now)

    jobs.every("*/30 * * * * *", "unfinished_checkouts", round_)
