"""What a client may have in place of what they return: other variants of the same product, and which of them they wish.

`exchanges` holds the piece and decides. The order is locked by the caller. `docs/algorithms/exchanges.md`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import jobs
from enfilade.base.db import Conn, execute, many
from enfilade.base.ids import new_id

#: Work that holds what is wished, or lets it go, and decides what is due.
EXCHANGE = "orders.exchange"
#: The letter of what was taken back, and of what is sent or paid for it.
MAIL_RECEIVED = "orders.mail_return_received"


class NotExchangeable(Exception):
    """This piece cannot be had in place of that one: none is left, or it is not offered for it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant that a line may be exchanged for; `pieces_max` of it at most."""

    line_id: UUID
    variant_id: UUID
    colour: str
    size: str
    pieces_max: int


@dataclass(frozen=True, slots=True)
class Instead:
    """So many pieces of a line are wished as this variant; None: their money. `quantity` 0: as many as are announced."""

    line_id: UUID
    variant_id: UUID | None
    quantity: int = 0


async def offered(conn: Conn, *, maison_id: UUID, order_id: UUID, now: datetime) -> list[Choice]:
    """What each line that left may be exchanged for now, in the order of the product's page."""
    return await many(
        conn,
        Choice,
        """
        select l.id as line_id, v.id as variant_id, v.colour, v.size, least(s.pieces_max, l.quantity) as pieces_max
        from orders.order o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        left join maisons.market k on k.maison_id = o.maison_id and k.code = o.market
        cross join lateral (select coalesce(c.address ->> 'country', k.countries[1]) as country) goes
        join orders.order_line l on l.maison_id = o.maison_id and l.order_id = o.id and l.state in ('handed_over', 'dispatched')
          and l.returned < l.quantity and l.lettering = '' and not l.to_specification and l.duties is null
          and l.goodwill_minor = 0 and l.total_minor %% l.quantity = 0 and l.total_minor > 0
        join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        join public_facts.variant own on own.id = l.variant_id
        join public_facts.price today on today.variant_id = own.id and today.market = o.market
        join public_facts.variant v on v.product_id = own.product_id and v.id <> own.id
        join public_facts.price its on its.variant_id = v.id and its.market = o.market
          and (its.currency, its.amount_minor) = (today.currency, today.amount_minor)
        join public_facts.product p on p.id = v.product_id
        join lateral (
          select max(case when o.method = 'ship' then a.ship else a.collect end) as pieces_max
          from public_facts.availability a join public_facts.boutique b on b.id = a.location_id
          where a.maison_id = o.maison_id and a.variant_id = v.id and case when o.method = 'ship'
            then public_facts.may_go(o.maison_id, p.kinds, b.country, coalesce(goes.country, b.country))
              and public_facts.customs_union(b.country) = public_facts.customs_union(coalesce(goes.country, b.country))
            else a.location_id = f.location_id end) s on s.pieces_max > 0
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and o.method in ('ship', 'collect') and o.payment_id is not null
          and today.currency = o.currency and public_facts.may_be_sold(v.product_id, o.store_id, o.market, %(now)s)
        order by l.id, v.position, v.id
        """,
        maison_id=maison_id,
        order_id=order_id,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Ended:
    was: str


@dataclass(frozen=True, slots=True)
class _Open:
    order_line_id: UUID
    state: str


async def wish(
    conn: Conn, *, maison_id: UUID, order_id: UUID, return_id: UUID, wishes: list[Instead], now: datetime
) -> None:
    """What is wished of these lines of the announced return from now on; what was wished before and is another thing ends.

    Lets the job know that holds the pieces. Raises NotExchangeable.
    """
    ended = await many(
        conn,
        _Ended,
        """
        update orders.exchange e set state = 'ended', because = 'client', changed_at = %(now)s
        from unnest(%(lines)s::uuid[], %(variants)s::uuid[], %(quantities)s::integer[]) as w (line_id, variant_id, quantity)
        where e.maison_id = %(maison_id)s and e.return_id = %(return_id)s and e.order_line_id = w.line_id
          and e.state in ('wished', 'held', 'due') and (e.variant_id, e.quantity) is distinct from (w.variant_id, w.quantity)
        returning old.state as was
        """,
        maison_id=maison_id,
        return_id=return_id,
        lines=[one.line_id for one in wishes],
        variants=[one.variant_id for one in wishes],
        quantities=[one.quantity for one in wishes],
        now=now,
    )
    open_now = await many(
        conn,
        _Open,
        """
        select order_line_id, state from orders.exchange
        where maison_id = %(maison_id)s and return_id = %(return_id)s and state <> 'ended'
        """,
        maison_id=maison_id,
        return_id=return_id,
    )
    known = {one.order_line_id for one in open_now}
    new = [one for one in wishes if one.variant_id is not None and one.line_id not in known]
    if new:
        choices = {
            (choice.line_id, choice.variant_id): choice.pieces_max
            for choice in await offered(conn, maison_id=maison_id, order_id=order_id, now=now)
        }
        if any(choices.get((one.line_id, one.variant_id), 0) < one.quantity for one in new if one.variant_id):
            raise NotExchangeable("This piece cannot be had in its place")
        await execute(
            conn,
            """
            insert into orders.exchange (maison_id, id, return_id, order_id, order_line_id, variant_id, quantity, state,
              wished_at, changed_at)
            select %(maison_id)s, w.id, %(return_id)s, %(order_id)s, w.line_id, w.variant_id, w.quantity, 'wished', %(now)s,
              %(now)s
            from unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(variants)s::uuid[], %(quantities)s::integer[])
              as w (id, line_id, variant_id, quantity)
            """,
            maison_id=maison_id,
            order_id=order_id,
            return_id=return_id,
            ids=[new_id(now) for _ in new],
            lines=[one.line_id for one in new],
            variants=[one.variant_id for one in new],
            quantities=[one.quantity for one in new],
            now=now,
        )
    if any(one.was == "due" for one in ended) and not any(one.state == "due" for one in open_now):
        # The letter of its arrival waited for what is not decided any more.
        letter = jobs.Job(MAIL_RECEIVED, {"return_id": return_id})
        await jobs.defer(conn, maison_id=maison_id, jobs=[letter])
    if ended or new:
        await work(conn, maison_id=maison_id, return_id=return_id)


async def end(conn: Conn, *, maison_id: UUID, return_id: UUID, because: str, now: datetime) -> None:
    """The return ended without its pieces: `because` is kept or lapsed. The job lets the pieces go."""
    ended = await execute(
        conn,
        """
        update orders.exchange set state = 'ended', because = %(because)s, changed_at = %(now)s
        where maison_id = %(maison_id)s and return_id = %(return_id)s and state in ('wished', 'held')
        """,
        maison_id=maison_id,
        return_id=return_id,
        because=because,
        now=now,
    )
    if ended:
        await work(conn, maison_id=maison_id, return_id=return_id)


async def work(conn: Conn, *, maison_id: UUID, return_id: UUID) -> None:
    """Lets the job look at the return's exchanges."""
    await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(EXCHANGE, {"return_id": return_id})])
