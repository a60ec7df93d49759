"""Settling a checkout: money asked for at each selling maison, orders placed, or everything let go.

What is asked of a provider is committed before and recorded after. Every step may be the last of its process.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import structlog
from psycopg.errors import UniqueViolation

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.money import Money
from enfilade.boutiques import making, workshops
from enfilade.maisons.stores import address
from enfilade.orders import engraving_room, making_room, placing, proposals, quota_counts, shown, standing
from enfilade.orders.frozen import Head
from enfilade.orders.marks import marks_of
from enfilade.orders.placing import Contact, Delivery, PlacedOrder, Placing, PlacingLine
from enfilade.orders.quota_counts import QuotaReached, shares
from enfilade.orders.shown import Checkout
from enfilade.orders.standing import Ended
from enfilade.payments import captures, intents
from enfilade.payments.payment import Payment
from enfilade.payments.provider import (
    Charge,
    Provider,
    ProviderRefused,
    ProviderSilent,
    ProviderUnknown,
    named,
)
from enfilade.stock import holds
from enfilade.stock.allocations import NoLongerHeld
from enfilade.stock.brought import COLLECT_AT_LEAST
from enfilade.stock.holds import Method

log = structlog.get_logger()

#: Holds outlive the checkout by this: enough for a payment asked for in its last second.
HOLD_GRACE = timedelta(minutes=2)
#: How long the client may take over the provider's second step, and we over its silence.
SECOND_STEP = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the checkout stands after a step. `url`: the provider's second step. `refused`: try another way to pay.

    `checkout`: as it is now, where the step has read it for the visitor.
    """

    kind: Literal["open", "placed", "second_step", "confirming", "refused", "choosing", "released"]
    url: str | None = None
    reason: str = ""
    checkout: Checkout | None = None


@dataclass(slots=True)
class SellerPart:
    """One maison's part while a checkout is being settled."""

    maison_id: UUID
    method: Method
    lines: list[PlacingLine]
    delivery: Delivery | None = None
    payment: Payment | None = None
    charge: Charge | None = None
    order: PlacedOrder | None = None
    refusal: str | None = None

    @property
    def amount(self) -> Money:
        carried = self.delivery.total_minor if self.delivery else 0
        return Money(sum(line.due_minor for line in self.lines) + carried, self.lines[0].currency)


class _MoneyLetGo(Exception):
    """No order may stand on this payment any more."""


