"""Parcels of an order: the label a carrier makes for what is packed, and for what is sent back; what it tells of them.

What a label stands for is looked at again before the parcel leaves, and by a round: see docs/algorithms/delivery.md.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe, scalar
from enfilade.base.facts import Heard
from enfilade.base.jobs import Job, Jobs, defer
from enfilade.base.money import Money
from enfilade.base.tenants import each
from enfilade.carriers import labels
from enfilade.carriers.carrier import NOTHING_NEEDED, Address, Parcel, Requirements
from enfilade.carriers.events import LabelMade, ParcelMoved
from enfilade.carriers.labels import Asking
from enfilade.carriers.terms import Terms, offered, terms_of
from enfilade.orders import fulfilment, requirements, returns
from enfilade.orders.events import (
    AddressChanged,
    FulfilmentCancelled,
    FulfilmentDelivered,
    FulfilmentLost,
    FulfilmentNotDelivered,
    FulfilmentSentBack,
    ReturnAnnounced,
    ReturnEnded,
    ReturnLost,
    ReturnUnderway,
)
from enfilade.orders.fulfilment import Fulfilment, NotAllPicked
from enfilade.staff.people import Colleague

#: Whom a parcel of the order goes to, as its label says it. `o`, `c`: order and contact.
RECIPIENT = """jsonb_build_object('name', coalesce(nullif(c.collector_name, ''), c.name),
  'line1', coalesce(c.address ->> 'line1', ''), 'line2', coalesce(c.address ->> 'line2', ''),
  'postcode', coalesce(c.address ->> 'postcode', ''), 'city', coalesce(c.address ->> 'city', ''),
  'country', coalesce(c.address ->> 'country', ''), 'phone', c.phone)"""
#: What of a parcel is paid for still. `f`: its fulfilment.
WORTH = """(select coalesce(sum(x.total_minor), 0) from orders.order_line x
  where x.maison_id = f.maison_id and x.fulfilment_id = f.id and x.state in ('sourced', 'picked'))"""
#: A place of the maison as a label says it. `b`, `m`: location and maison.
PLACE = """jsonb_build_object('name', m.name || ', ' || b.name, 'line1', b.address, 'line2', '', 'postcode', b.postcode,
  'city', b.city, 'country', b.country, 'phone', b.phone)"""


class NoCarrier(Exception):
    """The maison offers no carrier's service in the market of the order."""


class LabelForOldAddress(Exception):
    """The label in hand was printed for the address before."""


class LabelForOtherPieces(Exception):
    """The label in hand was made when more was packed: it weighs and is worth less now."""


class TakeOutFirst(Exception):
    """Some pieces of the parcel were cancelled, and nobody has said that they are out of it."""

    def __init__(self, pieces: int) -> None:
        super().__init__(
            f"{pieces} of it {'was' if pieces == 1 else 'were'} cancelled meanwhile: take {'it' if pieces == 1 else 'them'} out "
            "of the parcel, and put away"
        )
        self.pieces = pieces


@dataclass(frozen=True, slots=True)
class _Ends:
    order_id: UUID
    location_id: UUID
    market: str
    currency: str
    here: dict[str, Any]
    client: dict[str, Any]
    pieces: int
    worth_minor: int


