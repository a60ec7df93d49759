"""The rounds and letters of what is brought for visits: each step of a transfer is heard, and looked for where it was not."""

from datetime import UTC, datetime
from uuid import UUID

import structlog

from enfilade.appointments import bringing
from enfilade.appointments.bringing import MAIL
from enfilade.appointments.letters import about, address, when
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, tuples
from enfilade.base.facts import Heard
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Message, Messages
from enfilade.base.tenants import each
from enfilade.clients import letters
from enfilade.stock.events import (
    TransferCancelled,
    TransferDeclined,
    TransferDiverted,
    TransferReceived,
    TransferSent,
    TransferWrittenOff,
)

log = structlog.get_logger()
ROUND = "*/5 * * * *"
FOLLOWED: dict[type, str] = {
    TransferSent: "appointments.follow_sent",
    TransferReceived: "appointments.follow_received",
    TransferWrittenOff: "appointments.follow_loss",
    TransferDeclined: "appointments.follow_declined",
    TransferCancelled: "appointments.follow_cancelled",
    TransferDiverted: "appointments.follow_diverted",
}


async def hear(conn: Conn, *, maison_id: UUID, transfer_id: UUID, now: datetime) -> int:
    """Does what follows from the transfer as it stands; returns how many pieces changed."""
    appointment_id = await bringing.of_transfer(conn, maison_id=maison_id, transfer_id=transfer_id)
    if appointment_id is None:
        return 0
    return await bringing.follow(conn, maison_id=maison_id, appointment_id=appointment_id, now=now)


async def look_after(db: Db, *, maison_id: UUID, now: datetime) -> int:
    """Looks at all that is awaited: what is late by now, and what was not heard of. One that fails keeps nobody waiting."""
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await bringing.awaiting(conn, maison_id=maison_id, now=now)
    changed = 0
    for id_ in found:

        async def verb(conn: Conn, id_: UUID = id_) -> int:
            return await bringing.follow(conn, maison_id=maison_id, appointment_id=id_, now=now)

        try:
            changed += await db.run(Actor.job(), maison_id, verb)
        except Exception as error:
            log.exception("not done", what="brought", subject=str(id_), exc_info=error)
    return changed


async def letter(
    conn: Conn, *, maison_id: UUID, appointment_id: UUID, variant_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """That the piece cannot be there by then. None: it can after all, or nobody to tell."""
    found = await about(conn, maison_id=maison_id, appointment_id=appointment_id)
    if found is None or not found.mail or found.state != "booked":
        return None
    language, say = letters.words(found.language)
    named = await tuples(
        conn,
        """
        select coalesce(y.name, v.sku) from appointments.piece x
        join public_facts.variant v on v.id = x.variant_id
        left join lateral (select z.name from public_facts.product_text z where z.product_id = v.product_id
          order by z.language = %(language)s desc, z.language = 'en' desc, z.language limit 1) y on true
        where x.maison_id = %(maison_id)s and x.appointment_id = %(appointment_id)s and x.variant_id = %(variant_id)s
          and x.lacking = 'open'
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        variant_id=variant_id,
        language=language,
    )
    if not named:
        return None
    day, hour = when(found, language)
    told = {"piece": named[0][0], "day": day, "time": hour, "boutique": found.location_name}
    written = letters.Letter(
        sender=found.maison_name,
        subject=say("About your appointment on %(day)s") % told,
        before=[
            say(
                "%(piece)s cannot be in %(boutique)s by your appointment, on %(day)s at %(time)s. We are sorry."
            )
            % told,
            say("Your appointment stands. You may come all the same, choose a later time, or cancel it."),
        ],
        link=(say("See, move or cancel it"), address(key, base_url, language, found)),
        last=say("If we hear nothing, one of us calls you: nothing is cancelled."),
    )
    return letters.message(
        written,
        key=f"lacking-{appointment_id}-{variant_id}-{found.sequence}",
        to=found.mail,
        language=language,
    )


def register(known: Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the listeners, the round and the letter."""

    async def moved(conn: Conn, heard: Heard) -> None:
        await hear(conn, maison_id=heard.maison_id, transfer_id=heard.subject_id, now=datetime.now(UTC))

    for fact, name in FOLLOWED.items():
        known.listen(fact, name, moved)

    async def round_(now: datetime) -> None:
        await each(db, lambda maison_id: look_after(db, maison_id=maison_id, now=now))

    known.every(ROUND, "appointments.brought", round_)

    async def mail(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await letter(
                conn,
                maison_id=maison_id,
                appointment_id=ids["appointment_id"],
                variant_id=ids["variant_id"],
                key=key,
                base_url=base_url,
            )
        if written is not None:
            await messages.send(written)

    known.add(MAIL, mail)