@dataclass(slots=True)
class Settling:
    """The steps of paying, each in transactions of its own. `key` makes order links, `base_url` is where clients return to."""

    db: Db
    providers: Mapping[str, Provider]
    key: bytes
    base_url: str
    payment_timeout_seconds: float
    provider_name: str

    async def intend(self, head: Head, seller: SellerPart, payment_method: str, now: datetime) -> None:
        terms = self.providers[self.provider_name].methods[payment_method]

        async def verb(conn: Conn) -> Payment:
            return await intents.intend(
                conn,
                maison_id=seller.maison_id,
                checkout_id=head.id,
                provider=self.provider_name,
                method=payment_method,
                # What takes weeks to make is paid now: no authorisation lives that long.
                separate_capture=terms.separate_capture and not any(line.made for line in seller.lines),
                amount=seller.amount,
                market=head.market,
                attempt=head.attempt,
                now=now,
            )

        seller.payment = await self.db.run(Actor.checkout(head.id), seller.maison_id, verb)

    async def count_for_client(self, head: Head, sellers: list[SellerPart], now: datetime) -> None:
        """Counts what is sold by quota for whom the order is, before anybody is asked for money. Raises QuotaReached."""
        for seller in sellers:
            if shares(seller.lines):
                await self.db.run(
                    Actor.checkout(head.id),
                    seller.maison_id,
                    lambda conn, seller=seller: self._count(conn, head, seller, now),
                )

    async def _count(self, conn: Conn, head: Head, seller: SellerPart, now: datetime) -> None:
        await quota_counts.count(
            conn,
            maison_id=seller.maison_id,
            checkout_id=head.id,
            taken=shares(seller.lines),
            marks=marks_of(
                self.key,
                seller.maison_id,
                contact=head.contact,
                client_id=head.client_id,
                card=seller.charge.fingerprint if seller.charge else "",
            ),
            now=now,
        )

    async def authorise(
        self, store_maison_id: UUID, head: Head, seller: SellerPart, card_token: str, *, shared: bool
    ) -> Charge:
        payment = seller.payment
        assert payment is not None
        try:
            async with asyncio.timeout(self.payment_timeout_seconds):
                return await named(self.providers, payment.provider).authorise(
                    key=payment.operation_id,
                    reference=payment.id,
                    amount=payment.amount,
                    method=payment.method,
                    token=card_token,
                    return_url=f"{address(self.base_url, head.host)}/{head.language}/checkout/{head.id}/return",
                    metadata={"store_maison": str(store_maison_id), "checkout": str(head.id)},
                    payer=head.contact.name,
                    shared=shared,
                    at_once=not payment.separate_capture,
                )
        except ProviderRefused:
            return Charge("refused")
        except (TimeoutError, ProviderSilent, ProviderUnknown, OSError) as error:
            log.warning("payment provider silent", payment=str(payment.id), error=type(error).__name__)
            return Charge("pending")

    async def recall(self, head: Head, seller: SellerPart, now: datetime) -> None:
        """What we and the provider know of this seller's payment, asked anew; what is reserved has none."""
        if seller.method == "reserve":
            return
        async with self.db.acting(Actor.checkout(head.id), seller.maison_id) as conn:
            every = await intents.of_checkout(conn, maison_id=seller.maison_id, checkout_id=head.id)
        # What was refused in an earlier try says nothing of this one, which somebody may be about to ask for.
        payments = [payment for payment in every if payment.of_attempt(head.attempt)]
        if not payments:
            # We died before asking for money. Nobody may be about to ask any more.
            seller.charge = Charge("pending" if now - head.changed_at < GIVE_UP_AFTER else "refused")
            return
        seller.payment = payments[0]
        if seller.payment.state in ("authorised", "captured") and not shares(seller.lines):
            seller.charge = Charge("authorised", seller.payment.authorised_until)
        elif seller.payment.state in ("refused", "voided"):
            seller.charge = Charge("refused")
        else:
            try:
                async with asyncio.timeout(self.payment_timeout_seconds):
                    provider = named(self.providers, seller.payment.provider)
                    charge = await provider.look_up(reference=seller.payment.id)
            except (TimeoutError, ProviderSilent, ProviderUnknown, OSError):
                charge = Charge("pending")
            seller.charge = Charge("pending") if charge.state == "unknown" else charge

    async def conclude(
        self, actor: Actor, store_maison_id: UUID, head: Head, sellers: list[SellerPart], now: datetime
    ) -> Outcome:
        if all(paid(seller) for seller in sellers):
            return await self.place_all(actor, store_maison_id, head, sellers, now)
        await self._record(head, sellers, now)
        waiting = [s for s in sellers if s.charge and s.charge.state in ("pending", "second_step")]
        if waiting:
            asked_since = now - head.changed_at
            patience = SECOND_STEP if any(_in_second_step(seller) for seller in waiting) else GIVE_UP_AFTER
            if asked_since > patience:
                return await self.void_all(actor, store_maison_id, head, sellers, now)
            for seller in sellers:
                await self._extend(head, seller, head.changed_at + SECOND_STEP + HOLD_GRACE)
            step = next((seller.charge for seller in waiting if _in_second_step(seller)), None)
            return Outcome("second_step", step.second_step_url) if step else Outcome("confirming")
        if any(paid(seller) for seller in sellers):
            if not await self.set_state(actor, store_maison_id, head, "paying", "choosing", now):
                return Outcome("confirming")
            for seller in sellers:
                await self._extend(head, seller, head.expires_at + SECOND_STEP + HOLD_GRACE)
            return Outcome("choosing")
        # All refused: the pieces stay held for another try, as long as the checkout had anyway.
        if not await self.set_state(actor, store_maison_id, head, "paying", "open", now):
            return Outcome("confirming")
        return Outcome("refused", reason="payment")

    async def _record(self, head: Head, sellers: list[SellerPart], now: datetime) -> None:
        for seller in sellers:
            payment, charge = seller.payment, seller.charge
            if payment is None or charge is None or charge.state in ("pending", "unknown"):
                continue
            async with self.db.acting(Actor.checkout(head.id), seller.maison_id) as conn:
                await intents.record_answer(
                    conn, maison_id=seller.maison_id, payment=payment, charge=charge, now=now
                )

    async def place_all(
        self, actor: Actor, store_maison_id: UUID, head: Head, sellers: list[SellerPart], now: datetime
    ) -> Outcome:
        for seller in sellers:
            if seller.refusal is None:
                await self._place(store_maison_id, head, seller, now)
            else:
                await self._let_go(head, seller, now)
        checkout = await self._finish(actor, store_maison_id, head, sellers, now)
        if any(seller.order for seller in sellers):
            return Outcome("placed", checkout=checkout)
        reasons = {seller.refusal for seller in sellers}
        other = "payment" if reasons == {"payment"} else "gone"
        reason = next((one for one in ("quota", "proposal") if one in reasons), other)
        return Outcome("released", reason=reason, checkout=checkout)

    async def _place(self, store_maison_id: UUID, head: Head, seller: SellerPart, now: datetime) -> None:
        about = Placing(
            head.id,
            head.store_id,
            store_maison_id,
            head.client_id,
            _told_of(head, seller),
            seller.method,
            head.market,
            head.language,
            head.proposal_id,
            age_confirmed=head.age_confirmed,
        )

        async def verb(conn: Conn, again: bool) -> PlacedOrder:
            payment, charge = seller.payment, seller.charge
            if payment is not None and charge is not None:
                fresh = await intents.record_answer(
                    conn, maison_id=seller.maison_id, payment=payment, charge=charge, now=now
                )
                if not fresh and not await intents.stands(conn, maison_id=seller.maison_id, payment=payment):
                    raise _MoneyLetGo
            limited = shares(seller.lines)
            if limited:
                await self._count(conn, head, seller, now)
            order = await placing.place(
                conn,
                maison_id=seller.maison_id,
                placing=about,
                lines=seller.lines,
                payment_id=seller.payment.id if seller.payment else None,
                key=self.key,
                now=now,
                again=again,
                delivery=seller.delivery,
            )
            if limited:
                await quota_counts.keep(conn, maison_id=seller.maison_id, checkout_id=head.id, now=now)
            return order

        actor = Actor.checkout(head.id)
        # What was asked for in a try before, with another delivery, pays no other.
        other_amount = seller.payment is not None and seller.payment.amount != seller.amount
        if other_amount or _lapses_before_it_is_there(seller):
            seller.refusal = "payment"
            await self._let_go(head, seller, now)
            seller.refusal = None if seller.order else "payment"
            return
        for again in (False, True):
            try:
                seller.order = await self.db.run(
                    actor, seller.maison_id, lambda conn, again=again: verb(conn, again)
                )
                seller.refusal = None
                return
            except NoLongerHeld:
                seller.refusal = "gone"
            except QuotaReached:
                seller.refusal = "quota"
                # One card behind another name is one client: that name has had its share as well.
                await self.db.run(
                    actor,
                    seller.maison_id,
                    lambda conn: quota_counts.keep(
                        conn, maison_id=seller.maison_id, checkout_id=head.id, now=now
                    ),
                )
                break
            except UniqueViolation as error:
                if not proposals.paid_twice(error):
                    raise
                seller.refusal = "proposal"
                break
            except _MoneyLetGo:
                # Whoever settled it before us gave up, or was asked to keep the others only.
                seller.order = await self._placed(head, seller)
                seller.refusal = None if seller.order else "payment"
                return
        await self._let_go(head, seller, now)
        if seller.order is not None:
            seller.refusal = None

    async def _placed(self, head: Head, seller: SellerPart) -> PlacedOrder | None:
        """The order somebody else has placed for this checkout here."""
        async with self.db.acting(Actor.checkout(head.id), seller.maison_id) as conn:
            return await placing.placed(conn, maison_id=seller.maison_id, checkout_id=head.id)

    async def _let_go(self, head: Head, seller: SellerPart, now: datetime) -> bool:
        """Gives the money back and the pieces free, unless the order was placed meanwhile: then it is the seller's order.

        False when somebody else has just heard that the money is there, and is about to place.
        """

        async def verb(conn: Conn) -> bool:
            payment, charge, maison_id = seller.payment, seller.charge, seller.maison_id
            if payment is None:
                seller.order = await placing.placed(conn, maison_id=maison_id, checkout_id=head.id)
                return True
            if charge is None or charge.state in ("pending", "unknown", "second_step"):
                given_up = await intents.abandon(conn, maison_id=maison_id, payment=payment, now=now)
            else:
                await intents.record_answer(
                    conn, maison_id=maison_id, payment=payment, charge=charge, now=now
                )
                given_up = True
            stands = await intents.stands(conn, maison_id=maison_id, payment=payment)
            seller.order = await placing.placed(conn, maison_id=maison_id, checkout_id=head.id)
            if seller.order is not None:
                return True
            if stands and given_up:
                await captures.let_go(conn, maison_id=maison_id, payment=payment, cause_id=head.id, now=now)
            return given_up or not stands

        let_go = await self.db.run(Actor.checkout(head.id), seller.maison_id, verb)
        if let_go and seller.order is None:
            await self.release_holds(head.id, [seller.maison_id])
        return let_go

    async def void_all(
        self, actor: Actor, store_maison_id: UUID, head: Head, sellers: list[SellerPart], now: datetime
    ) -> Outcome:
        let_go = True
        for seller in sellers:
            if seller.charge is None:
                await self.recall(head, seller, now)
            let_go = await self._let_go(head, seller, now) and let_go
            seller.refusal = None if seller.order else "payment"
        if not let_go:
            return Outcome("confirming")
        if any(seller.order for seller in sellers):
            await self._finish(actor, store_maison_id, head, sellers, now)
            return Outcome("placed")
        await self.set_state(actor, store_maison_id, head, head.state, "released", now)
        return Outcome("released", reason="payment")

    async def _finish(
        self, actor: Actor, store_maison_id: UUID, head: Head, sellers: list[SellerPart], now: datetime
    ) -> Checkout | None:
        async def verb(conn: Conn) -> Checkout | None:
            await standing.finish(
                conn,
                maison_id=store_maison_id,
                checkout_id=head.id,
                placed=any(seller.order for seller in sellers),
                sellers=[
                    Ended(
                        seller.maison_id,
                        seller.order.id if seller.order else None,
                        seller.order.number if seller.order else None,
                        seller.refusal,
                    )
                    for seller in sellers
                ],
                now=now,
            )
            if actor.kind != "visitor":
                return None
            return await shown.read(conn, maison_id=store_maison_id, checkout_id=head.id, key=self.key)

        return await self.db.run(actor, store_maison_id, verb)

    async def _extend(self, head: Head, seller: SellerPart, until: datetime) -> None:
        async with self.db.acting(Actor.checkout(head.id), seller.maison_id) as conn:
            await holds.extend(conn, maison_id=seller.maison_id, holder_id=head.id, expires_at=until)
            if making_room.needed_by(seller.lines):
                await making.extend(conn, maison_id=seller.maison_id, holder_id=head.id, expires_at=until)
            if engraving_room.needed_by(seller.lines):
                await workshops.extend(conn, maison_id=seller.maison_id, holder_id=head.id, expires_at=until)

    async def set_state(
        self, actor: Actor, store_maison_id: UUID, head: Head, before: str, after: str, now: datetime
    ) -> bool:
        """One step of the checkout's own state, in a transaction of its own."""
        async with self.db.acting(actor, store_maison_id) as conn:
            return await standing.set_state(
                conn,
                maison_id=store_maison_id,
                checkout_id=head.id,
                attempt=head.attempt,
                before=before,
                after=after,
                now=now,
            )

    async def release_holds(self, checkout_id: UUID, maison_ids: list[UUID]) -> None:
        for maison_id in maison_ids:

            async def verb(conn: Conn, maison_id: UUID = maison_id) -> None:
                await holds.release(conn, maison_id=maison_id, holder_id=checkout_id)
                await making.leave(conn, maison_id=maison_id, holder_id=checkout_id, needs={})
                await workshops.leave(conn, maison_id=maison_id, holder_id=checkout_id, pieces=0)

            await self.db.run(Actor.checkout(checkout_id), maison_id, verb)


