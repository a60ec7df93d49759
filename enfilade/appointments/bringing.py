"""Bringing: pieces of a visit that another place of the maison has come by a transfer, and are there before the client is.

What can be brought from where is planned without locks, asked under them in the booking's transaction, and followed as the
transfers stand: told late, twice or never, the result is the same. Lock order: the appointment, its transfers, positions.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from enfilade.appointments.events import AppointmentToCall
from enfilade.appointments.keeping import HELD_AFTER
from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, maybe, tuples
from enfilade.base.ids import new_id
from enfilade.stock import for_visits, holds
from enfilade.stock.for_visits import DAYS_UNSAID, Waiting, Way
from enfilade.stock.holds import Demand, Lack, NotEnoughStock

MAIL = "appointments.mail_lacking"
#: What is on its way and should be there is looked for elsewhere on the last day before the visit.
OVERDUE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which pieces of a visit lie in its boutique, which can be brought from where, the earliest first, and which neither."""

    location_id: UUID
    here: tuple[UUID, ...] = ()
    brought: dict[UUID, list[Way]] = field(default_factory=dict[UUID, list[Way]])
    lacking: tuple[UUID, ...] = ()
    #: When the last of what is on its way already can be there.
    waits_until: datetime | None = None
    #: What is kept where it lies already, by variant.
    kept: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])

    @property
    def not_before(self) -> datetime | None:
        """When the last of what is brought can be there; None where nothing is."""
        moments = [_ready(ways[0]) for ways in self.brought.values()]
        return max(moments + ([self.waits_until] if self.waits_until else []), default=None)

    @property
    def had(self) -> int:
        """How many of the pieces the client would find."""
        return len(self.here) + len(self.brought)


async def plans(
    conn: Conn,
    *,
    maison_id: UUID,
    location_ids: list[UUID],
    variant_ids: list[UUID],
    brought_max: int,
    since: datetime,
    besides: list[Waiting] | None = None,
) -> dict[UUID, Plan]:
    """For each boutique, as of `since`; at most `brought_max` pieces are brought, the first of them. Locks nothing.

    `besides`: what waits at its origin for the same visit.
    """
    if not variant_ids:
        return {place: Plan(place) for place in location_ids}
    lies: dict[tuple[UUID, UUID], list[Way]] = {}
    for way in await for_visits.ways(
        conn,
        maison_id=maison_id,
        location_ids=location_ids,
        variant_ids=variant_ids,
        since=since,
        besides=besides or [],
    ):
        lies.setdefault((way.to_location_id, way.variant_id), []).append(way)
    found: dict[UUID, Plan] = {}
    for place in location_ids:
        here: list[UUID] = []
        brought: dict[UUID, list[Way]] = {}
        lacking: list[UUID] = []
        for variant in variant_ids:
            ways = lies.get((place, variant), [])
            if any(way.ready_about is None for way in ways):
                here.append(variant)
            elif ways and len(brought) < brought_max:
                brought[variant] = sorted(
                    ways, key=lambda way: (_ready(way), way.distance_km, way.location_id)
                )
            else:
                lacking.append(variant)
        found[place] = Plan(place, tuple(here), brought, tuple(lacking))
    return found


def _ready(way: Way) -> datetime:
    assert way.ready_about is not None
    return way.ready_about


