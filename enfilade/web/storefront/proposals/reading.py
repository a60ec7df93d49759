"""What the holder of a proposal's link may see of it: pieces at today's prices, who sells them, and where it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, maybe
from enfilade.base.money import Money
from enfilade.base.secrets import hashed
from enfilade.orders.proposals import UNAPPROVED


@dataclass(frozen=True, slots=True)
class Opened:
    """The proposal behind a link. `paying`, `paid`: by whomever; `held`: somebody's checkout holds its pieces now."""

    maison_id: UUID
    region: str
    proposal_id: UUID
    paying: bool
    paid: bool
    held: bool

    @property
    def actor(self) -> Actor:
        """The holder of the link of this proposal, and of no other."""
        return Actor.link(self.proposal_id)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposal with its maison's look; `place` is the boutique that sells, `collect` the one to collect at."""

    maison_id: UUID
    market: str
    method: str
    collect_at: UUID | None
    brought: bool
    expires_at: datetime
    opened_at: datetime | None
    withdrawn_at: datetime | None
    unapproved: bool
    advisor: str
    words: str
    place: str
    phone: str
    zone: str
    collect_name: str
    collect_address: str
    latitude: float | None
    longitude: float | None
    maison_slug: str
    maison_name: str
    maison_theme: dict[str, Any]
    maison_wordmark: str


@dataclass(frozen=True, slots=True)
class Line:
    """A piece as the store shows it today; `amount_minor` None: it has no price there (any more); `offered_minor`: its own."""

    variant_id: UUID
    product_id: UUID
    slug: str
    name: str
    text_language: str
    colour: str
    size: str
    picture: str
    quantity: int
    currency: str | None
    amount_minor: int | None
    offered_minor: int | None
    limited: bool

    @property
    def total(self) -> Money | None:
        """What is paid for it."""
        return self._times(self.amount_minor if self.offered_minor is None else self.offered_minor)

    @property
    def instead_of(self) -> Money | None:
        """The store's price, where another is offered."""
        return None if self.offered_minor is None else self._times(self.amount_minor)

    def _times(self, minor: int | None) -> Money | None:
        return None if minor is None or self.currency is None else Money(minor, self.currency) * self.quantity


async def opened(db: Db, secret: str) -> Opened | None:
    """The proposal this link opens, or None."""
    async with db.door() as conn:
        return await maybe(
            conn,
            Opened,
            """
            select maison_id, region, proposal_id, paying, paid, held from door.proposal_of_link(%(link)s)
            """,
            link=hashed(secret),
        )


async def proposal(conn: Conn, *, maison_id: UUID, proposal_id: UUID) -> Proposal | None:
    """The proposal itself; its advisor and words are '' when they have been erased."""
    return await maybe(
        conn,
        Proposal,
        f"""
        select p.maison_id, p.market, p.method, p.collect_at, p.brought, p.expires_at, p.opened_at, p.withdrawn_at,
          {UNAPPROVED} as unapproved,
          coalesce(n.advisor, '') as advisor,
          coalesce(n.words, '') as words, case when p.by_desk then m.name else coalesce(b.name, m.name) end as place,
          case when p.by_desk then '' else coalesce(b.phone, '') end as phone,
          coalesce(b.zone, 'UTC') as zone, coalesce(c.name, '') as collect_name,
          concat_ws(', ', nullif(c.address, ''), nullif(concat_ws(' ', nullif(c.postcode, ''), c.city), ''))
            as collect_address, c.latitude, c.longitude,
          m.slug as maison_slug, m.name as maison_name, m.theme as maison_theme, m.wordmark as maison_wordmark
        from orders.proposal p
        join public_facts.maison m on m.maison_id = p.maison_id
        left join orders.proposal_note n on n.maison_id = p.maison_id and n.proposal_id = p.id
        left join public_facts.boutique b on b.id = p.location_id
        left join public_facts.boutique c on c.id = p.collect_at
        where p.maison_id = %(maison_id)s and p.id = %(proposal_id)s
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
    )


async def lines(conn: Conn, *, maison_id: UUID, proposal_id: UUID, market: str, language: str) -> list[Line]:
    """Its pieces in the advisor's order; one that is published no longer is left out, as at the checkout."""
    return await many(
        conn,
        Line,
        """
        select l.variant_id, v.product_id, p.slug, t.name, t.language as text_language, v.colour, v.size,
          coalesce(p.pictures -> 0 ->> 'name', '') as picture, l.quantity,
          coalesce(r.currency, l.offered_currency) as currency, r.amount_minor,
          case when r.amount_minor <= l.offered_minor then null else l.offered_minor end as offered_minor,
          exists (select 1 from public_facts.quota q where q.product_id = v.product_id) as limited
        from orders.proposal_line l
        join public_facts.variant v on v.id = l.variant_id
        join public_facts.product p on p.id = v.product_id
        join public_facts.maison m on m.maison_id = l.maison_id
        cross join lateral (select x.name, x.language from public_facts.product_text x where x.product_id = v.product_id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t
        left join public_facts.price r on r.variant_id = l.variant_id and r.market = %(market)s
        where l.maison_id = %(maison_id)s and l.proposal_id = %(proposal_id)s order by l.place
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
        market=market,
        language=language,
    )


@dataclass(frozen=True, slots=True)
class Underway:
    """The visitor's own checkout of the proposal: open, being paid, or completed."""

    id: UUID
    state: str


async def underway(conn: Conn, *, maison_id: UUID, proposal_id: UUID, now: datetime) -> Underway | None:
    """The newest, as the visitor; one whose time is up is none."""
    return await maybe(
        conn,
        Underway,
        """
        select id, state from orders.checkout
        where maison_id = %(maison_id)s and proposal_id = %(proposal_id)s
          and (state in ('paying', 'choosing', 'completed') or state = 'open' and expires_at > %(now)s)
        order by opened_at desc, id desc limit 1
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
        now=now,
    )
