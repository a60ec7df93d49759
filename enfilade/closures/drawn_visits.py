"""The diaries of a drawn maison: two advisors a boutique, and visitors of the coming days who booked by the clients' verb."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from enfilade.appointments import booking, rosters, services
from enfilade.appointments.booking import Asked
from enfilade.appointments.keeping import ComesAlready, SlotTaken
from enfilade.appointments.rosters import Hours
from enfilade.appointments.services import Said, Service
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, many
from enfilade.base.ids import new_id
from enfilade.boutiques.openings import renew_openings
from enfilade.closures.drawn import KEY, LANGUAGES, Drawn
from enfilade.staff import people
from enfilade.stock.holds import NotEnoughStock

DAYS = 4
WEEK = [Hours(day, 10 * 60, 19 * 60) for day in range(1, 8)]
PARIS = ZoneInfo("Europe/Paris")


async def booked(day: Drawn, appointments: int) -> list[UUID]:
    """So many visitors try; returns who has an appointment."""
    if not appointments:
        return []
    service_id = await _offered(day)
    tried = [await _visitor(day, service_id, number) for number in range(appointments)]
    return [one for one in tried if one is not None]


async def _offered(day: Drawn) -> UUID:
    service = Service(
        "try",
        step_minutes=30,
        pieces_max=2,
        texts={"en": Said("Try on"), "fr": Said("Essayer")},
        location_ids=tuple(day.boutiques),
    )

    async def verb(conn: Conn) -> UUID:
        await renew_openings(conn, maison_id=day.maison_id, now=day.now)
        service_id = await services.keep(conn, maison_id=day.maison_id, service=service, now=day.now)
        for number, place in enumerate(day.boutiques):
            for at in range(2):
                staff_id = await people.hire(
                    conn,
                    maison_id=day.maison_id,
                    email=f"a{number}.{at}@drawn.example",
                    name=f"A{number}.{at}",
                    role="advisor",
                    password_hash="x",  # noqa: S106 - nobody signs in with it
                    location_ids=[place],
                    now=day.now,
                    chosen=True,
                )
                known: dict[str, Any] = {
                    "maison_id": day.maison_id,
                    "staff_id": staff_id,
                    "location_id": place,
                }
                await rosters.keep_advisor(
                    conn,
                    **known,
                    by=day.manager,
                    shown_name=f"A{number}.{at}",
                    languages=["fr", "en"] if at else ["fr", "nl", "zh"],
                    skills=[],
                    bookable=True,
                    by_name=False,
                    now=day.now,
                )
                first = day.now.date() - timedelta(days=1)
                await rosters.set_week(
                    conn, **known, by=day.manager, hours=WEEK, valid_from=first, now=day.now
                )
        return service_id

    return await day.db.run(Actor.importer(), day.maison_id, verb)


async def _visitor(day: Drawn, service_id: UUID, number: int) -> UUID | None:
    """Where the time is taken or the piece gone, nobody books."""
    chance, id_ = day.chance, new_id(day.now)
    date = day.now.astimezone(PARIS).date() + timedelta(days=chance.randrange(DAYS))
    starts_at = datetime.combine(date, time(chance.randrange(10, 18), chance.choice((0, 30))), PARIS)
    asked = Asked(
        service_id,
        chance.choice(day.country),
        starts_at,
        f"Visitor {number}",
        f"visitor{number}@drawn.example",
        "",
        "",
        day.store_id,
        "eu",
        chance.choice(LANGUAGES),
        variant_ids=(chance.choice(list(day.variants)),) if chance.random() < 0.3 else (),
    )
    try:
        await day.db.run(
            Actor.booking(id_),
            day.maison_id,
            lambda conn: booking.book(
                conn, maison_id=day.maison_id, appointment_id=id_, by=None, asked=asked, key=KEY, now=day.now
            ),
        )
    except (SlotTaken, NotEnoughStock, ComesAlready):
        return None
    return id_


class _Wrong:
    def __init__(self, what: str, how_many: int) -> None:
        self.what, self.how_many = what, how_many


async def judged(conn: Conn, day: Drawn, kept: list[UUID]) -> list[str]:
    """What should never be, in words."""
    rows = await many(
        conn,
        _Wrong,
        """
        with shut as (
          select p.location_id, p.starts_at, coalesce(p.ends_at, %(now)s::timestamptz + interval '3 days') as until, p.ends_at
          from closures.place p where p.maison_id = %(maison_id)s and p.over_at is null
        ), mine as (
          select a.*, exists (select 1 from shut s where s.location_id = a.location_id and a.ends_at > s.starts_at
            and a.starts_at < s.until and a.starts_at > %(now)s) as touched
          from appointments.appointment a where a.maison_id = %(maison_id)s
        ), given as (
          select x.*, m.location_id as own_id from appointments.alternative x
          join mine m on m.maison_id = x.maison_id and m.id = x.appointment_id
          where x.maison_id = %(maison_id)s and x.state in ('open', 'nowhere')
        )
        select 'appointments are lost' as what, (%(kept)s - count(*) filter (where state = 'booked'))::integer as how_many
        from mine
        union all
        select 'appointments in a closed time have no other one and nobody who calls', count(*)::integer from mine m
        where m.touched and not exists (select 1 from given g where g.appointment_id = m.id)
        union all
        select 'appointments were given another time for no reason', count(*)::integer from mine m
        where not m.touched and exists (select 1 from given g where g.appointment_id = m.id)
        union all
        select 'times are proposed and taken', count(*)::integer from given g
        join mine m on m.staff_id = g.staff_id and m.busy && g.busy and m.state = 'booked'
        union all
        select 'times are proposed in a closed boutique', count(*)::integer from given g
        join shut s on s.location_id = g.location_id and g.ends_at > s.starts_at
          and (s.ends_at is null or g.starts_at < s.ends_at)
        union all
        select 'pieces are not held where they are proposed', count(*)::integer from given g
        join appointments.piece p on p.maison_id = g.maison_id and p.appointment_id = g.appointment_id
        where g.state = 'open' and not exists (select 1 from stock.hold h where h.maison_id = g.maison_id
          and h.variant_id = p.variant_id and h.location_id = g.location_id
          and h.holder_id = case when g.location_id = g.own_id then g.appointment_id else g.id end)
        """,
        maison_id=day.maison_id,
        now=day.now,
        kept=len(kept),
    )
    return [f"{row.how_many} {row.what}" for row in rows if row.how_many]
