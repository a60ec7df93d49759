"""The preview: what an act would touch, place by place, counted in one statement; nothing is written or locked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.boutiques.closures import Closing
from enfilade.closures.visits import UNKNOWN_AHEAD


@dataclass(frozen=True, slots=True)
class Counted:
    """What stands at one place. `collecting` and `coming`: clients of collections and of appointments who
    have a mail address, by language."""

    location_id: UUID
    name: str
    city: str
    country: str
    zone: str
    parcels: int
    parcels_picked: int
    ready: int
    preparing: int
    transfers: int
    checkouts: int
    appointments: int
    collecting: dict[str, int]
    coming: dict[str, int]
    closed_already: bool

    @property
    def languages(self) -> dict[str, int]:
        """Letters, by language."""
        both = {*self.collecting, *self.coming}
        return {name: self.collecting.get(name, 0) + self.coming.get(name, 0) for name in both}


#: The numbers of a preview by name, as a form carries them and an act keeps them.
NAMES = ("parcels", "parcels_picked", "ready", "preparing", "transfers", "checkouts", "appointments")


async def counted(
    conn: Conn,
    *,
    maison_id: UUID,
    places: list[Closing],
    stops: list[str],
    now: datetime,
) -> list[Counted]:
    """One row a place, by city and name."""
    return await many(
        conn,
        Counted,
        """
        select l.id as location_id, l.name, l.city, l.country, l.zone, f.parcels, f.parcels_picked, f.ready, f.preparing,
          (select count(*)::integer from stock.transfer t where t.maison_id = l.maison_id and t.to_location_id = l.id
            and t.state in ('asked', 'packed', 'sent') and (t.reason <> 'for_order' or t.keeps_until is not null)
            and 'doors' = any(%(stops)s::text[])) as transfers,
          (select count(distinct c.id)::integer from orders.checkout_line x
            join orders.checkout c on c.maison_id = x.maison_id and c.id = x.checkout_id
            join orders.checkout_seller s on s.maison_id = c.maison_id and s.checkout_id = c.id
              and s.selling_maison_id = x.selling_maison_id
            where x.maison_id = l.maison_id and coalesce(x.collect_location_id, x.location_id) = l.id
              and c.state in ('open', 'paying') and c.expires_at > %(now)s
              and coalesce(s.method, c.method) = any(%(stops)s::text[])) as checkouts,
          b.appointments, coalesce(g.languages, '{}') as collecting, coalesce(b.languages, '{}') as coming,
          exists (select 1 from boutiques.closure k where k.maison_id = l.maison_id and k.location_id = l.id
            and k.during @> greatest(%(starts_at)s::timestamptz, %(now)s::timestamptz) and 'doors' = any(k.stops))
            as closed_already
        from boutiques.location l
        join unnest(%(locations)s::uuid[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) as w(id, starts_at, ends_at)
          on w.id = l.id
        cross join lateral (
          select coalesce(sum(n.appointments), 0)::integer as appointments, jsonb_object_agg(n.language, n.told)
            filter (where n.told > 0) as languages
          from (select x.language, count(*)::integer as appointments, count(*) filter (where c.mail <> '')::integer as told
            from appointments.appointment x
            left join appointments.contact c on c.maison_id = x.maison_id and c.appointment_id = x.id
            where x.maison_id = l.maison_id and x.location_id = l.id and x.state = 'booked' and x.starts_at > %(now)s
              and x.ends_at > w.starts_at and x.starts_at < coalesce(w.ends_at, w.starts_at + %(ahead)s)
              and 'appointments' = any(%(stops)s::text[])
            group by x.language) n) b
        cross join lateral (
          select count(*) filter (where f.method = 'ship' and not p.picked)::integer as parcels,
            count(*) filter (where f.method = 'ship' and p.picked)::integer as parcels_picked,
            count(*) filter (where f.method <> 'ship' and f.state = 'ready' and f.collect_by > %(starts_at)s)::integer as ready,
            count(*) filter (where f.method <> 'ship' and f.state <> 'ready')::integer as preparing
          from orders.fulfilment f
          cross join lateral (select exists (select 1 from orders.order_line x where x.maison_id = f.maison_id
            and x.fulfilment_id = f.id and x.state = 'picked') as picked) p
          where f.maison_id = l.maison_id and f.location_id = l.id and f.state in ('awaited', 'asked', 'accepted', 'ready')
            and f.method = any(%(stops)s::text[])) f
        left join lateral (
          select jsonb_object_agg(language, clients) as languages from (
            select o.language, count(*)::integer as clients from orders.fulfilment f
            join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
            join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id and c.mail <> ''
            where f.maison_id = l.maison_id and f.location_id = l.id and f.method <> 'ship'
              and f.method = any(%(stops)s::text[]) and (f.state in ('awaited', 'asked', 'accepted')
                or f.state = 'ready' and f.collect_by > %(starts_at)s)
            group by o.language) n) g on true
        where l.maison_id = %(maison_id)s and l.id = any(%(locations)s::uuid[])
        order by l.country, l.city, l.name, l.id
        """,
        maison_id=maison_id,
        locations=[place.location_id for place in places],
        begins=[place.starts_at for place in places],
        ends=[place.ends_at for place in places],
        ahead=UNKNOWN_AHEAD,
        stops=stops,
        starts_at=min(place.starts_at for place in places),
        now=now,
    )


def summed(rows: list[Counted]) -> dict[str, int]:
    """The preview's numbers over all places."""
    return {name: sum(getattr(row, name) for row in rows) for name in NAMES}


def by_language(rows: list[Counted]) -> dict[str, int]:
    """Clients to tell, by language, the most first."""
    found: dict[str, int] = {}
    for row in rows:
        for language, clients in row.languages.items():
            found[language] = found.get(language, 0) + clients
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))