async def take(
    conn: Conn,
    *,
    maison_id: UUID,
    appointment_id: UUID,
    plan: Plan,
    starts_at: datetime,
    until: datetime,
    now: datetime,
) -> None:
    """Holds what is here and asks for what is brought, all or nothing. Raises NotEnoughStock: then roll back to before."""
    inside = [*plan.here, *plan.lacking]
    first = [ways[0] for ways in plan.brought.values()]
    await holds.lock(
        conn,
        maison_id=maison_id,
        demands=[Demand(plan.location_id, variant, 1) for variant in inside]
        + [Demand(way.location_id, way.variant_id, 1) for way in first],
    )
    if inside:
        await holds.claim(
            conn,
            maison_id=maison_id,
            purpose="appointment",
            holder_id=appointment_id,
            demands=[Demand(plan.location_id, variant, 1) for variant in inside],
            method="reserve",
            expires_at=until,
            now=now,
        )
        await bound(conn, maison_id, appointment_id, inside, None)
    for variant, ways in plan.brought.items():
        transfer_id = await _asked(conn, maison_id, appointment_id, ways, starts_at, until, now)
        if transfer_id is None:
            raise NotEnoughStock([Lack(plan.location_id, variant, 1, 0)])
        await bound(conn, maison_id, appointment_id, [variant], transfer_id)


async def _asked(
    conn: Conn,
    maison_id: UUID,
    appointment_id: UUID,
    ways: list[Way],
    starts_at: datetime,
    until: datetime,
    now: datetime,
) -> UUID | None:
    """The transfer of the first of the ways that still has it and is there in time."""
    for way in ways:
        if _ready(way) > starts_at:
            return None
        transfer_id = new_id(now)
        try:
            async with conn.transaction():
                await for_visits.ask(
                    conn,
                    maison_id=maison_id,
                    transfer_id=transfer_id,
                    from_location_id=way.location_id,
                    to_location_id=way.to_location_id,
                    variant_id=way.variant_id,
                    keeps_for=appointment_id,
                    keeps_until=until,
                    now=now,
                )
            return transfer_id
        except NotEnoughStock:
            continue
    return None


