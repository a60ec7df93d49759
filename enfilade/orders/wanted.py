"""What a basket holds at today's prices, with every place each piece may come from: what opening a checkout asks first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from enfilade.base import idempotency
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, one
from enfilade.carriers.services import Service
from enfilade.orders.sourcing_terms import Sourcing
from enfilade.stock.holds import Method


@dataclass(frozen=True, slots=True)
class Ways:
    """How the parts of a checkout are to be received: all by `method`, but those of the maisons in `methods`.

    `boutiques`: selling maison → where its part is collected, or whence its parcel is wished.
    `brought`: the maisons whose pieces may be brought to that boutique, on another day.
    """

    method: Method
    boutiques: Mapping[UUID, UUID]
    methods: Mapping[UUID, Method] = field(default_factory=dict[UUID, Method])
    brought: Collection[UUID] = ()

    def of(self, maison_id: UUID) -> Method:
        return self.methods.get(maison_id, self.method)

    @property
    def bring_to(self) -> dict[UUID, UUID]:
        """Selling maison → the boutique to which its pieces may be brought."""
        return {
            maison: self.boutiques[maison]
            for maison in sorted(self.brought)
            if maison in self.boutiques and self.of(maison) != "ship"
        }

    def most_asked(self, sellers: Collection[UUID]) -> Method:
        """The method that asks most of the client: an address, or a payment, or nothing yet."""
        methods = {self.of(maison) for maison in sellers}
        return "ship" if "ship" in methods else "collect" if "collect" in methods else "reserve"


@dataclass(frozen=True, slots=True)
class Source:
    """A location a parcel may leave from: how many pieces it has, how far it is, how it sells them, what time it has.

    `ready_about`: when the client could collect what it sends to their boutique; of that boutique, `collect` counts.
    `lawful`: the law lets the piece go there from this place.
    """

    location_id: UUID
    ship: int
    distance_km: float | None
    kind: str
    #: In another country than the client; beyond a customs border.
    abroad: bool
    over_customs: bool
    sold_90d: int
    spare: int | None
    collect: int = 0
    ready_about: datetime | None = None
    lawful: bool = True
    #: Its country, where what goes from there crosses a customs border; '' where it does not, or nobody pays duties here.
    customs_from: str = ""


@dataclass(frozen=True, slots=True)
class Making:
    """How a piece is made that no place has. `by` None: no room; `ready_about` None: it cannot be collected where it was asked.

    `here`: the boutique in which it would be collected has it, and nothing is made.
    """

    workshop_id: UUID
    location_id: UUID
    by: date | None
    to_specification: bool
    ready_about: datetime | None
    here: bool
    lawful: bool = True
    #: As of a source.
    customs_from: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    basket_id: UUID
    selling_maison_id: UUID
    variant_id: UUID
    product_id: UUID
    sku: str
    brand: str
    name: str
    colour: str
    size: str
    quantity: int
    hold_minutes: int
    currency: str | None
    unit_price_minor: int | None
    tax_rate_basis_points: int | None
    prices_include_tax: bool | None
    quota_id: UUID | None
    quota_pieces_max: int | None
    quota_period_days: int | None
    quota_begins_at: datetime | None
    ships_from: list[Source]
    sourcing: Sourcing | None
    kinds: list[str] = field(default_factory=list[str])
    age_min: int | None = None
    #: What is cut on it, in which lettering, '' for nothing; what the maison cuts today, and its fee for one piece.
    engraving: str = ""
    lettering: str = ""
    letters_max: int = 0
    letterings: list[str] | None = None
    scripts: list[str] | None = None
    engraving_minor: int = 0
    #: Whether a workshop cuts it, and the day on which all the maison's in this basket would be back.
    workshop: bool = False
    engrave_by: date | None = None

    deliveries: list[Service] = field(default_factory=list[Service])
    #: What customs of `customs_to` are told of it, where its maison sells there with duties paid.
    customs_to: str = ""
    hs_code: str = ""
    made_in: str = ""
    at_door: bool = False
    #: None: it is not made to order.
    making: Making | None = None

    @property
    def engraved(self) -> bool:
        return bool(self.lettering)

    def lawful(self) -> "Wanted":
        return replace(self, ships_from=[source for source in self.ships_from if source.lawful])


@dataclass(frozen=True, slots=True)
class _Answer(idempotency.Kept):
    wanted: str | None


#: The places a parcel may leave from.
_SENT: LiteralString = """
  left join lateral (
    select jsonb_agg(jsonb_build_object('location_id', a.location_id, 'ship', a.ship, 'kind', o.kind,
      -- Until the address is written, a parcel goes to the first country of the market.
      'abroad', coalesce(o.country <> k.countries[1], false),
      'over_customs', coalesce(public_facts.customs_union(o.country) <> public_facts.customs_union(k.countries[1]), false),
      'customs_from', case when u.market is not null and public_facts.customs_union(o.country)
        <> public_facts.customs_union(k.countries[1]) then o.country else '' end,
      'lawful', cardinality(p.kinds) = 0
        or public_facts.may_go(l.selling_maison_id, p.kinds, o.country, coalesce(k.countries[1], o.country)),
      'sold_90d', coalesce((select sum(n.sold_90d) from orders.pace n where n.maison_id = l.selling_maison_id
        and n.location_id = a.location_id and n.variant_id = l.variant_id), 0),
      -- Counting a place's day is the dearest here, and one rule alone asks for it.
      'spare', case when c.maison_id is null or 'with_time' = any(c.rules) then (select f.parcels from orders.spare f
        where f.maison_id = l.selling_maison_id and f.location_id = a.location_id) end,
      'distance_km',
      -- least() passes over nulls: without a place to measure from, the distance must be asked to be null.
      case when %(latitude)s::float8 is not null then 6371 * 2 * asin(sqrt(least(1,
        power(sin(radians(o.latitude - %(latitude)s::float8) / 2), 2)
        + cos(radians(%(latitude)s::float8)) * cos(radians(o.latitude))
        * power(sin(radians(o.longitude - %(longitude)s::float8) / 2), 2)))) end)) as ships_from
    from public_facts.availability a join public_facts.boutique o on o.id = a.location_id
    where i.method = 'ship' and a.maison_id = l.selling_maison_id and a.variant_id = l.variant_id and a.ship >= l.quantity
  ) s on true
