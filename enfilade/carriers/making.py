"""What a job does with a label: chooses the service, buys it, or has its carrier take it back; each step committed by itself.

The carrier is asked outside any transaction, with the label's id as its key and the parcel as it was frozen: asked again after a
death between any two steps, it gives the same label.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, maybe, scalar
from enfilade.base.money import Money
from enfilade.carriers.carrier import (
    Address,
    Bought,
    Carrier,
    CarrierRefused,
    CarrierSilent,
    Parcel,
    Rate,
    Requirements,
    cheapest,
    lacks,
    named,
)
from enfilade.carriers.events import LabelMade, LabelRefused
from enfilade.carriers.terms import Offered, offered

T = TypeVar("T")
REASON_MAX = 300


@dataclass(frozen=True, slots=True)
class _Work:
    id: UUID
    purpose: str
    cause_id: UUID
    location_id: UUID
    market: str
    delivery: str
    state: str
    carrier: str
    service: str
    tracking: str
    ground_only: bool
    insured_minor: int | None
    adult_signature: bool
    sender: dict[str, Any]
    recipient: dict[str, Any]
    grams: int
    worth_minor: int
    currency: str

    @property
    def parcel(self) -> Parcel:
        insured = Money(self.insured_minor, self.currency) if self.insured_minor is not None else None
        return Parcel(
            msgspec.convert(self.sender, Address),
            msgspec.convert(self.recipient, Address),
            self.grams,
            Money(self.worth_minor, self.currency),
            Requirements(self.ground_only, insured, self.adult_signature),
        )


async def carry_out(
    db: Db,
    carriers: Mapping[str, Carrier],
    *,
    maison_id: UUID,
    label_id: UUID,
    timeout_seconds: float,
    now: datetime,
) -> None:
    """Brings a label that is asked, or let go, to its end. Raises CarrierSilent so that the job asks again; CarrierUnknown."""
    work = await _work(db, maison_id, label_id)
    if work is None:
        return None
    if not work.service:
        # Nothing was asked of any carrier before its service was written down.
        if work.state == "letting_go":
            return await _end(db, maison_id, work, "void", "", now)
        try:
            carrier, rate = await choose(
                carriers, await _offered(db, maison_id, work), work.parcel, timeout_seconds
            )
        except NoServiceCan as refusal:
            return await _end(db, maison_id, work, "refused", str(refusal), now)
        await _note_service(db, maison_id, work, carrier, rate.service)
        work = await _work(db, maison_id, label_id)
        if work is None or not work.service:
            return None
    carrier = named(carriers, work.carrier)
    if not work.tracking:
        try:
            bought = await _answer(
                carrier.buy(
                    key=work.id,
                    service=work.service,
                    parcel=work.parcel,
                    metadata={"maison": str(maison_id), "label": str(work.id)},
                ),
                timeout_seconds,
            )
        except CarrierRefused as refusal:
            ended = "refused" if work.state == "asked" else "void"
            return await _end(db, maison_id, work, ended, str(refusal), now)
        await _note_label(db, maison_id, work, bought, now)
        work = await _work(db, maison_id, label_id)
        if work is None:
            return None
    if work.state == "letting_go":
        try:
            await _answer(carrier.void(tracking=work.tracking), timeout_seconds)
        except CarrierRefused as refusal:
            return await _end(db, maison_id, work, "kept", str(refusal), now)
        await _end(db, maison_id, work, "void", "", now)
    return None


class NoServiceCan(Exception):
    """No service that the maison offers there carries this parcel; its words say of each why not."""


async def choose(
    carriers: Mapping[str, Carrier], chosen: list[Offered], parcel: Parcel, timeout_seconds: float
) -> tuple[str, Rate]:
    """The cheapest of what the maison offers that can do it. Raises NoServiceCan, CarrierSilent where none answers."""
    if not chosen:
        raise NoServiceCan("no carrier is set up for this market")
    rates: list[tuple[str, Rate]] = []
    why: list[str] = []
    refused: list[str] = []
    silent = False
    for name in sorted({one.carrier for one in chosen}):
        if name not in carriers:
            why.append(f"the carrier “{name}” is not set up here")
            continue
        carrier = carriers[name]
        services = {one.service for one in chosen if one.carrier == name}
        unable = {
            code: lacks(carrier.services[code], parcel)
            for code in sorted(services)
            if code in carrier.services
        }
        why += [
            f"{carrier.services[code].name} {', '.join(words)}" for code, words in unable.items() if words
        ]
        if all(unable.values()):
            continue
        try:
            told = await _answer(carrier.rates(parcel=parcel), timeout_seconds)
        except CarrierRefused as refusal:
            refused.append(str(refusal))
        except CarrierSilent:
            silent = True
        else:
            rates += [(name, rate) for rate in told if rate.service in services]
    best = cheapest(rate for _, rate in rates)
    if best is not None:
        return next((name, rate) for name, rate in rates if rate is best)
    if silent:
        raise CarrierSilent("rates")
    raise NoServiceCan("; ".join(refused or why) or "no service goes there")


async def _answer(asked: Awaitable[T], timeout_seconds: float) -> T:
    try:
        async with asyncio.timeout(timeout_seconds):
            return await asked
    except TimeoutError:
        raise CarrierSilent from None


async def _work(db: Db, maison_id: UUID, label_id: UUID) -> _Work | None:
    async with db.acting(Actor.job(), maison_id) as conn:
        return await maybe(
            conn,
            _Work,
            """
            select l.id, l.purpose, l.cause_id, l.location_id, l.market, l.delivery, l.state, l.carrier, l.service, l.tracking,
              l.ground_only, l.insured_minor, l.adult_signature, p.sender, p.recipient, p.grams, p.worth_minor, p.currency
            from carriers.label l join carriers.label_paper p on p.maison_id = l.maison_id and p.label_id = l.id
            where l.maison_id = %(maison_id)s and l.id = %(label_id)s and l.state in ('asked', 'letting_go')
            """,
            maison_id=maison_id,
            label_id=label_id,
        )


async def _offered(db: Db, maison_id: UUID, work: _Work) -> list[Offered]:
    async with db.acting(Actor.job(), maison_id) as conn:
        return await offered(conn, maison_id=maison_id, market=work.market, delivery=work.delivery)


async def _note_service(db: Db, maison_id: UUID, work: _Work, carrier: str, service: str) -> None:
    async def verb(conn: Conn) -> None:
        await execute(
            conn,
            """
            update carriers.label set carrier = %(carrier)s, service = %(service)s
            where maison_id = %(maison_id)s and id = %(id)s and state = 'asked' and service = ''
            """,
            maison_id=maison_id,
            id=work.id,
            carrier=carrier,
            service=service,
        )

    await db.run(Actor.job(), maison_id, verb)


async def _note_label(db: Db, maison_id: UUID, work: _Work, bought: Bought, now: datetime) -> None:
    async def verb(conn: Conn) -> None:
        state = await scalar(
            conn,
            """
            with made as (
              update carriers.label set tracking = %(tracking)s, url = %(url)s, price_minor = %(price)s, currency = %(currency)s,
                made_at = %(now)s, state = case when state = 'asked' then 'made' else state end
              where maison_id = %(maison_id)s and id = %(id)s and state in ('asked', 'letting_go') and tracking = ''
              returning id, state
            ), printed as (
              update carriers.label_paper p set pdf = %(pdf)s from made m
              where p.maison_id = %(maison_id)s and p.label_id = m.id
            )
            select state from made
            """,
            maison_id=maison_id,
            id=work.id,
            tracking=bought.tracking,
            url=bought.url,
            price=bought.price.minor,
            currency=bought.price.currency,
            pdf=bought.pdf,
            now=now,
        )
        if state == "made":
            fact = LabelMade(work.id, work.purpose, work.cause_id, work.location_id)
            await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])

    await db.run(Actor.job(), maison_id, verb)


async def _end(db: Db, maison_id: UUID, work: _Work, state: str, reason: str, now: datetime) -> None:
    """From the state it was read in: what was let go meanwhile is looked at again by the job that its letting go deferred."""

    async def verb(conn: Conn) -> None:
        ended = await execute(
            conn,
            """
            update carriers.label set state = %(state)s, reason = %(reason)s, ended_at = %(now)s
            where maison_id = %(maison_id)s and id = %(id)s and state = %(before)s
            """,
            maison_id=maison_id,
            id=work.id,
            before=work.state,
            state=state,
            reason=reason[:REASON_MAX],
            now=now,
        )
        if ended and state == "refused":
            fact = LabelRefused(work.id, work.purpose, work.cause_id, work.location_id)
            await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])

    await db.run(Actor.job(), maison_id, verb)
