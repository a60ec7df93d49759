"""To which boutiques near the client pieces can be brought that lie elsewhere, and from when they could be collected there.

Reads published facts only, in one statement. docs/algorithms/ship-to-store.md tells it in prose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from enfilade.base.db import Conn, many
from enfilade.boutiques.zones import zone_of

#: A card's authorisation holds for a week, of which the client has the last day to collect: nothing is promised for later.
PROMISED_WITHIN = timedelta(days=6)
#: What a client has at least, between the promised moment and the last one at which the money can be taken.
COLLECT_AT_LEAST = timedelta(days=1)
NEAREST = 8


@dataclass(frozen=True, slots=True)
class Brought:
    """A boutique to which all of it can be brought, and the moment from which it is ready, in UTC."""

    location_id: UUID
    name: str
    address: str
    city: str
    phone: str
    zone: str
    distance_km: float | None
    ready_about: datetime

    @property
    def local(self) -> datetime:
        """On the boutique's clock."""
        zone: ZoneInfo = zone_of(self.zone)
        return self.ready_about.astimezone(zone)


async def made_near(
    conn: Conn,
    *,
    maison_id: UUID,
    needs: Mapping[UUID, int],
    latitude: float | None,
    longitude: float | None,
    now: datetime,
    most: int = NEAREST,
) -> list[Brought]:
    """The `most` nearest boutiques in which all `needs` (variant → pieces) could be collected once a workshop has made them.

    Each need of a workshop's own room; the day is that of the last of them. Nothing where one is not made, or has no room.
    """
    return await many(
        conn,
        Brought,
        """
        with made as materialized (
          select w.location_id, f.country, public_facts.made_by(m.maison_id, m.variant_id, n.quantity, %(now)s) as by
          from unnest(%(variants)s::uuid[], %(quantities)s::integer[]) as n(variant_id, quantity)
          left join public_facts.made_to_order m on m.maison_id = %(maison_id)s and m.variant_id = n.variant_id
          left join public_facts.maker w on w.maison_id = m.maison_id and w.id = m.workshop_id
          left join public_facts.boutique f on f.id = w.location_id
        ), place as (
          select b.*, public_facts.distance_km(%(latitude)s, %(longitude)s, b.latitude, b.longitude) as distance_km
          from public_facts.boutique b where b.maison_id = %(maison_id)s and b.kind = 'boutique'
            and exists (select 1 from public_facts.collects c where c.maison_id = b.maison_id and c.location_id = b.id)
          order by distance_km, b.city, b.name limit %(most)s
        ), arrival as (
          select p.id, case when m.location_id = p.id then m.by when t.days is not null
            then public_facts.working_day(m.by, t.days) end as arrives_on
          from place p cross join made m
          left join lateral (select public_facts.travel_days(%(maison_id)s, m.location_id, m.country, p.id, p.country) as days) t
            on true
        )
        select p.id as location_id, p.name, p.address, p.city, p.phone, p.zone, p.distance_km,
          coalesce(public_facts.ready_after(p.id, p.preparation_minutes, p.zone, a.arrives_on),
            (a.arrives_on + 1)::timestamp at time zone p.zone) as ready_about
        from place p
        join (select id, max(arrives_on) as arrives_on from arrival group by id having bool_and(arrives_on is not null)) a
          on a.id = p.id
        order by p.distance_km, p.city, p.name
        """,
        maison_id=maison_id,
        variants=list(needs),
        quantities=list(needs.values()),
        latitude=latitude,
        longitude=longitude,
        now=now,
        most=most,
    )


async def near(
    conn: Conn,
    *,
    maison_id: UUID,
    needs: Mapping[UUID, int],
    latitude: float | None,
    longitude: float | None,
    now: datetime,
    most: int = NEAREST,
    reserving: bool = False,
) -> list[Brought]:
    """Of the `most` nearest boutiques of the maison, those that can have all `needs` (variant → pieces) and have not all today.

    None where the maison brings nothing; `reserving`: to be seen there and paid later, where it brings that, too.
    Each need comes whole from one place; the day is that of the last of them.
    """
    return await many(
        conn,
        Brought,
        """
        with need as (
          select n.variant_id, n.quantity, coalesce(d.kinds, '{}') as kinds
          from unnest(%(variants)s::uuid[], %(quantities)s::integer[]) as n(variant_id, quantity)
          left join public_facts.variant v on v.id = n.variant_id
          left join public_facts.product d on d.id = v.product_id
        ), place as materialized (
          select b.*, public_facts.distance_km(%(latitude)s, %(longitude)s, b.latitude, b.longitude) as distance_km
          from public_facts.promise_terms t
          join public_facts.boutique b on b.maison_id = t.maison_id and b.kind = 'boutique'
          where t.maison_id = %(maison_id)s and t.ship_to_store_days is not null and case when %(reserving)s
            then t.reserve_brought and exists (select 1 from public_facts.reserves c
              where c.maison_id = b.maison_id and c.location_id = b.id)
            else exists (select 1 from public_facts.collects c
              where c.maison_id = b.maison_id and c.location_id = b.id) end
          order by distance_km, b.city, b.name limit %(most)s
        ), origin as materialized (
          select n.variant_id, o.id, o.country,
            public_facts.leaves_on(o.id, o.preparation_minutes, o.zone, %(now)s) as leaves_on
          from need n
          join public_facts.availability a on a.maison_id = %(maison_id)s and a.variant_id = n.variant_id
            and a.ship >= n.quantity
          join public_facts.boutique o on o.id = a.location_id
          where exists (select 1 from place)
        ), arrival as (
          select p.id, n.variant_id, a.location_id is not null as there, min(w.arrives_on) as arrives_on
          from place p cross join need n
          left join public_facts.availability a on a.maison_id = %(maison_id)s and a.location_id = p.id
            and a.variant_id = n.variant_id and case when %(reserving)s then a.reserve else a.collect end >= n.quantity
          left join lateral (
            select public_facts.working_day(o.leaves_on, t.days) as arrives_on
            from origin o
            cross join lateral (select public_facts.travel_days(%(maison_id)s, o.id, o.country, p.id, p.country) as days) t
            where o.variant_id = n.variant_id and t.days is not null
              and (cardinality(n.kinds) = 0 or public_facts.may_go(%(maison_id)s, n.kinds, o.country, p.country))) w
            on a.location_id is null
          group by p.id, n.variant_id, a.location_id
        ), whole as (
          select id, max(arrives_on) as arrives_on from arrival
          group by id having bool_and(there or arrives_on is not null) and not bool_and(there)
        )
        select r.* from (
          select p.id as location_id, p.name, p.address, p.city, p.phone, p.zone, p.distance_km,
            public_facts.ready_after(p.id, p.preparation_minutes, p.zone, w.arrives_on) as ready_about
          from whole w join place p on p.id = w.id) r
        where r.ready_about <= %(until)s
        order by r.distance_km, r.city, r.name
        """,
        maison_id=maison_id,
        variants=list(needs),
        quantities=list(needs.values()),
        latitude=latitude,
        longitude=longitude,
        now=now,
        until=now + PROMISED_WITHIN,
        most=most,
        reserving=reserving,
    )