async def ask_label(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague | None,
    fulfilment_id: UUID,
    now: datetime,
    needs: Requirements | None = None,
) -> UUID:
    """A carrier is asked for the label of what is picked; one for an address that was since changed is let go.

    Asked again, it is the same label. `needs` None: as `needs_of` says. Raises NoSuchFulfilment, NotYourBoutique, IllegalStep,
    NotAllPicked, NoCarrier.
    """
    held = await fulfilment.locked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, by=by)
    if held.state != "accepted" or held.method != "ship":
        raise held.refuse("label")
    await fulfilment.all_picked(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    terms, service = await _terms(conn, maison_id, held.order_id)
    ends = await _ends_out(conn, maison_id, held)
    label = await labels.live(conn, maison_id=maison_id, purpose="out", cause_id=held.id)
    if label is not None:
        if not await _unwanted(conn, maison_id=maison_id, label_id=label.id):
            return label.id
        await labels.let_go(conn, maison_id=maison_id, label_id=label.id, now=now)
    if needs is None:
        needs = await needs_of(conn, maison_id=maison_id, fulfilment_id=held.id)
    parcel = _parcel(terms, ends, sender=ends.here, recipient=ends.client, needs=needs)
    asking = Asking("out", held.id, ends.order_id, ends.location_id, ends.market, parcel, service)
    return await labels.ask(
        conn, maison_id=maison_id, asking=asking, by_id=by.staff_id if by else None, now=now
    )


async def needs_of(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID) -> Requirements:
    """What the law asks of a fulfilment's parcel, beside the insurance the maison wishes for all of its parcels."""
    asked = await requirements.of_fulfilment(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
    return Requirements(asked.ground_only, asked.insured, asked.adult_signature is not None)


async def _terms(conn: Conn, maison_id: UUID, order_id: UUID) -> tuple[Terms, str]:
    """How the maison's parcels are reckoned, and the service its client was promised."""
    terms = await terms_of(conn, maison_id=maison_id)
    sold = await maybe(
        conn,
        _Sold,
        """
        select o.market, coalesce(d.service, 'standard') as delivery from orders.order o
        left join orders.delivery d on d.maison_id = o.maison_id and d.order_id = o.id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if (
        terms is None
        or sold is None
        or not await offered(conn, maison_id=maison_id, market=sold.market, delivery=sold.delivery)
    ):
        raise NoCarrier("No carrier is set up for this: type the number by hand")
    return terms, sold.delivery


@dataclass(frozen=True, slots=True)
class _Sold:
    market: str
    delivery: str


def _parcel(
    terms: Terms,
    ends: _Ends,
    *,
    sender: dict[str, Any],
    recipient: dict[str, Any],
    needs: Requirements = NOTHING_NEEDED,
) -> Parcel:
    worth = Money(ends.worth_minor, ends.currency)
    insured = max(filter(None, (needs.insured, worth if terms.insured else None)), default=None)
    return Parcel(
        msgspec.convert(sender, Address),
        msgspec.convert(recipient, Address),
        terms.grams(ends.pieces),
        worth,
        replace(needs, insured=insured),
    )


async def _ends_out(conn: Conn, maison_id: UUID, held: Fulfilment) -> _Ends:
    found = await maybe(
        conn,
        _Ends,
        f"""
        select o.id as order_id, b.id as location_id, o.market, o.currency, {PLACE} as here, {RECIPIENT} as client,
          l.pieces, l.worth_minor
        from orders.order o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        join boutiques.location b on b.maison_id = o.maison_id and b.id = %(location_id)s
        cross join lateral (select coalesce(sum(x.quantity), 0)::integer as pieces,
            coalesce(sum(x.total_minor), 0)::bigint as worth_minor from orders.order_line x
          where x.maison_id = o.maison_id and x.fulfilment_id = %(fulfilment_id)s and x.state = 'picked') l
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=held.order_id,
        fulfilment_id=held.id,
        location_id=held.location_id,
    )
    assert found is not None, "a fulfilment has its order and its place"
    return found


async def ask_return_label(conn: Conn, *, maison_id: UUID, return_id: UUID, now: datetime) -> UUID | None:
    """For what a client announced to return, from where it was sent to; None where the maison gives none, or it was collected."""
    ends = await maybe(
        conn,
        _Ends,
        f"""
        select o.id as order_id, b.id as location_id, o.market, o.currency, {PLACE} as here, {RECIPIENT} as client,
          w.pieces, w.worth_minor
        from orders.return r
        join orders.order o on o.maison_id = r.maison_id and o.id = r.order_id and o.method = 'ship'
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id and c.erased_at is null
        join maisons.maison m on m.maison_id = o.maison_id
        join boutiques.location b on b.maison_id = r.maison_id and b.id = r.send_to_id
        cross join lateral (select coalesce(sum(x.quantity), 0)::integer as pieces,
            coalesce(sum(l.total_minor * x.quantity / l.quantity), 0)::bigint as worth_minor
          from orders.return_wish x
          join orders.order_line l on l.maison_id = x.maison_id and l.id = x.order_line_id
          where x.maison_id = r.maison_id and x.return_id = r.id) w
        where r.maison_id = %(maison_id)s and r.id = %(return_id)s and r.state = 'announced' and c.address is not null
        """,
        maison_id=maison_id,
        return_id=return_id,
    )
    if ends is None:
        return None
    await returns.lock(conn, maison_id=maison_id, order_id=ends.order_id)
    terms = await terms_of(conn, maison_id=maison_id)
    if (
        terms is None
        or not terms.return_labels
        or not await offered(conn, maison_id=maison_id, market=ends.market, delivery="standard")
    ):
        return None
    parcel = _parcel(terms, ends, sender=ends.client, recipient=ends.here)
    asking = Asking("back", return_id, ends.order_id, ends.location_id, ends.market, parcel)
    return await labels.ask(conn, maison_id=maison_id, asking=asking, by_id=None, now=now)


@dataclass(frozen=True, slots=True)
class Shown:
    """A fulfilment's parcel as its boutique sees it. `state` '' where no label was asked; `offered`: one can be.

    `old_address`: it was made for the address before; `other_pieces`: before some were cancelled. `standing` '' while its
    carrier told nothing.
    """

    offered: bool
    state: str
    tracking: str
    url: str
    service: str
    reason: str
    standing: str
    standing_at: datetime | None
    old_address: bool
    other_pieces: bool


async def shown(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID) -> Shown:
    """In one statement; for who may see the fulfilment."""
    found = await maybe(
        conn,
        Shown,
        f"""
        select exists (select 1 from carriers.terms t join carriers.offered s on s.maison_id = t.maison_id
            where t.maison_id = f.maison_id and s.market = o.market and case coalesce(d.service, 'standard')
              when 'standard' then s.delivery in ('standard', 'express') else s.delivery = d.service end) as offered,
          coalesce(k.state, '') as state, coalesce(k.tracking, '') as tracking, coalesce(k.url, '') as url,
          coalesce(k.service, '') as service, coalesce(k.reason, '') as reason, coalesce(k.standing, '') as standing,
          k.standing_at, coalesce(k.recipient <> {RECIPIENT}, false) as old_address,
          coalesce(f.state = 'accepted' and k.worth_minor <> {WORTH}, false) as other_pieces
        from orders.fulfilment f
        join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        left join orders.delivery d on d.maison_id = o.maison_id and d.order_id = o.id
        left join lateral (select l.state, l.tracking, l.url, l.service, l.reason, l.standing, l.standing_at, p.recipient,
            p.worth_minor
          from carriers.label l left join carriers.label_paper p on p.maison_id = l.maison_id and p.label_id = l.id
          where l.maison_id = f.maison_id and l.cause_id = f.id and l.purpose = 'out'
            and l.state in ('asked', 'made', 'refused') order by l.asked_at desc, l.id desc limit 1) k on true
        where f.maison_id = %(maison_id)s and f.id = %(fulfilment_id)s
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
    )
    if found is None:
        raise fulfilment.NoSuchFulfilment
    return found


async def leaving_with(conn: Conn, *, maison_id: UUID, held: Fulfilment, typed: str, now: datetime) -> str:
    """The number a parcel leaves with, of the locked fulfilment: what was typed, else its label's; a label not used is let go.

    Raises TakeOutFirst, LabelForOldAddress, LabelForOtherPieces.
    """
    inside = await scalar(
        conn,
        """
        select coalesce(sum(l.quantity), 0)::integer from orders.putting_away a
        join orders.order_line l on l.maison_id = a.maison_id and l.id = a.order_line_id
        where a.maison_id = %(maison_id)s and a.fulfilment_id = %(id)s and a.done_at is null
        """,
        maison_id=maison_id,
        id=held.id,
    )
    if inside:
        raise TakeOutFirst(inside)
    label = await labels.live(conn, maison_id=maison_id, purpose="out", cause_id=held.id)
    if label is None:
        return typed
    if label.state == "made" and typed in ("", label.tracking):
        stale = await _unwanted(conn, maison_id=maison_id, label_id=label.id)
        if stale and stale[0].fewer:
            raise LabelForOtherPieces(
                "The label was made before a piece was cancelled: print the new one, or type another number"
            )
        if stale:
            raise LabelForOldAddress(
                "The label was printed for the address before: print the new one, or type another number"
            )
        return label.tracking
    await labels.let_go(conn, maison_id=maison_id, label_id=label.id, now=now)
    return typed


@dataclass(frozen=True, slots=True)
class Unwanted:
    """A live label with which no parcel will leave; `again`: another is to be asked, for address and pieces as they are now.

    `fewer`: other pieces are in the parcel than it was made for.
    """

    id: UUID
    order_id: UUID
    cause_id: UUID
    again: bool
    fewer: bool


async def _unwanted(conn: Conn, *, maison_id: UUID, label_id: UUID | None = None) -> list[Unwanted]:
    return await many(
        conn,
        Unwanted,
        f"""
        select k.id, k.order_id, k.cause_id, coalesce(f.state = 'accepted', false) as again,
          coalesce(f.state = 'accepted' and p.recipient = {RECIPIENT}, false) as fewer
        from carriers.label k
        join carriers.label_paper p on p.maison_id = k.maison_id and p.label_id = k.id
        join orders.order o on o.maison_id = k.maison_id and o.id = k.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        left join orders.fulfilment f on f.maison_id = k.maison_id and f.id = k.cause_id and k.purpose = 'out'
        left join orders.return r on r.maison_id = k.maison_id and r.id = k.cause_id and k.purpose = 'back'
        where k.maison_id = %(maison_id)s and (%(label_id)s::uuid is null or k.id = %(label_id)s)
          and k.state in ('asked', 'made') and coalesce(k.standing, 'label_made') = 'label_made'
          and case k.purpose
            when 'out' then case f.state when 'accepted' then p.recipient <> {RECIPIENT} or p.worth_minor <> {WORTH}
              when 'dispatched' then f.tracking <> k.tracking or k.state = 'asked' else true end
            else r.state <> 'announced' end
        limit 100
        """,
        maison_id=maison_id,
        label_id=label_id,
    )


async def tidy(db: Db, *, maison_id: UUID, now: datetime) -> int:
    """Lets go of every label its parcel does not leave with, and asks anew where only the address is another; how many."""
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await _unwanted(conn, maison_id=maison_id)
    done = 0
    for one in found:

        async def verb(conn: Conn, one: Unwanted = one) -> bool:
            await returns.lock(conn, maison_id=maison_id, order_id=one.order_id)
            # Looked at again: what was committed while we waited for the lock counts.
            still = await _unwanted(conn, maison_id=maison_id, label_id=one.id)
            if not still or not await labels.let_go(conn, maison_id=maison_id, label_id=one.id, now=now):
                return False
            if still[0].again:
                # A piece put back meanwhile, or no carrier any more: it is for whoever packs it.
                with suppress(NotAllPicked, NoCarrier):
                    await ask_label(conn, maison_id=maison_id, by=None, fulfilment_id=one.cause_id, now=now)
            return True

        done += await db.run(Actor.job(), maison_id, verb)
    return done


@dataclass(frozen=True, slots=True)
class _Cause:
    order_id: UUID
    number_is_ours: bool


async def moved(conn: Conn, heard: Heard) -> None:
    """What a carrier tells of a parcel, as news of the order. A number that was typed by hand is followed by nobody."""
    body, maison_id, now = heard.body, heard.maison_id, datetime.now(UTC)
    purpose, standing = str(body["purpose"]), str(body["standing"])
    cause_id, location_id = UUID(body["cause_id"]), UUID(body["location_id"])
    cause = await maybe(
        conn,
        _Cause,
        """
        select k.order_id, k.purpose = 'back' or exists (select 1 from orders.fulfilment f where f.maison_id = k.maison_id
          and f.id = k.cause_id and f.state = 'dispatched' and f.tracking = k.tracking) as number_is_ours
        from carriers.label k where k.maison_id = %(maison_id)s and k.id = %(label_id)s
        """,
        maison_id=maison_id,
        label_id=heard.subject_id,
    )
    if cause is None or not cause.number_is_ours:
        return
    known: dict[tuple[str, str], facts.Fact] = {
        ("out", "delivered"): FulfilmentDelivered(cause_id, cause.order_id, location_id),
        ("out", "failed_attempt"): FulfilmentNotDelivered(cause_id, cause.order_id, location_id),
        ("out", "returned_to_sender"): FulfilmentSentBack(cause_id, cause.order_id, location_id),
        ("out", "lost"): FulfilmentLost(cause_id, cause.order_id, location_id),
        ("back", "accepted"): ReturnUnderway(cause_id, cause.order_id, location_id),
        ("back", "lost"): ReturnLost(cause_id, cause.order_id, location_id),
    }
    fact = known.get((purpose, standing))
    if (purpose, standing) == ("out", "delivered"):
        await execute(
            conn,
            """
            update orders.fulfilment f set delivered_at = k.standing_at from carriers.label k
            where f.maison_id = %(maison_id)s and f.id = %(cause_id)s and f.delivered_at is null
              and k.maison_id = f.maison_id and k.id = %(label_id)s
            """,
            maison_id=maison_id,
            cause_id=cause_id,
            label_id=heard.subject_id,
        )
    if fact is not None:
        await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def made(conn: Conn, heard: Heard) -> None:
    """A label for what comes back is made: its client is written to."""
    if heard.body["purpose"] == "back":
        work = Job("orders.mail_return_label", {"return_id": UUID(heard.body["cause_id"])})
        await defer(conn, maison_id=heard.maison_id, jobs=[work])


def register(jobs: Jobs, db: Db) -> None:
    """Names the listeners and the round: labels for what is announced, those no parcel leaves with, and news of carriers."""

    async def announced(conn: Conn, heard: Heard) -> None:
        await ask_return_label(
            conn, maison_id=heard.maison_id, return_id=heard.subject_id, now=datetime.now(UTC)
        )

    async def tidied(maison_id: UUID, _ids: dict[str, UUID]) -> None:
        await tidy(db, maison_id=maison_id, now=datetime.now(UTC))

    async def changed(conn: Conn, heard: Heard) -> None:
        await defer(conn, maison_id=heard.maison_id, jobs=[Job("orders.tidy_labels", {})])

    async def round_(now: datetime) -> None:
        await each(db, lambda maison_id: tidy(db, maison_id=maison_id, now=now))

    jobs.listen(ParcelMoved, "orders.parcel_moved", moved)
    jobs.listen(LabelMade, "orders.label_made", made)
    jobs.listen(ReturnAnnounced, "orders.ask_return_label", announced)
    for fact in (AddressChanged, FulfilmentCancelled, ReturnEnded):
        jobs.listen(fact, f"orders.labels_after_{fact.__name__}", changed)
    jobs.add("orders.tidy_labels", tidied)
    jobs.every("* * * * *", "orders.labels", round_)
