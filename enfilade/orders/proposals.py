"""Proposals: what an advisor put together for one client, how long it stands, and the link that opens it.

Nothing is held for it: the pieces are held when its client opens the checkout. `docs/algorithms/proposals.md` tells it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from psycopg import errors

from enfilade.base import jobs
from enfilade.base.db import Conn, execute, many, maybe
from enfilade.base.ids import new_id
from enfilade.base.jobs import Jobs
from enfilade.base.money import Money
from enfilade.base.secrets import derived, hashed
from enfilade.orders.baskets import TooMany
from enfilade.orders.reference_rates import in_euros
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.stock import holds
from enfilade.stock.holds import Method

LINES_MAX = 10
WORDS_MAX = 200
LISTED_MAX = 100
#: How long it stands unless the advisor says otherwise, and at most.
STANDS = timedelta(hours=48)
STANDS_MAX = timedelta(days=7)
#: Names, words and addresses are erased so long after it ended.
KEPT_AFTER = timedelta(days=30)
OFFERED_MAX = 10**13
MAIL_PROPOSAL, FORGET = "orders.mail_proposal", "orders.forget_proposals"


class NoSuchProposal(Exception):
    """There is none of this id at the places of whoever asks."""


class NothingProposed(Exception):
    """A proposal has at least one piece, and ten at most."""

    def __init__(self) -> None:
        super().__init__(f"Choose at least one piece, and at most {LINES_MAX}.")


class NotSoldThere(Exception):
    """The place is in no market of the maison, a piece has no price in it, or it cannot be collected there."""

    def __init__(self) -> None:
        super().__init__("A piece is not sold from this boutique, or cannot be collected there.")


class NotAnOffer(Exception):
    """A price of its own is above nothing and below the market's."""

    def __init__(self) -> None:
        super().__init__("An own price is above zero and below the price.")


class NotApproved(Exception):
    """Only a manager of its boutique or of the maison approves a proposal with prices of its own."""

    def __init__(self) -> None:
        super().__init__("A manager of the boutique approves prices of their own.")


class ProposalOver(Exception):
    """It cannot be paid (yet, any more); `state` says why: asked, withdrawn, lapsed, paying or paid."""

    def __init__(self, state: str) -> None:
        super().__init__(f"The proposal is {STATE_WORDS[state]}.")
        self.state = state