def _told_of(head: Head, seller: SellerPart) -> Contact:
    """What a maison has to know of its client: where to only for what it sends, a gift only where it is paid."""
    contact = head.contact
    return replace(
        contact,
        address=contact.address if seller.method == "ship" else None,
        gift_words=None if seller.method == "reserve" else contact.gift_words,
    )


def paid(seller: SellerPart) -> bool:
    return seller.method == "reserve" or (seller.charge is not None and seller.charge.state == "authorised")


def _lapses_before_it_is_there(seller: SellerPart) -> bool:
    """Whether the bank keeps the money for less time than pieces need that are brought to their boutique, or engraved."""
    until = seller.charge.authorised_until if seller.charge else None
    if seller.payment is not None and not seller.payment.separate_capture:
        return False
    promised = [line.ready_about for line in seller.lines if line.ready_about is not None]
    promised += [
        engraving_room.end_of(line.engrave_by) for line in seller.lines if line.engrave_by is not None
    ]
    return until is not None and bool(promised) and max(promised) > until - COLLECT_AT_LEAST


def _in_second_step(seller: SellerPart) -> bool:
    return seller.charge is not None and seller.charge.state == "second_step"


def by_seller(head: Head, lines: list[PlacingLine]) -> list[SellerPart]:
    """Each selling maison's part, with its delivery as it was chosen."""
    found = list[SellerPart]()
    for maison_id in sorted({line.selling_maison_id for line in lines}):
        own = [line for line in lines if line.selling_maison_id == maison_id]
        found.append(SellerPart(maison_id, head.method_of(maison_id), own, head.delivery.of(maison_id, own)))
    return found
