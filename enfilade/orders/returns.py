"""Returns as a client begins them: which pieces may come back until when, announced, or kept after all.

`receiving` takes pieces in, `settlement` gives the money back. Lock order: order, return, lines, position.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from enfilade.base import facts, jobs
from enfilade.base.db import Conn, execute, many, maybe, one, scalar
from enfilade.base.ids import new_id
from enfilade.base.secrets import derived_code, hashed
from enfilade.boutiques.zones import zone_of
from enfilade.orders import exchange_wishes
from enfilade.orders.events import ReturnAnnounced, ReturnEnded
from enfilade.orders.exchange_wishes import Instead
from enfilade.orders.return_terms import Terms, Until, until
from enfilade.orders.states import BEGINNING, RETURN, IllegalStep, Who

#: An announced return nobody has seen by then is shown no more; whose pieces come later are still in time for a while.
LAPSES_AFTER = timedelta(days=30)
IN_TIME_FOR = timedelta(days=90)
#: What an engraved piece comes back for.
OURS = ("faulty", "wrong_piece", "not_as_shown")
REASONS = (
    "changed_mind",
    "too_small",
    "too_large",
    "not_as_shown",
    "faulty",
    "wrong_piece",
    "arrived_late",
    "gift",
    "other",
)


class NoSuchOrder(Exception):
    """There is none of this id at this maison, or not for whoever asks."""


class NothingToReturn(Exception):
    """No piece was named, or one that is not the client's to return: not handed over yet, or back already."""


class BackAlready(IllegalStep, NothingToReturn):
    """So many pieces of it are not with the client any more: they came back, to somebody else perhaps a moment ago."""

    def __init__(self, piece: "Piece", step: str, who: Who) -> None:
        legal = f"{step} {piece.left} of it" if piece.left else "nothing"
        why = f"{piece.name}: {piece.returned} of {piece.quantity} came back already"
        super().__init__(RETURN, step, "received", who, why=why, instead=legal)


class MadeForYou(Exception):
    """It was engraved for the client: it comes back only where we have made a mistake."""


class ReturnTooLate(Exception):
    """The last day has passed."""

    def __init__(self, until: date) -> None:
        super().__init__(f"The last day to return this was {until:%-d %B %Y}")
        self.until = until


@dataclass(frozen=True, slots=True)
class Piece:
    """A line that left us. `final`: its hand-over cannot be undone any more. `left_at`: from when its days count.

    `announced`: how many a client has said come back, while that return is awaited; `in_time`: they said so in time.
    """

    line_id: UUID
    variant_id: UUID
    fulfilment_id: UUID
    location_id: UUID
    name: str
    colour: str
    size: str
    sku: str
    picture: str
    quantity: int
    returned: int
    announced: int
    in_time: bool
    total_minor: int
    tax_minor: int
    #: Given back of it already, as far as it rests on pieces the client still has.
    goodwill_minor: int
    goodwill_tax_minor: int
    method: str
    left_at: datetime
    delivered_at: datetime | None
    zone: str
    final: bool
    return_days: int
    delivery_days_max: int
    countries: list[str]
    #: By law it is not sold again once it was opened.
    opened_stays: bool = False
    #: Words are cut on it for the client: the law of distance does not take it back (2011/83/EU, article 16 c).
    engraved: bool = False

    @property
    def left(self) -> int:
        """How many the client still has."""
        return self.quantity - self.returned

    @property
    def until(self) -> Until:
        """The last days of it."""
        terms = Terms(self.return_days, self.delivery_days_max, self.countries)
        return until(
            terms,
            method=self.method,
            left_at=self.left_at,
            zone=self.zone,
            delivered_at=self.delivered_at,
        )

    def within_law(self, now: datetime) -> bool:
        """Whether the client may give it back by law, whatever the maison says."""
        by_law = self.until.by_law
        return by_law is not None and not self.engraved and (self.in_time or self._today(now) <= by_law)

    def late(self, now: datetime) -> bool:
        """Whether the last day has passed without a word of the client's."""
        return not self.in_time and self._today(now) > self.until.day

    def _today(self, now: datetime) -> date:
        return now.astimezone(zone_of(self.zone)).date()


