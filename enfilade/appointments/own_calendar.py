"""An advisor's own calendar: their appointments at a private address that calendar programs read, and that can be taken back.

Of the client it says nothing: who comes stands in the boutique app, behind the sign-in that every entry links to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import errors

from enfilade.appointments.invitations import Entry
from enfilade.appointments.shifts import NoSuchAdvisor
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.base.secrets import derived, hashed
from enfilade.staff.people import Colleague

#: What is over stays readable for a month.
KEPT = timedelta(days=31)
ENTRIES_MAX = 1000


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose calendar an address opened."""

    maison_id: UUID
    staff_id: UUID


def secret_of(key: bytes, link_id: UUID) -> str:
    """What the address of this id says; stored as its hash alone."""
    return derived(key, "calendar", link_id)


def address(key: bytes, base_url: str, link_id: UUID) -> str:
    """Where programs read it."""
    return f"{base_url}/boutique/calendars/{secret_of(key, link_id)}.ics"


async def booked(conn: Conn, *, maison_id: UUID, staff_id: UUID) -> bool:
    """Whether they are, or were, an advisor of the roster."""
    found: bool = await scalar(
        conn,
        """
        select exists (select 1 from appointments.advisor where maison_id = %(maison_id)s and staff_id = %(staff_id)s)
        """,
        maison_id=maison_id,
        staff_id=staff_id,
    )
    return found


async def link(conn: Conn, *, maison_id: UUID, staff_id: UUID) -> UUID | None:
    """The id of the address that is open; None where there is none."""
    found: UUID | None = await scalar(
        conn,
        "select id from appointments.calendar_link where maison_id = %(maison_id)s and staff_id = %(staff_id)s",
        maison_id=maison_id,
        staff_id=staff_id,
    )
    return found


async def open_link(conn: Conn, *, maison_id: UUID, by: Colleague, key: bytes, now: datetime) -> UUID:
    """A new address of one's own calendar; the one before opens nothing any more. Raises NoSuchAdvisor."""
    link_id = new_id(now)
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into appointments.calendar_link (maison_id, staff_id, id, link_hash, made_at)
                values (%(maison_id)s, %(staff_id)s, %(id)s, %(link_hash)s, %(now)s)
                on conflict (maison_id, staff_id) do update set id = excluded.id, link_hash = excluded.link_hash,
                  made_at = excluded.made_at
                """,
                maison_id=maison_id,
                staff_id=by.staff_id,
                id=link_id,
                link_hash=hashed(secret_of(key, link_id)),
                now=now,
            )
    except errors.ForeignKeyViolation:
        raise NoSuchAdvisor from None
    return link_id


async def close_link(conn: Conn, *, maison_id: UUID, by: Colleague) -> None:
    """Takes one's own address back. Repeatable."""
    await execute(
        conn,
        "delete from appointments.calendar_link where maison_id = %(maison_id)s and staff_id = %(staff_id)s",
        maison_id=maison_id,
        staff_id=by.staff_id,
    )


async def opened(db: Db, secret: str) -> Whose | None:
    """Whose calendar this is; None for an address that is none, was taken back, or is of somebody who left."""
    async with db.door() as conn:
        return await maybe(
            conn,
            Whose,
            "select maison_id, staff_id from door.calendar_of_link(%(link)s)",
            link=hashed(secret),
        )


@dataclass(frozen=True, slots=True)
class _Read:
    id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: str
    changed_at: datetime
    maison_name: str
    service: str
    location_name: str
    location_address: str
    room: str
    pieces: list[str]


async def entries(db: Db, whose: Whose, *, base_url: str, now: datetime) -> Sequence[Entry]:
    """Their appointments from a month ago on, soonest first; what is cancelled is gone."""
    async with db.acting(Actor.staff(whose.staff_id), whose.maison_id) as conn:
        found = await many(
            conn,
            _Read,
            """
            select a.id, a.sequence, a.starts_at, a.ends_at, a.zone, a.changed_at, m.name as maison_name, t.name as service,
              b.name as location_name,
              concat_ws(', ', nullif(b.address, ''), nullif(concat_ws(' ', nullif(b.postcode, ''), b.city), ''))
                as location_address, coalesce(s.room, '') as room,
              array(select concat_ws(' ', coalesce(y.name, v.sku), '(' || v.sku || ')') from appointments.piece x
                join public_facts.variant v on v.id = x.variant_id
                left join lateral (select z.name from public_facts.product_text z where z.product_id = v.product_id
                  order by z.language = 'en' desc, z.language limit 1) y on true
                where x.maison_id = a.maison_id and x.appointment_id = a.id order by x.place) as pieces
            from appointments.appointment a
            join public_facts.maison m on m.maison_id = a.maison_id
            join public_facts.boutique b on b.id = a.location_id
            left join appointments.seat s on s.maison_id = a.maison_id and s.id = a.seat_id
            cross join lateral (select x.name from appointments.service_text x
              where x.maison_id = a.maison_id and x.service_id = a.service_id
              order by x.language = 'en' desc, x.language limit 1) t
            where a.maison_id = %(maison_id)s and a.staff_id = %(staff_id)s and a.state <> 'cancelled'
              and a.starts_at > %(since)s
            order by a.starts_at, a.id limit %(most)s
            """,
            maison_id=whose.maison_id,
            staff_id=whose.staff_id,
            since=now - KEPT,
            most=ENTRIES_MAX,
        )
    return [_entry(one, base_url) for one in found]


def _entry(one: _Read, base_url: str) -> Entry:
    address = f"{base_url}/boutique/appointments/{one.id}"
    said = [f"To try: {', '.join(one.pieces)}" if one.pieces else "", f"Who comes: {address}"]
    return Entry(
        appointment_id=one.id,
        sequence=one.sequence,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        zone=one.zone,
        said_at=one.changed_at,
        summary=f"{one.service} · {one.location_name}",
        words="\n\n".join(part for part in said if part),
        location=", ".join(part for part in (one.location_name, one.room, one.location_address) if part),
        address=address,
    )
