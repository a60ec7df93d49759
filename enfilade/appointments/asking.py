"""A visitor’s asking: a form books without a sign-in, and a letter’s link opens the one appointment it is about."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from weakref import WeakKeyDictionary

from enfilade.appointments.booking import Asked, book
from enfilade.appointments.keeping import Booked
from enfilade.base import limits
from enfilade.base.actors import Actor
from enfilade.base.db import Db, maybe
from enfilade.base.secrets import hashed
from enfilade.clients.contact_points import NotAContactPoint, contact_point

WINDOW_SECONDS = 60 * 60
ASKED_PER_NETWORK_MAX = 60
#: So many bookings of strangers at a time in one process.
AT_ONCE = 4
_room: WeakKeyDictionary[Db, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Opened:
    """The appointment behind a link."""

    maison_id: UUID
    region: str
    appointment_id: UUID
    store_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor.booking(self.appointment_id)


def appointment_id(secret: str) -> UUID:
    """The appointment of a form: made of the secret the form carries, so that only who has the form can repeat it."""
    return UUID(bytes=hashed("appointment:" + secret)[:16])


async def opened(db: Db, secret: str) -> Opened | None:
    """The appointment behind the link."""
    async with db.door() as conn:
        return await maybe(
            conn,
            Opened,
            "select maison_id, region, appointment_id, store_id from door.appointment_of_link(%(link)s)",
            link=hashed(secret),
        )


async def ask(
    db: Db,
    *,
    maison_id: UUID,
    secret: str,
    asked: Asked,
    key: bytes,
    network: str,
    now: datetime,
    country: str = "",
) -> Booked:
    """`book` for somebody unknown, a few times an hour; `country` reads a phone number without its code.

    Raises what `book` raises, NotAContactPoint and TooManyAttempts.
    """
    mail = contact_point(asked.mail, "").value if asked.mail else ""
    phone = contact_point(asked.phone, country).value if asked.phone else ""
    if (mail and "@" not in mail) or "@" in phone or not (mail or phone):
        raise NotAContactPoint
    asked = replace(asked, mail=mail, phone=phone)
    # Who waits for a turn keeps a connection: the rest of the shop needs the others.
    async with _room.setdefault(db, asyncio.Semaphore(AT_ONCE)):
        async with db.door() as conn:
            await limits.spend(
                conn,
                bucket=f"appointments asked from {network}",
                most=ASKED_PER_NETWORK_MAX,
                window_seconds=WINDOW_SECONDS,
                now=now,
            )
        id_ = appointment_id(secret)
        return await db.run(
            Actor.booking(id_),
            maison_id,
            lambda conn: book(
                conn, maison_id=maison_id, appointment_id=id_, by=None, asked=asked, key=key, now=now
            ),
        )
