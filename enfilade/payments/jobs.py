"""What the worker does for payments: carries out what was asked, and asks again about everything uncertain."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from enfilade.base.actors import Actor
from enfilade.base.db import Db, scalar
from enfilade.base.jobs import Jobs
from enfilade.base.tenants import each
from enfilade.payments import captures, intents, statements
from enfilade.payments.provider import Provider, named

log = structlog.get_logger()

UNCERTAIN_AFTER = timedelta(minutes=2)
#: No checkout waits so long for its payment.
UNSETTLED_AFTER = timedelta(hours=3)
#: What a provider has not heard of by then was never asked: no request is under way for a day.
NEVER_ARRIVED_AFTER = timedelta(days=1)


async def reconcile(
    db: Db, providers: Mapping[str, Provider], *, timeout_seconds: float, now: datetime
) -> list[UUID]:
    """Every operation that should have ended is carried out, every payment given up is asked about; returns what failed.

    One that fails does not keep the others waiting, nor one maison the next; `orders.stuck` shows what goes on failing.
    Raises as `each`.
    """
    failed: list[UUID] = []
    began = time.monotonic()

    def moment() -> datetime:
        # A round may wait long for others' answers; the ledger says when this one came.
        return now + timedelta(seconds=time.monotonic() - began)

    async def at(maison_id: UUID) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            await intents.abandon_unsettled(
                conn, maison_id=maison_id, asked_before=now - UNSETTLED_AFTER, now=now
            )
            waiting = await captures.waiting(conn, maison_id=maison_id, since=now - UNCERTAIN_AFTER)
            late = await intents.late(conn, maison_id=maison_id)
        for operation_id in waiting:
            try:
                await captures.carry_out(
                    db,
                    providers,
                    maison_id=maison_id,
                    operation_id=operation_id,
                    timeout_seconds=timeout_seconds,
                    now=moment(),
                )
            except Exception as error:
                log.warning("operation not carried out", operation=str(operation_id), exc_info=error)
                failed.append(operation_id)
        for payment in late:
            try:
                async with asyncio.timeout(timeout_seconds):
                    charge = await named(providers, payment.provider).look_up(reference=payment.id)
                async with db.acting(Actor.job(), maison_id) as conn:
                    await intents.end_late(
                        conn,
                        maison_id=maison_id,
                        payment=payment,
                        charge=charge,
                        never_arrived=payment.created_at < now - NEVER_ARRIVED_AFTER,
                        now=moment(),
                    )
            except Exception as error:
                log.warning("late payment not ended", payment=str(payment.id), exc_info=error)
                failed.append(payment.id)

    await each(db, at)
    if failed:
        log.warning("payments still uncertain", count=len(failed))
    return failed


def register(jobs: Jobs, db: Db, providers: Mapping[str, Provider], *, timeout_seconds: float) -> None:
    """Names `payments.carry_out`, reconciles every minute, and writes statements when a day is over."""

    async def carry_out(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await captures.carry_out(
            db,
            providers,
            maison_id=maison_id,
            operation_id=ids["operation_id"],
            timeout_seconds=timeout_seconds,
            now=datetime.now(UTC),
        )

    async def round_(now: datetime) -> None:
        await reconcile(db, providers, timeout_seconds=timeout_seconds, now=now)

    async def write_statements(now: datetime) -> None:
        # A worker whose clock is ahead does not end a day that goes on.
        async with db.door() as conn:
            there = await scalar(conn, "select least(%(now)s::timestamptz, now())", now=now)
        await statements.write_due(db, providers, now=there)

    jobs.add(captures.CARRY_OUT, carry_out)
    jobs.every("* * * * *", "reconcile_payments", round_)
    # Every hour, for what the provider did not answer; a day that has its statements asks nobody again.
    jobs.every("7 * * * *", "payments.statements", write_statements)
