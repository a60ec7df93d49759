"""What a provider told us of a payment is no more than a reason to ask it."""

from datetime import datetime

from enfilade.base import idempotency, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.orders.unfinished import SETTLE
from enfilade.payments.announcements import Announced


async def ask_about(db: Db, said: Announced, *, now: datetime) -> None:
    """The checkout is settled by what the provider knows then: once for each message, however often it comes."""

    async def verb(conn: Conn) -> None:
        before = await idempotency.claim(
            conn,
            actor=Actor.provider(),
            key=said.message_id,
            request=said.checkout_id,
            now=now,
            answer="heard",
        )
        if before is None:
            job = jobs.Job(SETTLE, {"checkout_id": said.checkout_id})
            await jobs.defer(conn, maison_id=said.store_maison_id, jobs=[job])

    await db.run(Actor.provider(), said.store_maison_id, verb)
