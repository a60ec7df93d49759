"""Taking returned pieces in, wherever they are brought: judged one by one, on hand here, their money on its way back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import audit, facts, jobs
from enfilade.base.db import Conn, execute, maybe, one
from enfilade.base.ids import new_id
from enfilade.base.secrets import hashed
from enfilade.orders import delivery, engraving_room, exchanges, returns, settlement
from enfilade.orders.delivery import NO_AMOUNT
from enfilade.orders.events import ReturnReceived
from enfilade.orders.exchange_wishes import MAIL_RECEIVED
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.orders.partners import dues
from enfilade.orders.pickup import as_written
from enfilade.orders.return_terms import part, without_goodwill
from enfilade.orders.returns import BackAlready, NothingToReturn, Piece, ReturnTooLate
from enfilade.payments import ledger
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.stock.returns import Disposition, Returned, take_in

REASONS = ("worn", "damaged", "incomplete", "not_ours", "missing", "too_late", "opened", "engraved")
#: What the law of distance lets a maison pay less for, and not refuse.
LESS_NOT_NO = ("worn", "damaged", "incomplete", "too_late")


class StillToUndo(Exception):
    """The hand-over was a moment ago: it can be undone, which is simpler for everybody."""


class ReturnElsewhere(Exception):
    """The maison takes its pieces back only in the country they were sold in."""


class NotJudged(Exception):
    """A piece that stays needs a place to go, one that does not a reason; so does paying less."""


class LawTakesItBack(Exception):
    """Within the days of the law it cannot be refused for its state; a manager may pay less for it."""


class OpenedStays(Exception):
    """It was opened, and by law it is never sold again: it is refused, or taken in as damaged."""


class EngravedStays(Exception):
    """Words were cut on it for a client: it is not sold again."""


class ForAManager(Exception):
    """Only a manager of the boutique or the maison pays less than the price."""


@dataclass(frozen=True, slots=True)
class Brought:
    """So many of a line were looked at. They go where `disposition` says; None: the client's again, with a `reason`.

    `deduction_minor`: so much less than their price is paid for all of them, with a `reason` too.
    """

    line_id: UUID
    quantity: int
    disposition: Disposition | None
    reason: str | None = None
    deduction_minor: int = 0
    #: Which they are, where the variant is counted piece by piece.
    serials: tuple[str, ...] = ()
    #: Whether it had been opened; to be said where the law lets nothing opened be sold again.
    opened: bool | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was brought, with its worth."""

    id: UUID
    brought: Brought
    variant_id: UUID
    value_minor: int
    tax_minor: int
    goodwill_minor: int
    goodwill_tax_minor: int


@dataclass(frozen=True, slots=True)
class _Order:
    currency: str
    payment_id: UUID | None
    announced_id: UUID | None
    countries: list[str]
    country: str
    return_abroad: bool
    open: bool


async def found(conn: Conn, *, maison_id: UUID, asked: str) -> UUID | None:
    """The order whose whole number, or whose return's code, this is."""
    row = await maybe(
        conn,
        _Found,
        """
        select id from orders.order where maison_id = %(maison_id)s and number = %(number)s
        union all
        select order_id from orders.return where maison_id = %(maison_id)s and state = 'announced' and code_hash = %(code_hash)s
        limit 1
        """,
        maison_id=maison_id,
        number=asked.strip().upper(),
        code_hash=hashed(as_written(asked)),
    )
    return row.id if row else None


@dataclass(frozen=True, slots=True)
class _Found:
    id: UUID