"""
#: The places from which it may be brought to the boutique in which it is collected, and that boutique where it is there.
_BROUGHT: LiteralString = """
  left join lateral (
    select jsonb_agg(jsonb_build_object('location_id', a.location_id, 'ship', a.ship, 'collect', h.there, 'kind', o.kind,
      'abroad', o.country <> d.country,
      'over_customs', public_facts.customs_union(o.country) <> public_facts.customs_union(d.country),
      'lawful', cardinality(p.kinds) = 0 or public_facts.may_go(c.maison_id, p.kinds, o.country, d.country),
      'sold_90d', coalesce((select sum(n.sold_90d) from orders.pace n where n.maison_id = l.selling_maison_id
        and n.location_id = a.location_id and n.variant_id = l.variant_id), 0),
      'spare', (select f.parcels from orders.spare f
        where f.maison_id = l.selling_maison_id and f.location_id = a.location_id),
      'distance_km', public_facts.distance_km(d.latitude, d.longitude, o.latitude, o.longitude),
      'ready_about', w.ready_about)) as ships_from
    from unnest(%(brought)s::uuid[], %(places)s::uuid[]) as c(maison_id, place)
    join public_facts.boutique d on d.id = c.place and d.maison_id = c.maison_id and d.kind = 'boutique'
    join public_facts.availability a on a.maison_id = c.maison_id and a.variant_id = l.variant_id
    cross join lateral (select case when i.method = 'reserve' then a.reserve else a.collect end as there) h
    join public_facts.boutique o on o.id = a.location_id
    left join lateral (select public_facts.ready_after(d.id, d.preparation_minutes, d.zone,
        public_facts.working_day(public_facts.leaves_on(o.id, o.preparation_minutes, o.zone, %(now)s), t.days)) as ready_about
      from (select public_facts.travel_days(c.maison_id, o.id, o.country, d.id, d.country) as days) t
      where t.days is not null) w on a.ship >= l.quantity and (i.method <> 'reserve' or y.reserve_brought)
    where c.maison_id = l.selling_maison_id and (a.location_id = d.id and h.there >= l.quantity or w.ready_about is not null)
      and case when i.method = 'reserve'
        then exists (select 1 from public_facts.reserves e where e.maison_id = d.maison_id and e.location_id = d.id)
        else exists (select 1 from public_facts.collects e where e.maison_id = d.maison_id and e.location_id = d.id) end
  ) e on true
