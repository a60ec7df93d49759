"""Withdrawals: a consumer states, in two steps, that they do not keep what they bought at a distance, with a receipt.

What has not left is cancelled, what left or arrived is awaited back: both by the verbs of `cancellation` and `returns`, so money
and pieces go the ways they always go. Lock order: order, return. See docs/algorithms/withdrawal.md.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, maybe, one, scalar
from enfilade.base.ids import new_id
from enfilade.orders import cancellation, returns
from enfilade.orders.cancellation import LEFT, OPEN
from enfilade.orders.events import WithdrawalStated
from enfilade.orders.return_terms import EUROPE
from enfilade.orders.returns import Piece, Wish
from enfilade.staff.people import Colleague

NAME_CHARACTERS_MAX = 120
#: Bought in a boutique: nobody may withdraw from that by law, whatever the maison takes back.
AT_A_PLACE = ("reserve", "counter")

#: Why a piece is not withdrawn from: engraved for the client, its engraving begun, its last day passed, announced to come back
#: already, its cancellation wished already, back or ended.
WhyNot = Literal["engraved", "begun", "late", "announced", "wished", "ended"]


class NothingToWithdraw(Exception):
    """No piece was named, or one that may not be withdrawn from (any more)."""


class SayWho(Exception):
    """A statement has a name, and a mail address for its receipt."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the order, and how many of it may be withdrawn from; `why_not` where that is none.

    `left`: it has left us. `whole`: of what is brought from elsewhere, all or none. `until`: the last day, None while it has
    not left. `if_unopened`: by law it comes back only as long as it is not opened.
    """

    line_id: UUID
    name: str
    colour: str
    size: str
    picture: str
    quantity: int
    why_not: WhyNot | None
    left: bool
    whole: bool
    until: date | None
    if_unopened: bool


@dataclass(frozen=True, slots=True)
class Part:
    """So many pieces of a line."""

    line_id: UUID
    quantity: int


def in_europe(countries: list[str]) -> bool:
    """Whether a market has the function by law: it is in the European Economic Area."""
    return any(country in EUROPE for country in countries)


@dataclass(frozen=True, slots=True)
class _Order:
    method: str
    countries: list[str]


@dataclass(frozen=True, slots=True)
class _Line:
    id: UUID
    name: str
    colour: str
    size: str
    picture: str
    quantity: int
    state: str
    begun: bool
    wished: bool
    awaited: bool


async def choice(
    conn: Conn,
    *,
    maison_id: UUID,
    order_id: UUID,
    now: datetime,
    known: list[Piece] | None = None,
) -> list[Choice]:
    """Every line of an order placed at a distance in the European Economic Area, with what may be withdrawn from; of others none.

    What has not left always may be, but for what is being engraved. `known`: what `returns.pieces_of` has said already.
    """
    order = await maybe(
        conn,
        _Order,
        """
        select o.method, coalesce(k.countries, '{}') as countries from orders.order o
        left join public_facts.market k on k.maison_id = o.maison_id and k.code = o.market
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if order is None or order.method in AT_A_PLACE or not in_europe(order.countries):
        return []
    if known is None:
        known = await returns.pieces_of(conn, maison_id=maison_id, order_id=order_id, now=now)
    pieces = {piece.line_id: piece for piece in known}
    lines = await many(
        conn,
        _Line,
        """
        select l.id, l.name, l.colour, l.size, coalesce(p.pictures -> 0 ->> 'name', '') as picture, l.quantity, l.state,
          l.engraving_begun_at is not null or (l.to_specification and l.making_begun_at is not null) as begun,
          coalesce(f.state = 'awaited', false) as awaited,
          exists (select 1 from orders.cancellation_line c where c.maison_id = l.maison_id and c.order_line_id = l.id
            and c.outcome is null) as wished
        from orders.order_line l
        left join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        left join public_facts.variant v on v.id = l.variant_id
        left join public_facts.product p on p.id = v.product_id
        where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s
        order by l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    found: list[Choice] = []
    for line in lines:
        quantity, why, until, if_unopened = line.quantity, None, None, False
        if (piece := pieces.get(line.id)) is not None:
            quantity, until = piece.left - piece.announced, piece.until.day
            if_unopened = piece.opened_stays
            why = (
                "ended"
                if not piece.left
                else "announced"
                if quantity <= 0
                else "engraved"
                if piece.engraved
                else "late"
                if piece.late(now)
                else None
            )
        elif line.state not in OPEN:
            why = "ended"
        elif line.wished:
            why = "wished"
        elif line.begun:
            why = "begun"
        found.append(
            Choice(
                line.id,
                line.name,
                line.colour,
                line.size,
                line.picture,
                0 if why else quantity,
                why,
                line.state in LEFT,
                line.awaited,
                until,
                if_unopened,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a piece became."""

    part: Part
    cancellation_id: UUID | None
    return_id: UUID | None


async def state(
    conn: Conn,
    *,
    maison_id: UUID,
    order_id: UUID,
    parts: list[Part],
    name: str,
    mail: str,
    form_key: UUID,
    key: bytes,
    now: datetime,
    by: Colleague | None = None,
) -> UUID:
    """The consumer withdraws from the purchase of these pieces; the same form sent again is the same statement.

    `mail`: where the receipt goes, which a job writes. `by`: who at the desk writes it down for them. Returns the statement's id.
    Raises NoSuchOrder, NothingToWithdraw, SayWho.
    """
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    known = await scalar(
        conn,
        """
        select id from orders.withdrawal
        where maison_id = %(maison_id)s and order_id = %(order_id)s and form_key = %(form_key)s
        """,
        maison_id=maison_id,
        order_id=order_id,
        form_key=form_key,
    )
    if known is not None:
        return known
    name = " ".join(name.split())[:NAME_CHARACTERS_MAX]
    if not name or not mail:
        raise SayWho("Please give your name, and a mail address for the receipt")
    effects = await _effects(conn, maison_id, order_id, parts, key, now)
    withdrawal_id = new_id(now)
    await execute(
        conn,
        """
        insert into orders.withdrawal (maison_id, id, order_id, form_key, name, mail, stated_at, by_id)
        values (%(maison_id)s, %(id)s, %(order_id)s, %(form_key)s, %(name)s, %(mail)s, %(now)s, %(by)s::uuid)
        """,
        maison_id=maison_id,
        id=withdrawal_id,
        order_id=order_id,
        form_key=form_key,
        name=name,
        mail=mail,
        by=by.staff_id if by else None,
        now=now,
    )
    await execute(
        conn,
        """
        insert into orders.withdrawal_line (maison_id, withdrawal_id, order_line_id, quantity, cancellation_id, return_id)
        select %(maison_id)s, %(id)s, x.line_id, x.quantity, x.cancellation_id, x.return_id
        from unnest(%(lines)s::uuid[], %(quantities)s::integer[], %(cancellations)s::uuid[], %(returns)s::uuid[])
          as x(line_id, quantity, cancellation_id, return_id)
        """,
        maison_id=maison_id,
        id=withdrawal_id,
        lines=[effect.part.line_id for effect in effects],
        quantities=[effect.part.quantity for effect in effects],
        cancellations=[effect.cancellation_id for effect in effects],
        returns=[effect.return_id for effect in effects],
    )
    work = jobs.Job("orders.withdrawal_stated", {"withdrawal_id": withdrawal_id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[work])
    return withdrawal_id


async def _effects(
    conn: Conn, maison_id: UUID, order_id: UUID, parts: list[Part], key: bytes, now: datetime
) -> list[_Effect]:
    """Cancels and announces; one for each part. Raises NothingToWithdraw."""
    choices = {
        one.line_id: one for one in await choice(conn, maison_id=maison_id, order_id=order_id, now=now)
    }
    if not parts or len({part.line_id for part in parts}) != len(parts):
        raise NothingToWithdraw("Choose from which pieces you withdraw")
    for part in parts:
        line = choices.get(part.line_id)
        if line is None or not 1 <= part.quantity <= line.quantity:
            raise NothingToWithdraw("This piece cannot be withdrawn from any more")
        if line.whole and part.quantity != line.quantity:
            raise NothingToWithdraw("It is on its way to your boutique: all of it, or none")
    gone = [part for part in parts if choices[part.line_id].left]
    here = [part for part in parts if not choices[part.line_id].left]
    return_id = await _announced(conn, maison_id, order_id, gone, key, now) if gone else None
    cancellation_id = (
        await cancellation.ask(
            conn,
            maison_id=maison_id,
            order_id=order_id,
            line_ids=[part.line_id for part in here],
            keep={part.line_id: choices[part.line_id].quantity - part.quantity for part in here},
            now=now,
        )
        if here
        else None
    )
    return [
        *(_Effect(part, cancellation_id, None) for part in here),
        *(_Effect(part, None, return_id) for part in gone),
    ]


async def _announced(
    conn: Conn, maison_id: UUID, order_id: UUID, parts: list[Part], key: bytes, now: datetime
) -> UUID:
    """A return of the parts, beside what was announced before."""
    pieces = await returns.pieces_of(conn, maison_id=maison_id, order_id=order_id, now=now)
    before = {piece.line_id: piece.announced for piece in pieces}
    return await returns.announce(
        conn,
        maison_id=maison_id,
        order_id=order_id,
        wishes=[Wish(part.line_id, part.quantity + before[part.line_id]) for part in parts],
        exchanging=False,
        key=key,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Overtaken:
    withdrawal_id: UUID
    order_line_id: UUID
    quantity: int
    order_id: UUID
    stated_at: datetime


async def follow(conn: Conn, *, maison_id: UUID, cancellation_id: UUID, key: bytes, now: datetime) -> bool:
    """What left while the statement was on its way is awaited back, as stated when it was. False: nothing (more) is."""
    order_id = await scalar(
        conn,
        "select order_id from orders.cancellation where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=cancellation_id,
    )
    if order_id is None:
        return False
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    overtaken = await many(
        conn,
        _Overtaken,
        """
        select w.id as withdrawal_id, x.order_line_id, x.quantity, w.order_id, w.stated_at
        from orders.withdrawal_line x
        join orders.withdrawal w on w.maison_id = x.maison_id and w.id = x.withdrawal_id
        join orders.cancellation_line c on c.maison_id = x.maison_id and c.cancellation_id = x.cancellation_id
          and c.order_line_id = x.order_line_id and c.outcome = 'left'
        where x.maison_id = %(maison_id)s and x.cancellation_id = %(id)s and x.return_id is null
        order by x.order_line_id
        """,
        maison_id=maison_id,
        id=cancellation_id,
    )
    pieces = {
        piece.line_id: piece
        for piece in await returns.pieces_of(conn, maison_id=maison_id, order_id=order_id, now=now)
    }
    parts: list[Part] = []
    for line in overtaken:
        piece = pieces.get(line.order_line_id)
        if piece is not None and not piece.engraved and piece.left > piece.announced:
            parts.append(Part(line.order_line_id, min(line.quantity, piece.left - piece.announced)))
    if not parts:
        return False
    return_id = await _announced(conn, maison_id, order_id, parts, key, overtaken[0].stated_at)
    await execute(
        conn,
        """
        update orders.withdrawal_line set return_id = %(return_id)s
        where maison_id = %(maison_id)s and cancellation_id = %(id)s and order_line_id = any(%(lines)s::uuid[])
          and return_id is null
        """,
        maison_id=maison_id,
        id=cancellation_id,
        return_id=return_id,
        lines=[part.line_id for part in parts],
    )
    return True


@dataclass(frozen=True, slots=True)
class _Told:
    order_id: UUID
    pieces: int
    by_id: UUID | None


async def tell(conn: Conn, *, maison_id: UUID, withdrawal_id: UUID, now: datetime) -> None:
    """Records the news, which the client's link may not record itself, and lets the receipt be written."""
    told = await one(
        conn,
        _Told,
        """
        select w.order_id, (select coalesce(sum(x.quantity), 0)::integer from orders.withdrawal_line x
          where x.maison_id = w.maison_id and x.withdrawal_id = w.id) as pieces, w.by_id
        from orders.withdrawal w where w.maison_id = %(maison_id)s and w.id = %(id)s
        """,
        maison_id=maison_id,
        id=withdrawal_id,
    )
    fact = WithdrawalStated(told.order_id, withdrawal_id, told.pieces, told.by_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    work = jobs.Job("orders.mail_withdrawal", {"withdrawal_id": withdrawal_id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[work])