async def receive(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    order_id: UUID,
    location_id: UUID,
    brought: list[Brought],
    now: datetime,
) -> UUID:
    """Takes the pieces in at `location_id`, posts their value, lets the refund be decided; returns the return's id.

    What was announced of the order is received with it. Raises NoSuchOrder, NotYourBoutique, NothingToReturn, NotJudged,
    StillToUndo, BackAlready, ReturnTooLate, ReturnElsewhere, LawTakesItBack, OpenedStays,
    EngravedStays, ForAManager, SerialRefused.
    """
    if not by.works_at(location_id):
        raise NotYourBoutique
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    order = await _order(conn, maison_id, order_id, location_id)
    if not order.return_abroad and order.countries and order.country not in order.countries:
        raise ReturnElsewhere("This maison takes its pieces back only in the country they were sold in")
    pieces = {
        piece.line_id: piece
        for piece in await returns.pieces_of(conn, maison_id=maison_id, order_id=order_id, now=now)
    }
    late = _refused_or_late(brought, pieces, by=by, now=now)
    judged = _judged(brought, pieces, now)
    kept = [lot for lot in judged if lot.brought.disposition]
    value, tax = sum(lot.value_minor for lot in kept), sum(lot.tax_minor for lot in kept)
    return_id = order.announced_id or new_id(now)
    carried = NO_AMOUNT
    if _all_back(kept, pieces) and not order.open:
        by_law = all(piece.within_law(now) for piece in pieces.values())
        carried = await delivery.give_back(
            conn, maison_id=maison_id, order_id=order_id, return_id=return_id, by_law=by_law
        )
        value, tax = value + carried.total_minor, tax + carried.tax_minor
    await execute(
        conn,
        """
        insert into orders.return as r (maison_id, id, order_id, state, received_at, received_by, location_id, late, value_minor,
          tax_minor, delivery_minor, delivery_tax_minor, changed_at)
        values (%(maison_id)s, %(id)s, %(order_id)s, 'received', %(now)s, %(by)s, %(location_id)s, %(late)s, %(value)s,
          %(tax)s, %(delivery)s, %(delivery_tax)s, %(now)s)
        on conflict (maison_id, id, region) do update set state = 'received', received_at = excluded.received_at,
          received_by = excluded.received_by, location_id = excluded.location_id, late = excluded.late,
          value_minor = excluded.value_minor, tax_minor = excluded.tax_minor, delivery_minor = excluded.delivery_minor,
          delivery_tax_minor = excluded.delivery_tax_minor, changed_at = excluded.changed_at
        """,
        maison_id=maison_id,
        id=return_id,
        order_id=order_id,
        by=by.staff_id,
        location_id=location_id,
        late=late,
        value=value,
        tax=tax,
        delivery=carried.total_minor,
        delivery_tax=carried.tax_minor,
        now=now,
    )
    await execute(
        conn,
        """
        with line as (
          insert into orders.return_line (maison_id, id, return_id, order_line_id, quantity, disposition, reason,
            deduction_minor, value_minor, tax_minor, goodwill_minor, goodwill_tax_minor, opened)
          select %(maison_id)s, b.id, %(return_id)s, b.order_line_id, b.quantity, b.disposition, b.reason, b.deduction_minor,
            b.value_minor, b.tax_minor, b.goodwill_minor, b.goodwill_tax_minor, b.opened
          from unnest(%(ids)s::uuid[], %(lines)s::uuid[], %(quantities)s::integer[], %(dispositions)s::text[],
            %(reasons)s::text[], %(deductions)s::bigint[], %(values)s::bigint[], %(taxes)s::bigint[], %(goodwills)s::bigint[],
            %(goodwill_taxes)s::bigint[], %(opened)s::boolean[])
            as b(id, order_line_id, quantity, disposition, reason, deduction_minor, value_minor, tax_minor, goodwill_minor,
              goodwill_tax_minor, opened)
          returning order_line_id, quantity, disposition, goodwill_minor, goodwill_tax_minor
        )
        update orders.order_line l set returned = l.returned + b.quantity, goodwill_minor = l.goodwill_minor - b.goodwill,
          goodwill_tax_minor = l.goodwill_tax_minor - b.goodwill_tax
        from (select order_line_id, sum(quantity)::integer as quantity, sum(goodwill_minor)::bigint as goodwill,
              sum(goodwill_tax_minor)::bigint as goodwill_tax
            from line where disposition is not null group by 1) b
        where l.maison_id = %(maison_id)s and l.id = b.order_line_id
        """,
        maison_id=maison_id,
        return_id=return_id,
        ids=[lot.id for lot in judged],
        lines=[lot.brought.line_id for lot in judged],
        quantities=[lot.brought.quantity for lot in judged],
        dispositions=[lot.brought.disposition for lot in judged],
        reasons=[lot.brought.reason for lot in judged],
        deductions=[lot.brought.deduction_minor for lot in judged],
        values=[lot.value_minor for lot in judged],
        taxes=[lot.tax_minor for lot in judged],
        goodwills=[lot.goodwill_minor for lot in judged],
        goodwill_taxes=[lot.goodwill_tax_minor for lot in judged],
        opened=[lot.brought.opened for lot in judged],
    )
    await take_in(
        conn,
        maison_id=maison_id,
        location_id=location_id,
        pieces=[
            Returned(
                lot.id,
                lot.variant_id,
                lot.brought.quantity,
                lot.brought.disposition,
                lot.brought.serials,
                lot.brought.line_id,
            )
            for lot in kept
            if lot.brought.disposition
        ],
        now=now,
    )
    room = await engraving_room.ended(conn, maison_id=maison_id, order_id=order_id, line_ids=[])
    await engraving_room.give_back(conn, maison_id=maison_id, order_id=order_id, still=room.still)
    await ledger.post_return(
        conn,
        maison_id=maison_id,
        payment_id=order.payment_id,
        order_id=order_id,
        return_id=return_id,
        total_minor=value,
        tax_minor=tax,
        now=now,
    )
    await dues.post_returned(conn, maison_id=maison_id, return_id=return_id, now=now)
    accepted = sum(lot.brought.quantity for lot in kept)
    refused = sum(lot.quantity for lot in brought) - accepted
    fact = ReturnReceived(
        return_id, order_id, location_id, accepted, refused, value, order.currency, by.staff_id
    )
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    await audit.record(
        conn,
        maison_id=maison_id,
        staff_id=by.staff_id,
        act="receive_return",
        subject_kind="return",
        subject_id=return_id,
        now=now,
    )
    undecided = await exchanges.judge(conn, maison_id=maison_id, return_id=return_id, now=now)
    await settlement.refund_returned(conn, maison_id=maison_id, order_id=order_id, now=now)
    # Of what is exchanged the letter is written when that is decided.
    after = ("orders.credit_note",) if undecided else (MAIL_RECEIVED, "orders.credit_note")
    await jobs.defer(
        conn, maison_id=maison_id, jobs=[jobs.Job(name, {"return_id": return_id}) for name in after]
    )
    return return_id