STATE_WORDS = {
    "asked": "waiting for a manager",
    "made": "not opened yet",
    "opened": "opened by the client",
    "paying": "being paid",
    "paid": "paid",
    "lapsed": "lapsed",
    "withdrawn": "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """So many of a variant; `offered_minor`: at this price each instead of the market's, in its currency."""

    variant_id: UUID
    quantity: int
    offered_minor: int | None = None


class Standing:
    """Where a proposal stands, by what its row, its checkouts and its order say."""

    __slots__ = ()
    expires_at: datetime
    opened_at: datetime | None
    withdrawn_at: datetime | None
    unapproved: bool
    paying: bool
    order_number: str
    location_id: UUID
    by_desk: bool

    def is_of(self, by: Colleague) -> bool:
        """Whether `by` sees and changes it: at its place, or at the desk where it was made there."""
        return by.serves_clients if self.by_desk else by.works_at(self.location_id)

    def state(self, now: datetime) -> str:
        """One of STATE_WORDS; what is paid stays paid."""
        if self.order_number:
            return "paid"
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.paying:
            return "paying"
        if now >= self.expires_at:
            return "lapsed"
        if self.unapproved:
            return "asked"
        return "opened" if self.opened_at is not None else "made"


_PAYING: LiteralString = """exists (select 1 from orders.checkout c where c.maison_id = p.maison_id and c.proposal_id = p.id
  and c.state in ('paying', 'choosing', 'completed'))"""
#: Of the proposal `p`: it has prices of its own, and no manager has approved them.
UNAPPROVED: LiteralString = """(exists (select 1 from orders.proposal_line u where u.maison_id = p.maison_id
    and u.proposal_id = p.id and u.offered_minor is not null)
  and not exists (select 1 from orders.proposal_approval u where u.maison_id = p.maison_id and u.proposal_id = p.id))"""
#: The columns of `Standing`, of the proposal `p`.
STANDING: LiteralString = f"""{UNAPPROVED} as unapproved, p.expires_at, p.opened_at, p.withdrawn_at, {_PAYING} as paying,
  coalesce((select o.number from orders.order o where o.maison_id = p.maison_id and o.proposal_id = p.id), '') as order_number"""


@dataclass(frozen=True, slots=True)
class _Seller:
    market: str
    store_id: UUID
    collectable: bool
    currency: str
    shown: list[UUID]
    priced: dict[str, int]
    most: int
    offer_percent: int
    offer_euros: int | None

    def alone(self, pieces: list[Proposed]) -> bool:
        """Whether whoever made these offers may make them without a manager; never of a piece that has no price here."""
        given = Money(0, self.currency)
        for piece in pieces:
            if piece.offered_minor is None:
                continue
            price = self.priced.get(str(piece.variant_id))
            if price is None or piece.offered_minor * 100 < price * (100 - self.offer_percent):
                return False
            given += Money(price - piece.offered_minor, self.currency) * piece.quantity
        euros = in_euros(given)
        return self.offer_euros is None or (euros.currency == "EUR" and euros.minor <= self.offer_euros * 100)


async def make(
    conn: Conn,
    *,
    maison_id: UUID,
    proposal_id: UUID,
    by: Colleague,
    location_id: UUID,
    pieces: list[Proposed],
    collect_at: UUID | None,
    language: str,
    words: str,
    mail: str,
    expires_at: datetime,
    key: bytes,
    now: datetime,
    by_desk: bool = False,
    brought: bool = False,
) -> None:
    """Writes it down for the link that `key` makes of its id. `collect_at` None: delivered. `mail` is one its owner agreed to.

    `brought`: what is not there when its client pays may be brought to `collect_at` first.
    `by_desk`: by client service; `location_id` then says the market and the clock, and is credited with nothing.

    With a price of its own it waits for a manager, unless `by` is one, or the maison lets an advisor go so low alone.
    Raises NoSuchProposal (the place is not theirs), NothingProposed, NotSoldThere, NotAnOffer, TooMany.
    """
    if not (by.serves_clients if by_desk else by.works_at(location_id)):
        raise NoSuchProposal
    if not 1 <= len(pieces) <= LINES_MAX:
        raise NothingProposed
    seller = await maybe(
        conn,
        _Seller,
        """
        select k.code as market, s.id as store_id, t.pieces_per_line_max as most,
          %(collect_at)s::uuid is null or exists (select 1 from public_facts.boutique b where b.maison_id = l.maison_id
            and b.id = %(collect_at)s and b.kind = 'boutique' and (not %(brought)s or t.ship_to_store_days is not null))
            as collectable,
          k.currency, y.offer_percent, y.offer_euros,
          array(select v.id from public_facts.variant v
            where v.maison_id = l.maison_id and v.id = any(%(variants)s::uuid[])
              and public_facts.may_be_sold(v.product_id, s.id, k.code, now())) as shown,
          coalesce((select jsonb_object_agg(r.variant_id, r.amount_minor) from public_facts.price r
            where r.variant_id = any(%(variants)s::uuid[]) and r.market = k.code), '{}') as priced
        from boutiques.location l
        join public_facts.promise_terms t on t.maison_id = l.maison_id
        join maisons.policy y on y.maison_id = l.maison_id
        join public_facts.market k on k.maison_id = l.maison_id and l.country = any(k.countries)
        cross join lateral (select x.id from public_facts.store x where x.maison_id = l.maison_id
          order by x.multi_brand, x.slug limit 1) s
        where l.maison_id = %(maison_id)s and l.id = %(location_id)s
        order by k.code limit 1
        """,
        maison_id=maison_id,
        location_id=location_id,
        collect_at=collect_at,
        brought=brought,
        variants=[piece.variant_id for piece in pieces],
    )
    if seller is None or not seller.collectable:
        raise NotSoldThere
    for piece in pieces:
        price = seller.priced.get(str(piece.variant_id))
        if piece.variant_id not in seller.shown or (price is None and piece.offered_minor is None):
            raise NotSoldThere
        if piece.offered_minor is not None and not 0 < piece.offered_minor < (price or OFFERED_MAX):
            raise NotAnOffer
    if any(piece.quantity > seller.most for piece in pieces):
        raise TooMany(seller.most)
    await execute(
        conn,
        """
        with made as (
          insert into orders.proposal (maison_id, id, location_id, staff_id, store_id, market, language, method, collect_at,
            link_hash, made_at, expires_at, by_desk, brought)
          values (%(maison_id)s, %(id)s, %(location_id)s, %(staff_id)s, %(store_id)s, %(market)s, %(language)s, %(method)s,
            %(collect_at)s, %(link_hash)s, %(now)s, %(expires_at)s, %(by_desk)s,
            %(brought)s)
        ), told as (
          insert into orders.proposal_note (maison_id, proposal_id, advisor, words, mail, agreed_at, forget_at)
          values (%(maison_id)s, %(id)s, %(advisor)s, %(words)s, %(mail)s,
            case when %(mail)s::text <> '' then %(now)s::timestamptz end, %(forget_at)s)
        )
        insert into orders.proposal_line (maison_id, proposal_id, variant_id, quantity, place, offered_minor, offered_currency)
        select %(maison_id)s, %(id)s, w.variant_id, w.quantity, w.place, w.offered,
          case when w.offered is not null then %(currency)s end
        from unnest(%(variants)s::uuid[], %(quantities)s::integer[], %(offered)s::bigint[]) with ordinality
          as w(variant_id, quantity, offered, place)
        """,
        maison_id=maison_id,
        id=proposal_id,
        location_id=location_id,
        staff_id=by.staff_id,
        store_id=seller.store_id,
        market=seller.market,
        language=language,
        method="ship" if collect_at is None else "collect",
        collect_at=collect_at,
        link_hash=hashed(link_secret(key, proposal_id)),
        by_desk=by_desk,
        brought=brought and collect_at is not None,
        now=now,
        expires_at=expires_at,
        advisor=by.name.split()[0] if by.name.split() else "",
        words=words[:WORDS_MAX],
        mail=mail,
        forget_at=expires_at + KEPT_AFTER,
        variants=[piece.variant_id for piece in pieces],
        quantities=[piece.quantity for piece in pieces],
        offered=[piece.offered_minor for piece in pieces],
        currency=seller.currency,
    )
    offers = any(piece.offered_minor is not None for piece in pieces)
    if offers and (by.role in MANAGERS or seller.alone(pieces)):
        await _approve(conn, maison_id, proposal_id, by, now)
    elif mail and not offers:
        await _mail(conn, maison_id, proposal_id)


async def approve(conn: Conn, *, maison_id: UUID, proposal_id: UUID, by: Colleague, now: datetime) -> None:
    """Its prices hold, and its link opens; the letter that waited for it goes. Repeatable.

    Raises NoSuchProposal, NotApproved (`by` may not), ProposalOver.
    """
    found = await head(conn, maison_id=maison_id, proposal_id=proposal_id)
    if found is None or not found.is_of(by):
        raise NoSuchProposal
    if by.role not in MANAGERS:
        raise NotApproved
    if (state := found.state(now)) == "asked":
        await _approve(conn, maison_id, proposal_id, by, now)
    elif state in ("withdrawn", "lapsed"):
        raise ProposalOver(state)


async def _approve(conn: Conn, maison_id: UUID, proposal_id: UUID, by: Colleague, now: datetime) -> None:
    approved = await execute(
        conn,
        """
        insert into orders.proposal_approval (maison_id, proposal_id, approved_at, approved_by)
        values (%(maison_id)s, %(proposal_id)s, %(now)s, %(by)s) on conflict on constraint approved_once do nothing
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
        by=by.staff_id,
        now=now,
    )
    if approved:
        await _mail(conn, maison_id, proposal_id)


async def _mail(conn: Conn, maison_id: UUID, proposal_id: UUID) -> None:
    await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(MAIL_PROPOSAL, {"proposal_id": proposal_id})])


def link_secret(key: bytes, proposal_id: UUID) -> str:
    """What the proposal's link says: made again whenever it is shown, stored as its hash alone."""
    return derived(key, "proposal", proposal_id)


async def withdraw(conn: Conn, *, maison_id: UUID, proposal_id: UUID, by: Colleague, now: datetime) -> None:
    """Nobody opens it any more; a checkout that waits to be paid ends with it. Repeatable.

    Raises NoSuchProposal, ProposalOver when it is paid or being paid.
    """
    found = await head(conn, maison_id=maison_id, proposal_id=proposal_id)
    if found is None or not found.is_of(by):
        raise NoSuchProposal
    if found.withdrawn_at is not None:
        return
    await _give_way(conn, maison_id, proposal_id, None, now)
    withdrawn = await execute(
        conn,
        f"""
        update orders.proposal p set withdrawn_at = %(now)s, withdrawn_by = %(by)s
        where p.maison_id = %(maison_id)s and p.id = %(proposal_id)s and p.withdrawn_at is null and not {_PAYING}
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
        by=by.staff_id,
        now=now,
    )
    if not withdrawn:
        raise ProposalOver("paying")


@dataclass(frozen=True, slots=True)
class _Ended:
    id: UUID


async def _give_way(
    conn: Conn, maison_id: UUID, proposal_id: UUID, visitor_id: UUID | None, now: datetime
) -> None:
    """Checkouts that wait to be paid end, but `visitor_id`'s own, and what they held is free."""
    ended = await many(
        conn,
        _Ended,
        """
        update orders.checkout set state = 'released', ended_at = %(now)s, changed_at = %(now)s
        where maison_id = %(maison_id)s and proposal_id = %(proposal_id)s and state = 'open'
          and visitor_id is distinct from %(visitor_id)s
        returning id
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
        visitor_id=visitor_id,
        now=now,
    )
    for checkout in ended:
        await holds.release(conn, maison_id=maison_id, holder_id=checkout.id)


@dataclass(frozen=True, slots=True)
class Head(Standing):
    """The proposal itself, without its pieces and without what it says of people."""

    id: UUID
    location_id: UUID
    by_desk: bool
    staff_id: UUID
    store_id: UUID
    market: str
    language: str
    method: Method
    collect_at: UUID | None
    brought: bool
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    withdrawn_at: datetime | None
    unapproved: bool
    paying: bool
    order_number: str


async def head(conn: Conn, *, maison_id: UUID, proposal_id: UUID) -> Head | None:
    """As whoever acts may read it. Where it stands only the maison's people and jobs read in full."""
    return await maybe(
        conn,
        Head,
        f"""
        select p.id, p.location_id, p.by_desk, p.staff_id, p.store_id, p.market, p.language, p.method, p.collect_at, p.brought,
          p.made_at,
          {STANDING}
        from orders.proposal p where p.maison_id = %(maison_id)s and p.id = %(proposal_id)s
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
    )


async def take_up(conn: Conn, *, maison_id: UUID, proposal_id: UUID, visitor_id: UUID, now: datetime) -> Head:
    """Its pieces become a basket of this visitor's own, once; other visitors' checkouts that wait to be paid give way.

    As a job, after the link was opened. Raises NoSuchProposal, ProposalOver.
    """
    found = await head(conn, maison_id=maison_id, proposal_id=proposal_id)
    if found is None:
        raise NoSuchProposal
    state = found.state(now)
    if state not in ("made", "opened"):
        raise ProposalOver(state)
    await _give_way(conn, maison_id, proposal_id, visitor_id, now)
    await execute(
        conn,
        """
        with kept as (
          insert into orders.basket (maison_id, id, store_id, visitor_id, state, created_at, changed_at, proposal_id)
          values (%(maison_id)s, %(id)s, %(store_id)s, %(visitor_id)s, 'proposed', %(now)s, %(now)s, %(proposal_id)s)
          on conflict (maison_id, proposal_id, visitor_id, region) where proposal_id is not null do nothing
          returning id
        )
        insert into orders.basket_line (maison_id, basket_id, selling_maison_id, variant_id, quantity, added_at)
        select %(maison_id)s, k.id, %(maison_id)s, l.variant_id, l.quantity, %(now)s
        from kept k join orders.proposal_line l on l.maison_id = %(maison_id)s and l.proposal_id = %(proposal_id)s
        """,
        maison_id=maison_id,
        id=new_id(now),
        store_id=found.store_id,
        visitor_id=visitor_id,
        proposal_id=proposal_id,
        now=now,
    )
    return found


async def note_opened(conn: Conn, *, maison_id: UUID, proposal_id: UUID, now: datetime) -> None:
    """Somebody who holds the link has looked; the first time counts."""
    await execute(
        conn,
        """
        update orders.proposal set opened_at = %(now)s
        where maison_id = %(maison_id)s and id = %(proposal_id)s and opened_at is null
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Sold:
    """Who is told apart as the seller of an order: a place and a member of its staff; no place where the desk sold it."""

    location_id: UUID | None
    staff_id: UUID


async def sold_by(conn: Conn, *, maison_id: UUID, proposal_id: UUID) -> Sold | None:
    """Whose proposal it is; None where whoever acts may not read it."""
    return await maybe(
        conn,
        Sold,
        """
        select case when not by_desk then location_id end as location_id, staff_id from orders.proposal
        where maison_id = %(maison_id)s and id = %(proposal_id)s
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
    )


async def forget(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Erases what proposals that ended a month ago said of people; returns how many."""
    return await execute(
        conn,
        "delete from orders.proposal_note where maison_id = %(maison_id)s and forget_at < %(now)s",
        maison_id=maison_id,
        now=now,
    )


def paid_twice(error: errors.UniqueViolation) -> bool:
    """Whether another checkout of the same proposal is being paid, or has been."""
    return error.diag.constraint_name in ("one_paying_a_proposal", "proposal_paid_once")


def register(known: Jobs) -> None:
    """Once a night."""
    known.at_each("40 3 * * *", FORGET, forget)