async def bound(
    conn: Conn, maison_id: UUID, appointment_id: UUID, variant_ids: list[UUID], transfer_id: UUID | None
) -> None:
    """They come by this transfer, None: they are there; they lack no more."""
    await execute(
        conn,
        """
        update appointments.piece set transfer_id = %(transfer_id)s, lacking = null
        where maison_id = %(maison_id)s and appointment_id = %(appointment_id)s and variant_id = any(%(variants)s::uuid[])
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        variants=variant_ids,
        transfer_id=transfer_id,
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an appointment as it stands: held in the boutique, coming and ready at a moment, or neither.

    `ready_about`: as from now, by how far its transfer is; `overdue`: it should have been there. `lacking`: as it was told.
    """

    variant_id: UUID
    transfer_id: UUID | None
    lacking: str | None
    held: bool
    coming: bool
    overdue: bool
    ready_about: datetime | None
    #: Where it lies, not sent yet.
    waits_at: UUID | None

    def there_by(self, starts_at: datetime) -> bool:
        """Whether the client will find it, as far as is known."""
        return self.held or (
            self.coming
            and not self.overdue
            and self.ready_about is not None
            and self.ready_about <= starts_at
        )


async def standing(conn: Conn, *, maison_id: UUID, appointment_id: UUID, now: datetime) -> list[Piece]:
    """The pieces in their order. Call it with the appointment locked, where something follows from it."""
    return await many(
        conn,
        Piece,
        """
        select x.variant_id, x.transfer_id, x.lacking,
          exists (select 1 from stock.hold h where h.maison_id = x.maison_id and h.holder_id = x.appointment_id
            and h.location_id = a.location_id and h.variant_id = x.variant_id and h.purpose = 'appointment') as held,
          t.id is not null as coming,
          coalesce(t.state = 'sent' and a.starts_at - %(overdue)s::interval <= %(now)s::timestamptz and (w.ready_about <= %(now)s
            or t.expected_on < (%(now)s::timestamptz at time zone d.zone)::date - 1), false) as overdue,
          w.ready_about, case when t.state <> 'sent' then t.from_location_id end as waits_at
        from appointments.appointment a
        join appointments.piece x on x.maison_id = a.maison_id and x.appointment_id = a.id
        left join stock.transfer t on t.maison_id = x.maison_id and t.id = x.transfer_id and t.ended_at is null
          and t.keeps_until is not null and t.to_location_id = a.location_id
        left join public_facts.boutique o on o.id = t.from_location_id
        left join public_facts.boutique d on d.id = t.to_location_id
        left join lateral (select public_facts.ready_after(d.id, d.preparation_minutes, d.zone, case when t.state = 'sent'
            then t.expected_on else public_facts.working_day(
              public_facts.leaves_on(o.id, case t.state when 'asked' then o.preparation_minutes else 0 end, o.zone, %(now)s),
              coalesce(public_facts.travel_days(t.maison_id, o.id, o.country, d.id, d.country), %(unsaid)s)) end) as ready_about)
          w on t.id is not null
        where a.maison_id = %(maison_id)s and a.id = %(appointment_id)s order by x.place
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        now=now,
        overdue=OVERDUE,
        unsaid=DAYS_UNSAID,
    )


def ready(pieces: list[Piece]) -> datetime | None:
    """When the last of what is brought can be there, as far as is known; None where nothing is."""
    coming = [one.ready_about for one in pieces if one.coming and not one.held and one.ready_about]
    return max(coming, default=None)


def waiting(pieces: list[Piece]) -> list[Waiting]:
    """What is kept for the visit where it lies, and has not left."""
    return [
        Waiting(one.variant_id, one.waits_at) for one in pieces if one.coming and one.waits_at is not None
    ]


async def let_go(conn: Conn, *, maison_id: UUID, appointment_id: UUID, now: datetime) -> None:
    """Nothing is kept for it any more: transfers are called off, or arrive as stock; what is held is free."""
    await for_visits.let_go(conn, maison_id=maison_id, keeps_for=appointment_id, now=now)
    await holds.release(conn, maison_id=maison_id, holder_id=appointment_id)


async def prolong(conn: Conn, *, maison_id: UUID, appointment_id: UUID, until: datetime) -> None:
    """What is held, and what is brought, is kept until then at least."""
    await for_visits.extend(conn, maison_id=maison_id, keeps_for=appointment_id, until=until)
    await holds.extend(conn, maison_id=maison_id, holder_id=appointment_id, expires_at=until)


@dataclass(frozen=True, slots=True)
class _Visit:
    id: UUID
    location_id: UUID
    starts_at: datetime
    held_until: datetime
    brought_max: int
    waits: bool


async def _locked(conn: Conn, maison_id: UUID, appointment_id: UUID) -> _Visit | None:
    """One that is booked; `waits`: it cannot be at its time, and another is proposed or looked for.

    Locked, then looked at: what was proposed while this waited for the lock is seen.
    """
    booked = await execute(
        conn,
        """
        select from appointments.appointment
        where maison_id = %(maison_id)s and id = %(id)s and state = 'booked' for no key update
        """,
        maison_id=maison_id,
        id=appointment_id,
    )
    if not booked:
        return None
    return await maybe(
        conn,
        _Visit,
        """
        select a.id, a.location_id, a.starts_at, upper(a.busy) + %(after)s as held_until, s.brought_max,
          exists (select 1 from appointments.alternative p where p.maison_id = a.maison_id and p.appointment_id = a.id
            and p.state in ('open', 'lapsed', 'nowhere')) as waits
        from appointments.appointment a
        join appointments.service s on s.maison_id = a.maison_id and s.id = a.service_id
        where a.maison_id = %(maison_id)s and a.id = %(id)s
        """,
        maison_id=maison_id,
        id=appointment_id,
        after=HELD_AFTER,
    )


async def follow(conn: Conn, *, maison_id: UUID, appointment_id: UUID, now: datetime) -> int:
    """What will not be there by then comes from elsewhere, or its client is told; what is there after all lacks no more.

    Returns how many pieces changed. Repeatable.
    """
    visit = await _locked(conn, maison_id, appointment_id)
    if visit is None or visit.waits or visit.starts_at <= now:
        return 0
    changed = 0
    for piece in await standing(conn, maison_id=maison_id, appointment_id=appointment_id, now=now):
        if piece.there_by(visit.starts_at):
            if piece.lacking:
                by = None if piece.held else piece.transfer_id
                await bound(conn, maison_id, visit.id, [piece.variant_id], by)
                changed += 1
        elif piece.transfer_id is not None and piece.lacking is None:
            await _again(conn, maison_id, visit, piece, now)
            changed += 1
    return changed


async def _again(conn: Conn, maison_id: UUID, visit: _Visit, piece: Piece, now: datetime) -> None:
    """From the boutique itself, else from a place that was not asked yet; else nobody has it in time, and its client is told."""
    found = await plans(
        conn,
        maison_id=maison_id,
        location_ids=[visit.location_id],
        variant_ids=[piece.variant_id],
        brought_max=1,
        since=now,
    )
    plan = found[visit.location_id]
    asked = await for_visits.tried(conn, maison_id=maison_id, keeps_for=visit.id, variant_id=piece.variant_id)
    brought = {
        variant: others
        for variant, ways in plan.brought.items()
        if (
            others := [way for way in ways if way.location_id not in asked and _ready(way) <= visit.starts_at]
        )
    }
    if plan.here or brought:
        try:
            async with conn.transaction():
                if piece.coming:
                    await for_visits.let_go(
                        conn, maison_id=maison_id, keeps_for=visit.id, transfer_id=piece.transfer_id, now=now
                    )
                await take(
                    conn,
                    maison_id=maison_id,
                    appointment_id=visit.id,
                    plan=Plan(visit.location_id, plan.here, brought),
                    starts_at=visit.starts_at,
                    until=visit.held_until,
                    now=now,
                )
            return
        except NotEnoughStock:
            pass
    await execute(
        conn,
        """
        update appointments.piece set lacking = 'open'
        where maison_id = %(maison_id)s and appointment_id = %(id)s and variant_id = %(variant_id)s
        """,
        maison_id=maison_id,
        id=visit.id,
        variant_id=piece.variant_id,
    )
    job = jobs.Job(MAIL, {"appointment_id": visit.id, "variant_id": piece.variant_id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[job])
    fact = AppointmentToCall(visit.id, visit.location_id, "pieces")
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def settle(conn: Conn, *, maison_id: UUID, appointment_id: UUID) -> bool:
    """Its client comes without what cannot be there. Should it arrive in time after all, it is set apart. Repeatable."""
    return bool(
        await execute(
            conn,
            """
            update appointments.piece set lacking = 'settled'
            where maison_id = %(maison_id)s and appointment_id = %(id)s and lacking = 'open'
            """,
            maison_id=maison_id,
            id=appointment_id,
        )
    )


async def of_transfer(conn: Conn, *, maison_id: UUID, transfer_id: UUID) -> UUID | None:
    """The appointment to which it brings, or brought, a piece."""
    found = await tuples(
        conn,
        """
        select appointment_id from appointments.piece
        where maison_id = %(maison_id)s and transfer_id = %(transfer_id)s limit 1
        """,
        maison_id=maison_id,
        transfer_id=transfer_id,
    )
    return cast("UUID", found[0][0]) if found else None


async def awaiting(conn: Conn, *, maison_id: UUID, now: datetime) -> list[UUID]:
    """Coming appointments with a piece that was to be brought and is not held yet."""
    found = await tuples(
        conn,
        """
        select distinct a.id from appointments.piece x
        join appointments.appointment a on a.maison_id = x.maison_id and a.id = x.appointment_id and a.state = 'booked'
          and a.starts_at > %(now)s
        where x.maison_id = %(maison_id)s and x.transfer_id is not null and x.lacking is null
          and not exists (select 1 from stock.hold h where h.maison_id = x.maison_id and h.holder_id = a.id
            and h.location_id = a.location_id and h.variant_id = x.variant_id)
        order by a.id
        """,
        maison_id=maison_id,
        now=now,
    )
    return [id_ for (id_,) in found]
