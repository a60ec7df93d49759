"""Proposals as the boutique's screens read them: those of one's places, and one with its pieces."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.orders.proposals import LISTED_MAX, STANDING, NoSuchProposal, Standing
from enfilade.staff.people import Colleague

#: How long one is listed after it was made.
LISTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Listed(Standing):
    """A proposal in a list."""

    id: UUID
    location_id: UUID
    by_desk: bool
    place: str
    zone: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    withdrawn_at: datetime | None
    unapproved: bool
    paying: bool
    order_number: str
    first_piece: str
    picture: str
    pieces: int


async def listed(
    conn: Conn, *, maison_id: UUID, by: Colleague, now: datetime, by_desk: bool = False
) -> list[Listed]:
    """Those of `by`'s places made within a month, the newest first; `by_desk`: the desk's instead."""
    if by_desk and not by.serves_clients:
        return []
    return await many(
        conn,
        Listed,
        f"""
        select p.id, p.location_id, p.by_desk, l.name as place, l.zone, coalesce(s.name, '') as made_by, p.made_at, {STANDING},
          coalesce(f.name, '') as first_piece, coalesce(f.picture, '') as picture, coalesce(n.pieces, 0) as pieces
        from orders.proposal p
        join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
        left join staff.person s on s.maison_id = p.maison_id and s.id = p.staff_id
        left join lateral (select coalesce(t.name, d.handle) as name, (select z.name from catalogue.picture z
              where z.maison_id = v.maison_id and z.product_id = v.product_id order by z.position limit 1) as picture
          from orders.proposal_line x
          join catalogue.variant v on v.maison_id = x.maison_id and v.id = x.variant_id
          join catalogue.product d on d.maison_id = v.maison_id and d.id = v.product_id
          left join lateral (select y.name from catalogue.product_text y where y.maison_id = v.maison_id
            and y.product_id = v.product_id order by (y.language = 'en') desc, y.language limit 1) t on true
          where x.maison_id = p.maison_id and x.proposal_id = p.id order by x.place limit 1) f on true
        left join lateral (select sum(x.quantity)::integer as pieces from orders.proposal_line x
          where x.maison_id = p.maison_id and x.proposal_id = p.id) n on true
        where p.maison_id = %(maison_id)s and p.made_at > %(since)s
          and p.by_desk = %(by_desk)s and (%(everywhere)s or p.location_id = any(%(locations)s::uuid[]))
        order by p.made_at desc, p.id desc limit %(most)s
        """,
        maison_id=maison_id,
        since=now - LISTED,
        everywhere=by_desk or by.role == "maison_manager",
        by_desk=by_desk,
        locations=sorted(by.location_ids),
        most=LISTED_MAX,
    )


@dataclass(frozen=True, slots=True)
class Made(Standing):
    """One proposal with what it says of people, '' once that is erased."""

    id: UUID
    location_id: UUID
    by_desk: bool
    place: str
    zone: str
    made_by: str
    language: str
    method: str
    collect_name: str
    brought: bool
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    withdrawn_at: datetime | None
    unapproved: bool
    paying: bool
    order_number: str
    words: str
    mail: str
    host: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A line as people look for it; `amount_minor` is today's price of one, None where it has none; `offered_minor` its own."""

    variant_id: UUID
    name: str
    colour: str
    size: str
    sku: str
    picture: str
    quantity: int
    currency: str | None
    amount_minor: int | None
    offered_minor: int | None


async def made(conn: Conn, *, maison_id: UUID, by: Colleague, proposal_id: UUID) -> tuple[Made, list[Piece]]:
    """Raises NoSuchProposal, also when `by` does not work at its place."""
    found = await maybe(
        conn,
        Made,
        f"""
        select p.id, p.location_id, p.by_desk, l.name as place, l.zone, coalesce(s.name, '') as made_by, p.language, p.method,
          coalesce(g.name, '') as collect_name, p.brought, p.made_at, {STANDING},
          coalesce(n.words, '') as words, coalesce(n.mail, '') as mail,
          coalesce((select t.host from public_facts.store t where t.id = p.store_id), '') as host
        from orders.proposal p
        join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
        left join boutiques.location g on g.maison_id = p.maison_id and g.id = p.collect_at
        left join staff.person s on s.maison_id = p.maison_id and s.id = p.staff_id
        left join orders.proposal_note n on n.maison_id = p.maison_id and n.proposal_id = p.id
        where p.maison_id = %(maison_id)s and p.id = %(proposal_id)s
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
    )
    if found is None or not found.is_of(by):
        raise NoSuchProposal
    pieces = await many(
        conn,
        Piece,
        """
        select x.variant_id, coalesce(t.name, d.handle) as name, v.colour, v.size, coalesce(v.sku, '') as sku,
          coalesce((select z.name from catalogue.picture z where z.maison_id = v.maison_id and z.product_id = v.product_id
            order by z.position limit 1), '') as picture, x.quantity, coalesce(x.offered_currency, r.currency) as currency,
          r.amount_minor, x.offered_minor
        from orders.proposal_line x
        join orders.proposal p on p.maison_id = x.maison_id and p.id = x.proposal_id
        join catalogue.variant v on v.maison_id = x.maison_id and v.id = x.variant_id
        join catalogue.product d on d.maison_id = v.maison_id and d.id = v.product_id
        left join lateral (select y.name from catalogue.product_text y where y.maison_id = v.maison_id
          and y.product_id = v.product_id order by (y.language = 'en') desc, y.language limit 1) t on true
        left join public_facts.price r on r.variant_id = x.variant_id and r.market = p.market
        where x.maison_id = %(maison_id)s and x.proposal_id = %(proposal_id)s order by x.place
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
    )
    return found, pieces