async def pieces_of(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> list[Piece]:
    """What of the order has left us, back already or not, for who may see the order.

    While more is to come, the days of none have begun: they count from the last.
    """
    return await many(
        conn,
        Piece,
        """
        select l.id as line_id, l.variant_id, f.id as fulfilment_id, f.location_id, l.name, l.colour, l.size, l.sku,
          coalesce(p.pictures -> 0 ->> 'name', '') as picture, l.quantity, l.returned,
          coalesce(a.announced, 0)::integer as announced, coalesce(a.in_time, false) as in_time, l.total_minor,
          l.tax_minor, l.goodwill_minor, l.goodwill_tax_minor, f.method,
          case when o.state = 'placed' then %(now)s else max(f.ended_at) over () end as left_at,
          max(f.delivered_at) over () as delivered_at, b.zone,
          f.capture_after is null as final, coalesce(o.return_days, t.return_days) as return_days, t.delivery_days_max,
          coalesce(k.countries, '{}') as countries,
          public_facts.law_of(o.maison_id, l.kinds, 'opened', b.country) is not null as opened_stays,
          -- Left with us at the till, it is as any piece until its engraving begins.
          l.lettering <> '' and (l.kept_at is null or l.engraving_begun_at is not null) or l.to_specification as engraved
        from orders.order o
        join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id and l.state in ('handed_over', 'dispatched')
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id and f.ended_at is not null
        join boutiques.location b on b.maison_id = f.maison_id and b.id = f.location_id
        join maisons.policy t on t.maison_id = o.maison_id
        left join maisons.market k on k.maison_id = o.maison_id and k.code = o.market
        left join public_facts.variant v on v.id = l.variant_id
        left join public_facts.product p on p.id = v.product_id
        left join lateral (
          select sum(w.quantity) filter (where r.state = 'announced') as announced,
            bool_or(r.state <> 'withdrawn' and w.wished_at > %(in_time_since)s) as in_time
          from orders.return_wish w join orders.return r on r.maison_id = w.maison_id and r.id = w.return_id
          where w.maison_id = l.maison_id and w.order_line_id = l.id) a on true
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        order by f.ended_at, l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
        now=now,
        in_time_since=now - IN_TIME_FOR,
    )


async def lock(conn: Conn, *, maison_id: UUID, order_id: UUID) -> None:
    """The order's row, until the transaction ends. Raises NoSuchOrder."""
    found = await scalar(
        conn,
        "select id from orders.order where maison_id = %(maison_id)s and id = %(order_id)s for no key update",
        maison_id=maison_id,
        order_id=order_id,
    )
    if found is None:
        raise NoSuchOrder


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client says comes back: so many of a line; `reason` None where they say none.

    `instead`: the variant they wish in its place; None: their money.
    """

    line_id: UUID
    quantity: int
    reason: str | None = None
    instead: UUID | None = None


def return_code(key: bytes, return_id: UUID) -> str:
    """The eight letters the client shows or lays into the parcel, made again whenever they must be shown."""
    return derived_code(key, "return", return_id)


async def announce(
    conn: Conn,
    *,
    maison_id: UUID,
    order_id: UUID,
    wishes: list[Wish],
    key: bytes,
    now: datetime,
    exchanging: bool = True,
) -> UUID:
    """Says that pieces come back; said of more pieces while a return is announced, they are added to it.

    Not `exchanging`: what was wished in place of pieces announced before stays as it is.

    Returns the return's id. A job tells the house and writes the receipt. Raises NoSuchOrder, NothingToReturn, ReturnTooLate,
    MadeForYou, NotExchangeable.
    """
    await lock(conn, maison_id=maison_id, order_id=order_id)
    pieces = {
        piece.line_id: piece
        for piece in await pieces_of(conn, maison_id=maison_id, order_id=order_id, now=now)
    }
    if not wishes:
        raise NothingToReturn("Choose what comes back")
    for wish in wishes:
        piece = pieces.get(wish.line_id)
        if piece is None or not 1 <= wish.quantity <= piece.quantity:
            raise NothingToReturn("This piece is not there to be returned")
        if wish.quantity > piece.left:
            raise BackAlready(piece, "announce", "client")
        if piece.late(now):
            raise ReturnTooLate(piece.until.day)
        if piece.engraved and wish.reason not in OURS:
            raise MadeForYou("It was engraved or made for you: it comes back only where it is faulty")
    return_id = new_id(now)
    return_id = await scalar(
        conn,
        """
        insert into orders.return as r (maison_id, id, order_id, state, send_to_id, code_hash, announced_at, lapses_at,
          changed_at)
        values (%(maison_id)s, %(id)s, %(order_id)s, 'announced', %(send_to_id)s, %(code_hash)s, %(now)s, %(lapses_at)s, %(now)s)
        on conflict (maison_id, order_id, region) where state = 'announced'
        do update set lapses_at = excluded.lapses_at, changed_at = excluded.changed_at
        returning r.id
        """,
        maison_id=maison_id,
        id=return_id,
        order_id=order_id,
        send_to_id=pieces[wishes[0].line_id].location_id,
        code_hash=hashed(return_code(key, return_id)),
        lapses_at=now + LAPSES_AFTER,
        now=now,
    )
    await execute(
        conn,
        """
        insert into orders.return_wish (maison_id, return_id, order_line_id, quantity, reason, wished_at)
        select %(maison_id)s, %(return_id)s, w.line_id, w.quantity, w.reason, %(now)s
        from unnest(%(lines)s::uuid[], %(quantities)s::integer[], %(reasons)s::text[]) as w(line_id, quantity, reason)
        on conflict (maison_id, return_id, order_line_id, region)
        do update set quantity = excluded.quantity, reason = excluded.reason
        """,
        maison_id=maison_id,
        return_id=return_id,
        lines=[wish.line_id for wish in wishes],
        quantities=[wish.quantity for wish in wishes],
        reasons=[wish.reason for wish in wishes],
        now=now,
    )
    if exchanging:
        await exchange_wishes.wish(
            conn,
            maison_id=maison_id,
            order_id=order_id,
            return_id=return_id,
            wishes=[Instead(wish.line_id, wish.instead, wish.quantity) for wish in wishes],
            now=now,
        )
    await jobs.defer(
        conn, maison_id=maison_id, jobs=[jobs.Job("orders.return_announced", {"return_id": return_id})]
    )
    return return_id


async def withdraw(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> bool:
    """The client keeps the pieces: what is announced of the order is not awaited any more. False: nothing is, as they wished.

    Raises NoSuchOrder; IllegalStep where the latest return was taken in, or not seen for a month.
    """
    await lock(conn, maison_id=maison_id, order_id=order_id)
    ended = await _end(conn, maison_id, order_id, "withdrawn", now)
    if ended is None:
        latest = await _latest(conn, maison_id, order_id)
        if latest is None or latest.state == "withdrawn":
            return False
        legal = ", ".join(RETURN.possible(BEGINNING, "client")) if latest.more else "nothing"
        raise IllegalStep(RETURN, "withdraw", latest.state, "client", instead=legal)
    await exchange_wishes.end(conn, maison_id=maison_id, return_id=ended.id, because="kept", now=now)
    work = jobs.Job("orders.return_ended", {"return_id": ended.id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[work])
    return True


async def lapse(conn: Conn, *, maison_id: UUID, return_id: UUID, now: datetime) -> bool:
    """Nobody has seen what was announced so long ago. False: it came, or was withdrawn, or its time has not come."""
    order_id = await scalar(
        conn,
        """
        select order_id from orders.return
        where maison_id = %(maison_id)s and id = %(return_id)s and state = 'announced' and lapses_at <= %(now)s
        """,
        maison_id=maison_id,
        return_id=return_id,
        now=now,
    )
    if order_id is None:
        return False
    await lock(conn, maison_id=maison_id, order_id=order_id)
    ended = await _end(conn, maison_id, order_id, "lapsed", now)
    if ended is not None:
        await exchange_wishes.end(conn, maison_id=maison_id, return_id=ended.id, because="lapsed", now=now)
        await tell_ended(conn, maison_id=maison_id, return_id=ended.id, now=now)
    return ended is not None


@dataclass(frozen=True, slots=True)
class _Latest:
    """The return that changed last. `more`: the client has pieces of the order still."""

    state: str
    more: bool


async def _latest(conn: Conn, maison_id: UUID, order_id: UUID) -> _Latest | None:
    return await maybe(
        conn,
        _Latest,
        """
        select r.state, exists (select 1 from orders.order_line l where l.maison_id = r.maison_id and l.order_id = r.order_id
          and l.state in ('handed_over', 'dispatched') and l.returned < l.quantity) as more
        from orders.return r where r.maison_id = %(maison_id)s and r.order_id = %(order_id)s
        order by r.changed_at desc, r.id desc limit 1
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


@dataclass(frozen=True, slots=True)
class _Ended:
    id: UUID


async def _end(conn: Conn, maison_id: UUID, order_id: UUID, state: str, now: datetime) -> _Ended | None:
    return await maybe(
        conn,
        _Ended,
        """
        update orders.return set state = %(state)s, changed_at = %(now)s
        where maison_id = %(maison_id)s and order_id = %(order_id)s and state = 'announced' returning id
        """,
        maison_id=maison_id,
        order_id=order_id,
        state=state,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    order_id: UUID
    state: str
    pieces: int


async def tell_announced(conn: Conn, *, maison_id: UUID, return_id: UUID, now: datetime) -> None:
    """Records the news a client's link may not record itself, and lets the receipt be written."""
    told = await _told(conn, maison_id, return_id)
    fact = ReturnAnnounced(return_id, told.order_id, told.pieces)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    work = jobs.Job("orders.mail_return_announced", {"return_id": return_id})
    await jobs.defer(conn, maison_id=maison_id, jobs=[work])


async def tell_ended(conn: Conn, *, maison_id: UUID, return_id: UUID, now: datetime) -> None:
    """Records that a return ended without its pieces."""
    told = await _told(conn, maison_id, return_id)
    fact = ReturnEnded(return_id, told.order_id, told.state)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def _told(conn: Conn, maison_id: UUID, return_id: UUID) -> _Told:
    return await one(
        conn,
        _Told,
        """
        select r.order_id, r.state, (select coalesce(sum(w.quantity), 0)::integer from orders.return_wish w
          where w.maison_id = r.maison_id and w.return_id = r.id) as pieces
        from orders.return r where r.maison_id = %(maison_id)s and r.id = %(return_id)s
        """,
        maison_id=maison_id,
        return_id=return_id,
    )