async def _order(conn: Conn, maison_id: UUID, order_id: UUID, location_id: UUID) -> _Order:
    return await one(
        conn,
        _Order,
        """
        select o.currency, o.payment_id, r.id as announced_id, coalesce(k.countries, '{}') as countries, b.country,
          t.return_abroad, o.state = 'placed' as open
        from orders.order o
        join maisons.policy t on t.maison_id = o.maison_id
        join boutiques.location b on b.maison_id = o.maison_id and b.id = %(location_id)s
        left join maisons.market k on k.maison_id = o.maison_id and k.code = o.market
        left join orders.return r on r.maison_id = o.maison_id and r.order_id = o.id and r.state = 'announced'
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
        location_id=location_id,
    )


def _all_back(kept: list[_Judged], pieces: dict[UUID, Piece]) -> bool:
    """Whether with these every piece that left is back."""
    now_back = dict.fromkeys(pieces, 0)
    for lot in kept:
        now_back[lot.brought.line_id] += lot.brought.quantity
    return bool(kept) and all(piece.left == now_back[line_id] for line_id, piece in pieces.items())


def _refused_or_late(
    brought: list[Brought], pieces: dict[UUID, Piece], *, by: Colleague, now: datetime
) -> bool:
    """Refuses what cannot be; tells whether something is taken after its last day."""
    if not brought:
        raise NothingToReturn("Say which pieces are here")
    late = False
    for line_id in {lot.line_id for lot in brought}:
        these = [lot for lot in brought if lot.line_id == line_id]
        piece = pieces.get(line_id)
        if (
            piece is None
            or min(lot.quantity for lot in these) < 1
            or sum(lot.quantity for lot in these) > piece.quantity
        ):
            raise NothingToReturn("This piece is not the client’s to return")
        if sum(lot.quantity for lot in these if lot.disposition) > piece.left:
            raise BackAlready(piece, "receive", "staff")
        if not piece.final:
            raise StillToUndo("It was handed over a moment ago: undo the hand-over instead")
        for lot in these:
            if (lot.disposition is None or lot.deduction_minor > 0) != (lot.reason is not None):
                raise NotJudged(f"{piece.name}: say where it goes, or why it is not taken back")
            if piece.opened_stays and lot.opened is None and (lot.disposition or lot.reason == "opened"):
                raise NotJudged(f"{piece.name}: say whether it was opened")
            if lot.reason == "opened" and not (piece.opened_stays and lot.opened):
                raise NotJudged(f"{piece.name}: that it was opened is no reason for this piece")
            if piece.opened_stays and lot.opened and lot.disposition not in (None, "damaged"):
                raise OpenedStays(
                    f"{piece.name}: opened, it may not be sold again; it is not taken back, or taken in as damaged"
                )
            if lot.reason == "engraved" and not (piece.engraved and lot.disposition is None):
                raise NotJudged(f"{piece.name}: nothing is engraved on this piece")
            if piece.engraved and lot.disposition in ("sellable", "display"):
                raise EngravedStays(
                    f"{piece.name}: engraved, it is not sold again; it is not taken back, or laid aside"
                )
            if lot.disposition is None and lot.reason in LESS_NOT_NO and piece.within_law(now):
                raise LawTakesItBack(
                    f"{piece.name}: until {max(piece.until.day, now.date()):%-d %B} it is taken back; a manager may pay less"
                )
            if lot.deduction_minor and by.role not in MANAGERS:
                raise ForAManager("A manager decides to pay less than the price")
        if piece.late(now) and any(lot.disposition for lot in these):
            if by.role not in MANAGERS:
                raise ReturnTooLate(piece.until.day)
            late = True
    return late


def _judged(brought: list[Brought], pieces: dict[UUID, Piece], now: datetime) -> list[_Judged]:
    """Each with its part of its line's total. Raises NotJudged where less than nothing would be paid."""
    back = {line_id: piece.returned for line_id, piece in pieces.items()}
    resting = {line_id: (piece.goodwill_minor, piece.goodwill_tax_minor) for line_id, piece in pieces.items()}
    judged: list[_Judged] = []
    for lot in brought:
        piece = pieces[lot.line_id]
        value = tax = goodwill = goodwill_tax = 0
        if lot.disposition:
            before, back[lot.line_id] = back[lot.line_id], back[lot.line_id] + lot.quantity
            worth = part(piece.total_minor, piece.quantity, before=before, now=lot.quantity)
            tax = part(piece.tax_minor, piece.quantity, before=before, now=lot.quantity)
            # What was given back of it before is not given back again.
            goodwill, goodwill_tax = without_goodwill(
                *resting[lot.line_id],
                total_minor=piece.total_minor,
                quantity=piece.quantity,
                before=before,
                now=lot.quantity,
            )
            rests, tax_rests = resting[lot.line_id]
            resting[lot.line_id] = (rests - goodwill, tax_rests - goodwill_tax)
            worth -= goodwill
            tax = min(max(tax - goodwill_tax, 0), worth)
            value = worth - lot.deduction_minor
            if not 0 <= lot.deduction_minor <= worth:
                raise NotJudged(f"{piece.name}: not more than its price can be kept")
            # The tax in what is kept is owed as before.
            tax = tax * value // worth if worth else 0
        judged.append(_Judged(new_id(now), lot, piece.variant_id, value, tax, goodwill, goodwill_tax))
    return judged