"""
#: A maison may leave a store while its pieces lie in baskets there.
_SHOWN_STILL: LiteralString = """
    and exists (select 1 from public_facts.store_maison h where h.store_id = b.store_id and h.maison_id = l.selling_maison_id)"""
_BEGUN: LiteralString = f"""
with {idempotency.CLAIMED}, wanted as (
  select b.id as basket_id, l.selling_maison_id, l.variant_id, v.product_id, coalesce(v.sku, '') as sku, p.brand, t.name,
    v.colour, v.size, l.quantity, y.hold_minutes, r.currency, r.amount_minor as unit_price_minor,
    coalesce((select max(x.tax_rate_basis_points) from public_facts.market_rate x
      where x.maison_id = l.selling_maison_id and x.market = k.code and x.kind = any(p.kinds)), k.tax_rate_basis_points)
      as tax_rate_basis_points, k.prices_include_tax, q.quota_id, q.pieces_max as quota_pieces_max,
    q.period_days as quota_period_days, q.begins_at as quota_begins_at, coalesce(s.ships_from, '[]') as ships_from,
    case when c.maison_id is not null then
      jsonb_build_object('rules', c.rules, 'currency', c.currency, 'terms', to_jsonb(c)) end as sourcing, p.kinds,
    case when cardinality(p.kinds) > 0 then public_facts.law_of(l.selling_maison_id, p.kinds, 'age', coalesce(
      (select b.country from unnest(%(chosen)s::uuid[]) as x(place) join public_facts.boutique b on b.id = x.place
        where b.maison_id = l.selling_maison_id and i.method <> 'ship' limit 1), k.countries[1])) end as age_min,
    l.engraving, l.lettering, p.engraving_letters_max as letters_max, n.letterings, n.scripts,
    case when l.lettering = '' then 0 else coalesce(n.amount_minor, 0) end as engraving_minor,
    coalesce(n.workshop, false) as workshop, n.engrave_by,
    coalesce((select jsonb_agg(d order by array_position(array['standard', 'express', 'by_hand'], d.service))
      from public_facts.delivery_service d
      where i.method = 'ship' and d.maison_id = l.selling_maison_id and d.market = %(market)s), '[]') as deliveries,
    case when u.market is not null then k.countries[1] else '' end as customs_to, p.made_in,
    coalesce(u.at_door, false) as at_door,
    case when u.market is not null then coalesce((select h.hs_code from public_facts.customs_code h
      where h.maison_id = l.selling_maison_id and h.family = p.family), '') else '' end as hs_code, mk.making
  from orders.basket b
  join orders.basket_line l on l.maison_id = b.maison_id and l.basket_id = b.id
  cross join lateral (select coalesce(%(methods)s::jsonb ->> l.selling_maison_id::text, %(method)s) as method) i
  join public_facts.variant v on v.id = l.variant_id
  join public_facts.product p on p.id = v.product_id
  join public_facts.maison m on m.maison_id = l.selling_maison_id
  join public_facts.promise_terms y on y.maison_id = l.selling_maison_id
  cross join lateral (select x.name from public_facts.product_text x where x.product_id = v.product_id
    order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t
  left join public_facts.price r on r.variant_id = l.variant_id and r.market = %(market)s
  left join public_facts.market k on k.maison_id = l.selling_maison_id and k.code = %(market)s
    and public_facts.may_be_sold(v.product_id, b.store_id, %(market)s, %(now)s){_SHOWN_STILL}
  left join public_facts.quota q on q.product_id = v.product_id
  left join lateral (select t.letterings, t.scripts, f.amount_minor,
      exists (select 1 from public_facts.workshop w where w.maison_id = l.selling_maison_id) as workshop,
      public_facts.engraved_by(l.selling_maison_id, (select sum(o.quantity)::integer from orders.basket_line o
        where o.maison_id = b.maison_id and o.basket_id = b.id and o.selling_maison_id = l.selling_maison_id
          and o.lettering <> ''), %(now)s) as engrave_by
    from (select 1) x
    left join public_facts.engraving_terms t on t.maison_id = l.selling_maison_id
    left join public_facts.engraving_fee f on f.maison_id = l.selling_maison_id and f.market = %(market)s) n on l.lettering <> ''
  left join orders.sourcing_terms c on %(weighed)s and c.maison_id = l.selling_maison_id
  left join public_facts.duty_terms u on i.method = 'ship' and u.maison_id = l.selling_maison_id and u.market = %(market)s
  left join lateral (
    select jsonb_build_object('workshop_id', w.id, 'location_id', w.location_id, 'by', d.by,
      'to_specification', o.to_specification,
      'here', i.method <> 'ship' and exists (select 1 from public_facts.availability a where a.maison_id = o.maison_id
        and a.variant_id = o.variant_id and a.location_id = any(%(chosen)s::uuid[]) and a.collect >= l.quantity),
      'lawful', cardinality(p.kinds) = 0 or public_facts.may_go(o.maison_id, p.kinds, f.country, coalesce(e.country,
        k.countries[1], f.country)),
      'customs_from', case when u.market is not null and public_facts.customs_union(f.country)
        <> public_facts.customs_union(k.countries[1]) then f.country else '' end,
      'ready_about', case when i.method = 'ship' then (d.by + 1)::timestamp at time zone w.zone
        else coalesce(public_facts.ready_after(e.id, e.preparation_minutes, e.zone, v.day),
          (v.day + 1)::timestamp at time zone e.zone) end) as making
    from public_facts.made_to_order o
    join public_facts.maker w on w.maison_id = o.maison_id and w.id = o.workshop_id
    join public_facts.boutique f on f.id = w.location_id
    cross join lateral (select public_facts.made_by(o.maison_id, o.variant_id, l.quantity, %(now)s) as by) d
    left join public_facts.boutique e on i.method <> 'ship' and e.maison_id = o.maison_id and e.id = any(%(chosen)s::uuid[])
      and exists (select 1 from public_facts.collects x where x.maison_id = e.maison_id and x.location_id = e.id)
    left join lateral (select case when e.id = w.location_id then d.by when t.days is not null
        then public_facts.working_day(d.by, t.days) end as day
      from (select public_facts.travel_days(o.maison_id, f.id, f.country, e.id, e.country) as days) t) v on true
    where o.maison_id = l.selling_maison_id and o.variant_id = l.variant_id and l.lettering = '' limit 1) mk on true
"""
_ENDED: LiteralString = """
  where b.maison_id = %(maison_id)s and b.store_id = %(store_id)s and b.visitor_id = %(visitor_id)s and b.state = 'open'
)
select k.fresh, k.request_hash, k.status, k.answer, case when k.fresh then (
  select coalesce(json_agg(w order by w.selling_maison_id, w.variant_id, w.engraving), '[]')::text from wanted w) end as wanted
from claimed k
"""


_WANTED: LiteralString = _BEGUN + _SENT + _ENDED
_COLLECTED: LiteralString = (
    _BEGUN.replace("coalesce(s.ships_from, '[]')", "coalesce(s.ships_from, e.ships_from, '[]')")
    + _SENT
    + _BROUGHT
    + _ENDED
)


def _proposed(statement: LiteralString) -> LiteralString:
    """The same of the basket a proposal's pieces became, at the prices offered in it unless the market's are lower by now."""
    return (
        statement.replace(_SHOWN_STILL, "")
        .replace("b.state = 'open'", "b.state = 'proposed' and b.proposal_id = %(proposal_id)s")
        .replace(
            "r.currency, r.amount_minor as unit_price_minor",
            "coalesce(r.currency, g.offered_currency) as currency, least(g.offered_minor, r.amount_minor) as unit_price_minor",
        )
        .replace(
            "  left join public_facts.quota q",
            """  left join orders.proposal_line g on g.maison_id = b.maison_id and g.proposal_id = b.proposal_id
    and g.variant_id = l.variant_id
  left join public_facts.quota q""",
        )
    )


_PROPOSED: LiteralString = _proposed(_WANTED)
_PROPOSED_BROUGHT: LiteralString = _proposed(_COLLECTED)


async def wanted_by(
    conn: Conn,
    *,
    maison_id: UUID,
    store_id: UUID,
    visitor_id: UUID,
    proposal_id: UUID | None,
    market: str,
    language: str,
    ways: Ways,
    latitude: float | None,
    longitude: float | None,
    key: str,
    request: object,
    checkout_id: UUID,
    now: datetime,
) -> list[Wanted] | UUID:
    """The basket's lines at today's prices, or the checkout that the same key has opened before. Raises KeyReused."""
    bring_to = ways.bring_to
    claim = idempotency.asked(
        actor=Actor.visitor(visitor_id),
        key=f"open:{key}",
        request=request,
        now=now,
        answer={"checkout": checkout_id},
    )
    asked = claim | {
        "maison_id": maison_id,
        "store_id": store_id,
        "visitor_id": visitor_id,
        "market": market,
        "language": language,
        "method": ways.method,
        "methods": msgspec.json.encode({str(of): method for of, method in ways.methods.items()}).decode(),
        "chosen": list(ways.boutiques.values()),
        "weighed": "ship" in (ways.method, *ways.methods.values()) or bool(bring_to),
        "latitude": latitude,
        "longitude": longitude,
    }
    if proposal_id is not None:
        asked["proposal_id"] = proposal_id
    if bring_to:
        asked |= {"brought": list(bring_to), "places": list(bring_to.values())}
    if bring_to and proposal_id is not None:
        told = await one(conn, _Answer, _PROPOSED_BROUGHT, **asked)
    elif bring_to:
        told = await one(conn, _Answer, _COLLECTED, **asked)
    elif proposal_id is not None:
        told = await one(conn, _Answer, _PROPOSED, **asked)
    else:
        told = await one(conn, _Answer, _WANTED, **asked)
    repeat = idempotency.repeat(claim, told)
    if repeat is not None:
        return UUID(repeat.body["checkout"])
    return msgspec.json.decode(told.wanted or "[]", type=list[Wanted])
