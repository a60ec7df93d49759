"""When a client is erased: what is to come is cancelled and its pieces are free, what is past loses the person.

Their appointments are those they made signed in, in whatever maison of the store, and those of their mailboxes in the maison
that erased them. Each in a transaction of its own; done again it changes nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from enfilade.appointments import alternatives, bringing, waitlist
from enfilade.appointments.events import AppointmentCancelled
from enfilade.base import facts, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe
from enfilade.base.facts import Heard
from enfilade.base.tenants import each
from enfilade.clients import erasing
from enfilade.clients.events import ClientErased
from enfilade.orders.marks import marks_of
from enfilade.orders.placing import Contact

ERASE = "appointments.erase_client"
#: Who booked while they were being erased is found the second time.
AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def appointments_of(
    conn: Conn, *, maison_id: UUID, client_id: UUID, bookers: list[bytes]
) -> list[UUID]:
    """All of a client's, and of these mailboxes, past and to come."""
    found = await many(
        conn,
        _Id,
        """
        select id from appointments.appointment
        where maison_id = %(maison_id)s and (client_id = %(client_id)s or booker = any(%(bookers)s::bytea[])) order by id
        """,
        maison_id=maison_id,
        client_id=client_id,
        bookers=bookers,
    )
    return [one.id for one in found]


@dataclass(frozen=True, slots=True)
class _Standing:
    location_id: UUID
    coming: bool


async def lose_the_person(conn: Conn, *, maison_id: UUID, appointment_id: UUID, now: datetime) -> None:
    """Cancels it if it is still to come, then forgets whose it was; its link opens nothing any more. Repeatable."""
    standing = await maybe(
        conn,
        _Standing,
        """
        select location_id, state = 'booked' and starts_at > %(now)s as coming from appointments.appointment
        where maison_id = %(maison_id)s and id = %(appointment_id)s for no key update
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        now=now,
    )
    if standing is None:
        return
    # Nobody's mailbox and nobody's link: both are drawn anew, since every appointment has them.
    await execute(
        conn,
        """
        with who as (
          delete from appointments.contact where maison_id = %(maison_id)s and appointment_id = %(appointment_id)s
        )
        update appointments.appointment set client_id = null, booker = %(booker)s, link_hash = %(link)s,
          state = case when %(coming)s then 'cancelled' else state end,
          sequence = sequence + %(coming)s::integer, changed_at = %(now)s
        where maison_id = %(maison_id)s and id = %(appointment_id)s
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        booker=secrets.token_bytes(16),
        link=secrets.token_bytes(32),
        coming=standing.coming,
        now=now,
    )
    if not standing.coming:
        return
    await bringing.let_go(conn, maison_id=maison_id, appointment_id=appointment_id, now=now)
    await alternatives.settle(
        conn, maison_id=maison_id, appointment_id=appointment_id, as_="changed", now=now
    )
    await facts.record(
        conn,
        maison_id=maison_id,
        now=now,
        facts=[AppointmentCancelled(appointment_id, standing.location_id, "client")],
    )


async def erase(db: Db, *, key: bytes, maison_id: UUID, client_id: UUID, now: datetime) -> int:
    """Every appointment of an erased client; returns how many there were. The client's maison is `maison_id`."""
    async with db.acting(Actor.job(), maison_id) as conn:
        known = await erasing.erased(conn, maison_id=maison_id, client_id=client_id)
    if known is None:
        return 0
    bookers = [
        mark
        for kind, value in known.points
        for mark in marks_of(
            key,
            maison_id,
            contact=Contact("", value if kind == "mail" else "", value if kind == "phone" else "", None, ""),
            client_id=None,
        )
    ]
    count = 0

    async def at(there: UUID) -> None:
        nonlocal count
        async with db.acting(Actor.job(), there) as conn:
            found = await appointments_of(
                conn, maison_id=there, client_id=client_id, bookers=bookers if there == maison_id else []
            )
        for one in found:
            await db.run(
                Actor.job(),
                there,
                lambda conn, one=one: lose_the_person(conn, maison_id=there, appointment_id=one, now=now),
            )
        count += len(found)
        await db.run(
            Actor.job(),
            there,
            lambda conn: waitlist.forget(
                conn,
                maison_id=there,
                client_id=client_id,
                bookers=bookers if there == maison_id else [],
                now=now,
            ),
        )

    await each(db, at)
    return count


def register(known: jobs.Jobs, db: Db, *, key: bytes) -> None:
    """Names the work, and who asks for it: a client that was erased, at once and once more."""

    async def work(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await erase(db, key=key, maison_id=maison_id, client_id=ids["client_id"], now=datetime.now(UTC))

    async def ask(conn: Conn, heard: Heard) -> None:
        ids = {"client_id": heard.subject_id}
        later = datetime.now(UTC) + AGAIN
        await jobs.defer(
            conn, maison_id=heard.maison_id, jobs=[jobs.Job(ERASE, ids), jobs.Job(ERASE, ids, later)]
        )

    known.add(ERASE, work)
    known.listen(ClientErased, "appointments.erase_when_erased", ask)
