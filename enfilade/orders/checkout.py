"""The checkout, one resource for page, API and later channels: open (holds) → paying → completed, or released.

A transaction never spans two tenants: the checkout belongs to the store's, each selling maison places its own order. What is
asked of a payment provider is committed before, recorded after, and asked outside any transaction. Whatever dies in between,
`settle` goes on from what the database and the provider know. `docs/algorithms/checkout.md` draws it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec
import structlog

from enfilade.base import idempotency
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe, one
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.base.secrets import derived
from enfilade.orders import placing, sourcing
from enfilade.orders.placing import Contact, PlacedOrder, Placing, PlacingLine
from enfilade.payments import captures, intents
from enfilade.payments.payment import Payment
from enfilade.payments.provider import Charge, Provider, ProviderRefused, ProviderSilent
from enfilade.stock import holds
from enfilade.stock.allocations import NoLongerHeld
from enfilade.stock.holds import Demand, Lack, Method, NotEnoughStock

log = structlog.get_logger()

#: Holds outlive the checkout by this: enough for a payment asked for in its last second.
HOLD_GRACE = timedelta(minutes=2)
#: How long the client may take over the provider's second step, and we over its silence.
SECOND_STEP = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(minutes=2)


class BasketEmpty(Exception):
    """There is nothing to check out."""


class NotOffered(Exception):
    """Some piece has no price in this market, or no place was chosen for it."""


class PiecesGone(Exception):
    """Some pieces cannot be promised as asked; `lacking` names each with what is left."""

    def __init__(self, lacking: list["Gone"]) -> None:
        super().__init__(
            "; ".join(f"{gone.name} {gone.size}: {gone.left} left of {gone.asked}" for gone in lacking)
        )
        self.lacking = lacking


class CheckoutUnderway(Exception):
    """This basket is being paid for already."""


class CheckoutOver(Exception):
    """The checkout was released: its time ended, nothing was charged, the basket is still there."""


class PaymentMethodUnknown(Exception):
    """No provider offers this method here."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A piece that cannot be promised."""

    variant_id: UUID
    name: str
    size: str
    asked: int
    left: int


@dataclass(frozen=True, slots=True)
class Store:
    """The storefront a visitor is in, and its tenant."""

    store_id: UUID
    maison_id: UUID


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """A line as the client sees it at checkout; prices were frozen when it opened."""

    selling_maison_id: UUID
    maison_name: str
    maison_slug: str
    variant_id: UUID
    slug: str
    name: str
    colour: str
    size: str
    picture: str
    quantity: int
    location_id: UUID
    location_kind: str
    location_name: str
    address: str
    city: str
    zone: str
    currency: str
    unit_price_minor: int
    tax_rate_basis_points: int
    prices_include_tax: bool

    @property
    def unit(self) -> Money:
        return Money(self.unit_price_minor, self.currency)

    @property
    def _priced(self) -> PlacingLine:
        return PlacingLine(
            self.selling_maison_id,
            self.variant_id,
            self.variant_id,
            "",
            "",
            self.name,
            self.colour,
            self.size,
            self.quantity,
            self.location_id,
            self.currency,
            self.unit_price_minor,
            self.tax_rate_basis_points,
            self.prices_include_tax,
        )

    @property
    def total(self) -> Money:
        """Tax included."""
        return self._priced.total

    @property
    def tax(self) -> Money:
        return self._priced.tax


@dataclass(frozen=True, slots=True)
class Seller:
    """What became of the checkout at one maison; `link` opens the order's page."""

    maison_id: UUID
    order_id: UUID | None
    number: str | None
    refusal: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Checkout:
    """The checkout as its page shows it."""

    id: UUID
    state: Literal["open", "paying", "choosing", "completed", "released"]
    method: Method
    market: str
    language: str
    payment_method: str | None
    expires_at: datetime
    lines: list[CheckoutLine]
    sellers: list[Seller]

    @property
    def totals(self) -> list[Money]:
        """What the client pays, one a currency."""
        sums: dict[str, Money] = {}
        for line in self.lines:
            sums[line.currency] = sums[line.currency] + line.total if line.currency in sums else line.total
        return list(sums.values())


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the checkout stands after a step. `url`: the provider's second step. `refused`: try another way to pay."""

    kind: Literal["open", "placed", "second_step", "confirming", "refused", "choosing", "released"]
    url: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Wanted:
    basket_id: UUID
    selling_maison_id: UUID
    variant_id: UUID
    product_id: UUID
    sku: str
    brand: str
    name: str
    colour: str
    size: str
    quantity: int
    hold_minutes: int
    currency: str | None
    unit_price_minor: int | None
    tax_rate_basis_points: int | None
    prices_include_tax: bool | None
    ships_from: list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class _Head:
    id: UUID
    state: Literal["open", "paying", "choosing", "completed", "released"]
    store_id: UUID
    visitor_id: UUID
    client_id: UUID | None
    method: Method
    market: str
    language: str
    payment_method: str | None
    basket_id: UUID
    expires_at: datetime
    changed_at: datetime
    name: str | None
    mail: str | None
    phone: str | None
    address: dict[str, str] | None
    collector_name: str | None

    @property
    def contact(self) -> Contact:
        return Contact(
            self.name or "", self.mail or "", self.phone or "", self.address, self.collector_name or ""
        )


@dataclass(slots=True)
class _Seller:
    """One maison's part while a checkout is being settled."""

    maison_id: UUID
    lines: list[PlacingLine]
    payment: Payment | None = None
    charge: Charge | None = None
    order: PlacedOrder | None = None
    refusal: str | None = None

    @property
    def amount(self) -> Money:
        return Money(sum(line.total.minor for line in self.lines), self.lines[0].currency)


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Superseded:
    checkout_id: UUID
    selling_maison_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class _SellerRow:
    selling_maison_id: UUID
    order_id: UUID | None
    order_number: str | None
    refusal: str | None


@dataclass(slots=True)
class Checkouts:
    """The verbs of the checkout. They span transactions, so they take the database and not a connection."""

    db: Db
    providers: Mapping[str, Provider]
    key: bytes
    base_url: str
    payment_timeout_seconds: float
    provider_name: str = field(default="local")

    async def open(
        self,
        store: Store,
        visitor_id: UUID,
        *,
        method: Method,
        boutiques: Mapping[UUID, UUID],
        market: str,
        language: str,
        key: str,
        now: datetime,
        latitude: float | None = None,
        longitude: float | None = None,
        client_id: UUID | None = None,
    ) -> UUID:
        """Freezes the basket's prices, chooses locations, holds the pieces. `boutiques`: selling maison → boutique.

        Another open checkout of the same basket gives way. Asked again with the same key, it is the same checkout.
        Raises BasketEmpty, NotOffered, PiecesGone, CheckoutUnderway.
        """
        actor, checkout_id = Actor.visitor(visitor_id), new_id(now)
        request = {
            "store": store.store_id,
            "method": method,
            "boutiques": sorted((str(maison), str(place)) for maison, place in boutiques.items()),
            "market": market,
        }

        async def begin(conn: Conn) -> tuple[UUID, list[PlacingLine], datetime, list[_Superseded]]:
            repeat = await idempotency.claim(
                conn,
                actor=actor,
                key=f"open:{key}",
                request=request,
                now=now,
                answer={"checkout": checkout_id},
            )
            if repeat is not None:
                known = UUID(repeat.body["checkout"])
                head, lines = await _frozen(conn, maison_id=store.maison_id, checkout_id=known)
                return known, lines if head.state == "open" else [], head.expires_at, []
            wanted = await _wanted(
                conn,
                maison_id=store.maison_id,
                store_id=store.store_id,
                visitor_id=visitor_id,
                market=market,
                language=language,
                shipping=method == "ship",
                latitude=latitude,
                longitude=longitude,
            )
            lines = _sourced(wanted, method, boutiques)
            expires_at = now + timedelta(minutes=min(row.hold_minutes for row in wanted))
            superseded = await _insert(
                conn,
                maison_id=store.maison_id,
                checkout_id=checkout_id,
                basket_id=wanted[0].basket_id,
                store_id=store.store_id,
                visitor_id=visitor_id,
                client_id=client_id,
                language=language,
                market=market,
                method=method,
                expires_at=expires_at,
                lines=lines,
                now=now,
            )
            return checkout_id, lines, expires_at, superseded

        opened, lines, expires_at, superseded = await self.db.run(actor, store.maison_id, begin)
        for old in superseded:
            await self._release_holds(old.checkout_id, old.selling_maison_ids)
        try:
            for maison_id in sorted({line.selling_maison_id for line in lines}):
                await self._hold(opened, maison_id, lines, method, expires_at + HOLD_GRACE, now)
        except NotEnoughStock as error:
            await self._release(actor, store.maison_id, opened, now)
            raise PiecesGone(_named(error.lacking, lines)) from error
        return opened

    async def _hold(
        self,
        checkout_id: UUID,
        maison_id: UUID,
        lines: list[PlacingLine],
        method: Method,
        until: datetime,
        now: datetime,
    ) -> None:
        demands = [
            Demand(line.location_id, line.variant_id, line.quantity)
            for line in lines
            if line.selling_maison_id == maison_id
        ]

        async def verb(conn: Conn) -> None:
            await holds.claim(
                conn,
                maison_id=maison_id,
                purpose="checkout",
                holder_id=checkout_id,
                demands=demands,
                method=method,
                expires_at=until,
                now=now,
            )

        await self.db.run(Actor.checkout(checkout_id), maison_id, verb)

    async def read(self, store: Store, visitor_id: UUID, checkout_id: UUID) -> Checkout | None:
        """The visitor's own checkout, or None."""
        async with self.db.acting(Actor.visitor(visitor_id), store.maison_id) as conn:
            head = await _head(conn, maison_id=store.maison_id, checkout_id=checkout_id)
            if head is None:
                return None
            lines = await _shown(
                conn, maison_id=store.maison_id, checkout_id=checkout_id, language=head.language
            )
            sellers = await _sellers(conn, maison_id=store.maison_id, checkout_id=checkout_id)
        return Checkout(
            head.id,
            head.state,
            head.method,
            head.market,
            head.language,
            head.payment_method,
            head.expires_at,
            lines,
            [
                Seller(
                    row.selling_maison_id,
                    row.order_id,
                    row.order_number,
                    row.refusal,
                    derived(self.key, "order", row.order_id) if row.order_id else None,
                )
                for row in sellers
            ],
        )

    async def complete(
        self,
        store: Store,
        visitor_id: UUID,
        checkout_id: UUID,
        *,
        contact: Contact,
        payment_method: str,
        card_token: str,
        key: str,
        now: datetime,
    ) -> Outcome:
        """Pays and places. Asked again it tells where the checkout stands and never asks for money twice.

        Raises CheckoutOver, PaymentMethodUnknown.
        """
        actor = Actor.visitor(visitor_id)
        terms = self.providers[self.provider_name].methods
        if payment_method and payment_method not in terms:
            raise PaymentMethodUnknown(payment_method)

        async def begin(conn: Conn) -> tuple[_Head, list[PlacingLine]] | None:
            repeat = await idempotency.claim(
                conn,
                actor=actor,
                key=f"complete:{key}",
                request={"checkout": checkout_id, "method": payment_method, "contact": contact},
                now=now,
                answer={"checkout": checkout_id},
            )
            begun = None
            if repeat is None:
                begun = await _begin_paying(
                    conn,
                    maison_id=store.maison_id,
                    checkout_id=checkout_id,
                    visitor_id=visitor_id,
                    contact=contact,
                    payment_method=payment_method,
                    now=now,
                )
            # `settle` acts as a job and tells whoever asks: only the visitor's own checkout gets that far.
            if begun is None and await _head(conn, maison_id=store.maison_id, checkout_id=checkout_id) is None:
                raise CheckoutOver
            if begun is not None and begun[0].method != "reserve" and not payment_method:
                raise PaymentMethodUnknown(payment_method)
            return begun

        begun = await self.db.run(actor, store.maison_id, begin)
        if begun is None:
            return await self.settle(store.maison_id, checkout_id, now=now)
        head, lines = begun
        sellers = _by_seller(lines)
        if head.method != "reserve":
            for seller in sellers:
                await self._intend(head, seller, payment_method, now)
                seller.charge = await self._authorise(store, head, seller, card_token)
        return await self._conclude(actor, store.maison_id, head, sellers, now)

    async def settle(self, store_maison_id: UUID, checkout_id: UUID, *, now: datetime) -> Outcome:
        """Goes on from wherever the checkout stands, by what the database and the provider know. Safe at any time.

        The return from the second step, the provider's webhook and the round for unfinished checkouts all end here.
        """
        async with self.db.acting(Actor.job(), store_maison_id) as conn:
            head, lines = await _frozen(conn, maison_id=store_maison_id, checkout_id=checkout_id)
        if head.state == "completed":
            return Outcome("placed")
        if head.state == "released":
            return Outcome("released")
        if head.state == "open":
            if now < head.expires_at:
                return Outcome("open")
            await self._release(Actor.job(), store_maison_id, checkout_id, now)
            return Outcome("released")
        if head.state == "choosing":
            if now < head.expires_at + SECOND_STEP:
                return Outcome("choosing")
            return await self._void_all(Actor.job(), store_maison_id, head, _by_seller(lines), now)
        sellers = _by_seller(lines)
        if head.method != "reserve":
            for seller in sellers:
                await self._recall(head, seller, now)
        return await self._conclude(Actor.job(), store_maison_id, head, sellers, now)

    async def choose(
        self, store: Store, visitor_id: UUID, checkout_id: UUID, *, keep: bool, now: datetime
    ) -> Outcome:
        """One maison's payment was refused, another's not: keep the orders that can be placed, or let all go."""
        async with self.db.acting(Actor.visitor(visitor_id), store.maison_id) as conn:
            head = await _head(conn, maison_id=store.maison_id, checkout_id=checkout_id)
            if head is None or head.state != "choosing":
                raise CheckoutOver
            _, lines = await _frozen(conn, maison_id=store.maison_id, checkout_id=checkout_id)
        sellers = _by_seller(lines)
        actor = Actor.visitor(visitor_id)
        if not keep:
            return await self._void_all(actor, store.maison_id, head, sellers, now)
        for seller in sellers:
            await self._recall(head, seller, now)
        for seller in sellers:
            if not _paid(head, seller):
                seller.refusal = "payment"
        return await self._place_all(actor, store.maison_id, head, sellers, now)

    # The steps, in the order they are called.

    async def _intend(self, head: _Head, seller: _Seller, payment_method: str, now: datetime) -> None:
        terms = self.providers[self.provider_name].methods[payment_method]

        async def verb(conn: Conn) -> Payment:
            return await intents.intend(
                conn,
                maison_id=seller.maison_id,
                checkout_id=head.id,
                provider=self.provider_name,
                method=payment_method,
                separate_capture=terms.separate_capture,
                amount=seller.amount,
                now=now,
            )

        seller.payment = await self.db.run(Actor.checkout(head.id), seller.maison_id, verb)

    async def _authorise(self, store: Store, head: _Head, seller: _Seller, card_token: str) -> Charge:
        payment = seller.payment
        assert payment is not None
        try:
            async with asyncio.timeout(self.payment_timeout_seconds):
                return await self.providers[payment.provider].authorise(
                    key=payment.operation_id,
                    reference=payment.id,
                    amount=payment.amount,
                    method=payment.method,
                    token=card_token,
                    return_url=f"{self.base_url}/{head.language}/checkout/{head.id}/return",
                    metadata={"store_maison": str(store.maison_id), "checkout": str(head.id)},
                )
        except ProviderRefused:
            return Charge("refused")
        except (TimeoutError, ProviderSilent, OSError) as error:
            log.warning("payment provider silent", payment=str(payment.id), error=type(error).__name__)
            return Charge("pending")

    async def _recall(self, head: _Head, seller: _Seller, now: datetime) -> None:
        """What we and the provider know of this seller's payment, asked anew."""
        async with self.db.acting(Actor.checkout(head.id), seller.maison_id) as conn:
            payments = await intents.of_checkout(conn, maison_id=seller.maison_id, checkout_id=head.id)
        if not payments:
            # We died before asking for money. Nobody may be about to ask any more.
            seller.charge = Charge("pending" if now - head.changed_at < GIVE_UP_AFTER else "refused")
            return
        seller.payment = payments[0]
        if seller.payment.state in ("authorised", "captured"):
            seller.charge = Charge("authorised", seller.payment.authorised_until)
        elif seller.payment.state in ("refused", "voided"):
            seller.charge = Charge("refused")
        else:
            try:
                async with asyncio.timeout(self.payment_timeout_seconds):
                    charge = await self.providers[seller.payment.provider].look_up(
                        reference=seller.payment.id
                    )
            except (TimeoutError, ProviderSilent, OSError):
                charge = Charge("pending")
            seller.charge = Charge("pending") if charge.state == "unknown" else charge

    async def _conclude(
        self, actor: Actor, store_maison_id: UUID, head: _Head, sellers: list[_Seller], now: datetime
    ) -> Outcome:
        if all(_paid(head, seller) for seller in sellers):
            return await self._place_all(actor, store_maison_id, head, sellers, now)
        await self._record(head, sellers, now)
        waiting = [s for s in sellers if s.charge and s.charge.state in ("pending", "second_step")]
        if waiting:
            asked_since = now - head.changed_at
            patience = SECOND_STEP if any(_in_second_step(seller) for seller in waiting) else GIVE_UP_AFTER
            if asked_since > patience:
                return await self._void_all(actor, store_maison_id, head, sellers, now)
            for seller in sellers:
                await self._extend(head, seller, head.changed_at + SECOND_STEP + HOLD_GRACE)
            step = next((seller.charge for seller in waiting if _in_second_step(seller)), None)
            return Outcome("second_step", step.second_step_url) if step else Outcome("confirming")
        if any(_paid(head, seller) for seller in sellers):
            await self._set_state(actor, store_maison_id, head.id, "paying", "choosing", now)
            for seller in sellers:
                await self._extend(head, seller, head.expires_at + SECOND_STEP + HOLD_GRACE)
            return Outcome("choosing")
        # All refused: the pieces stay held for another try, as long as the checkout had anyway.
        await self._set_state(actor, store_maison_id, head.id, "paying", "open", now)
        return Outcome("refused", reason="payment")

    async def _record(self, head: _Head, sellers: list[_Seller], now: datetime) -> None:
        for seller in sellers:
            payment, charge = seller.payment, seller.charge
            if payment is None or charge is None or charge.state in ("pending", "unknown"):
                continue
            async with self.db.acting(Actor.checkout(head.id), seller.maison_id) as conn:
                await intents.record_answer(
                    conn, maison_id=seller.maison_id, payment=payment, charge=charge, now=now
                )

    async def _place_all(
        self, actor: Actor, store_maison_id: UUID, head: _Head, sellers: list[_Seller], now: datetime
    ) -> Outcome:
        for seller in sellers:
            if seller.refusal is None:
                await self._place(store_maison_id, head, seller, now)
            else:
                await self._release_holds(head.id, [seller.maison_id])
        await self._finish(actor, store_maison_id, head, sellers, now)
        if any(seller.order for seller in sellers):
            return Outcome("placed")
        return Outcome("released", reason="gone")

    async def _place(self, store_maison_id: UUID, head: _Head, seller: _Seller, now: datetime) -> None:
        about = Placing(
            head.id,
            head.store_id,
            store_maison_id,
            head.client_id,
            head.contact,
            head.method,
            head.market,
            head.language,
        )

        async def verb(conn: Conn, again: bool) -> PlacedOrder:
            if seller.payment is not None and seller.charge is not None:
                await intents.record_answer(
                    conn, maison_id=seller.maison_id, payment=seller.payment, charge=seller.charge, now=now
                )
            return await placing.place(
                conn,
                maison_id=seller.maison_id,
                placing=about,
                lines=seller.lines,
                payment_id=seller.payment.id if seller.payment else None,
                key=self.key,
                now=now,
                again=again,
            )

        actor = Actor.checkout(head.id)
        for again in (False, True):
            try:
                seller.order = await self.db.run(
                    actor, seller.maison_id, lambda conn, again=again: verb(conn, again)
                )
                return
            except NoLongerHeld:
                continue
        seller.refusal = "gone"
        await self._let_go(head, seller, now)

    async def _let_go(self, head: _Head, seller: _Seller, now: datetime) -> None:
        """Gives the money back and the pieces free, unless the order was placed meanwhile."""

        async def verb(conn: Conn) -> None:
            payment, charge = seller.payment, seller.charge
            if payment is None:
                return
            if charge is None or charge.state in ("pending", "unknown", "second_step"):
                await intents.abandon(conn, maison_id=seller.maison_id, payment=payment, now=now)
                return
            await intents.record_answer(
                conn, maison_id=seller.maison_id, payment=payment, charge=charge, now=now
            )
            placed = await maybe(
                conn,
                _Id,
                "select id from orders.order where maison_id = %(maison_id)s and checkout_id = %(checkout_id)s",
                maison_id=seller.maison_id,
                checkout_id=head.id,
            )
            if charge.state == "authorised" and placed is None:
                await captures.let_go(
                    conn, maison_id=seller.maison_id, payment=payment, cause_id=head.id, now=now
                )

        await self.db.run(Actor.checkout(head.id), seller.maison_id, verb)
        await self._release_holds(head.id, [seller.maison_id])

    async def _void_all(
        self, actor: Actor, store_maison_id: UUID, head: _Head, sellers: list[_Seller], now: datetime
    ) -> Outcome:
        for seller in sellers:
            if seller.charge is None and head.method != "reserve":
                await self._recall(head, seller, now)
            await self._let_go(head, seller, now)
        await self._set_state(actor, store_maison_id, head.id, head.state, "released", now)
        return Outcome("released", reason="payment")

    async def _finish(
        self, actor: Actor, store_maison_id: UUID, head: _Head, sellers: list[_Seller], now: datetime
    ) -> None:
        async def verb(conn: Conn) -> None:
            await _finish(
                conn,
                maison_id=store_maison_id,
                checkout_id=head.id,
                placed=any(seller.order for seller in sellers),
                sellers=sellers,
                now=now,
            )

        await self.db.run(actor, store_maison_id, verb)

    async def _extend(self, head: _Head, seller: _Seller, until: datetime) -> None:
        async with self.db.acting(Actor.checkout(head.id), seller.maison_id) as conn:
            await holds.extend(conn, maison_id=seller.maison_id, holder_id=head.id, expires_at=until)

    async def _set_state(
        self, actor: Actor, store_maison_id: UUID, checkout_id: UUID, before: str, after: str, now: datetime
    ) -> bool:
        async with self.db.acting(actor, store_maison_id) as conn:
            return bool(
                await execute(
                    conn,
                    """
                    update orders.checkout set state = %(after)s, changed_at = %(now)s,
                      ended_at = case when %(after)s = 'released' then %(now)s::timestamptz end
                    where maison_id = %(maison_id)s and id = %(checkout_id)s and state = %(before)s
                    """,
                    maison_id=store_maison_id,
                    checkout_id=checkout_id,
                    before=before,
                    after=after,
                    now=now,
                )
            )

    async def _release(self, actor: Actor, store_maison_id: UUID, checkout_id: UUID, now: datetime) -> None:
        """Ends an open checkout and gives its pieces back. One that is being paid for is left alone."""
        if not await self._set_state(actor, store_maison_id, checkout_id, "open", "released", now):
            return
        async with self.db.acting(Actor.job(), store_maison_id) as conn:
            sellers = await _sellers(conn, maison_id=store_maison_id, checkout_id=checkout_id)
        await self._release_holds(checkout_id, [seller.selling_maison_id for seller in sellers])

    async def _release_holds(self, checkout_id: UUID, maison_ids: list[UUID]) -> None:
        for maison_id in maison_ids:

            async def verb(conn: Conn, maison_id: UUID = maison_id) -> None:
                await holds.release(conn, maison_id=maison_id, holder_id=checkout_id)

            await self.db.run(Actor.checkout(checkout_id), maison_id, verb)


def _paid(head: _Head, seller: _Seller) -> bool:
    return head.method == "reserve" or (seller.charge is not None and seller.charge.state == "authorised")


def _in_second_step(seller: _Seller) -> bool:
    return seller.charge is not None and seller.charge.state == "second_step"


def _by_seller(lines: list[PlacingLine]) -> list[_Seller]:
    return [
        _Seller(maison_id, [line for line in lines if line.selling_maison_id == maison_id])
        for maison_id in sorted({line.selling_maison_id for line in lines})
    ]


def _named(lacking: list[Lack], lines: list[PlacingLine]) -> list[Gone]:
    by_variant = {line.variant_id: line for line in lines}
    return [
        Gone(
            lack.variant_id,
            by_variant[lack.variant_id].name,
            by_variant[lack.variant_id].size,
            lack.asked,
            lack.left,
        )
        for lack in lacking
    ]


def _sourced(wanted: list[_Wanted], method: Method, boutiques: Mapping[UUID, UUID]) -> list[PlacingLine]:
    """A location for every line: the boutique the client chose, or for a parcel what sourcing decides."""
    if not wanted:
        raise BasketEmpty
    places: dict[UUID, UUID] = {}
    if method == "ship":
        for maison_id in {row.selling_maison_id for row in wanted}:
            rows = [row for row in wanted if row.selling_maison_id == maison_id]
            places |= sourcing.decide(
                [sourcing.Need(r.variant_id, r.quantity) for r in rows], _candidates(rows)
            )
        missing = [row for row in wanted if row.variant_id not in places]
        if missing:
            raise PiecesGone([Gone(row.variant_id, row.name, row.size, row.quantity, 0) for row in missing])
    else:
        for row in wanted:
            if row.selling_maison_id not in boutiques:
                raise NotOffered(row.name)
            places[row.variant_id] = boutiques[row.selling_maison_id]
    lines: list[PlacingLine] = []
    for row in wanted:
        if row.currency is None or row.unit_price_minor is None or row.tax_rate_basis_points is None:
            raise NotOffered(row.name)
        lines.append(
            PlacingLine(
                row.selling_maison_id,
                row.variant_id,
                row.product_id,
                row.sku,
                row.brand,
                row.name,
                row.colour,
                row.size,
                row.quantity,
                places[row.variant_id],
                row.currency,
                row.unit_price_minor,
                row.tax_rate_basis_points,
                bool(row.prices_include_tax),
            )
        )
    return lines


def _candidates(rows: list[_Wanted]) -> list[sourcing.Candidate]:
    stock: dict[UUID, dict[UUID, int]] = {}
    distance: dict[UUID, float | None] = {}
    for row in rows:
        for place in row.ships_from:
            location_id = UUID(str(place["location_id"]))
            stock.setdefault(location_id, {})[row.variant_id] = int(str(place["ship"]))
            known = place["distance_km"]
            distance[location_id] = None if known is None else float(str(known))
    return [
        sourcing.Candidate(location_id, distance[location_id], have) for location_id, have in stock.items()
    ]


async def _wanted(
    conn: Conn,
    *,
    maison_id: UUID,
    store_id: UUID,
    visitor_id: UUID,
    market: str,
    language: str,
    shipping: bool,
    latitude: float | None,
    longitude: float | None,
) -> list[_Wanted]:
    return await many(
        conn,
        _Wanted,
        """
        select b.id as basket_id, l.selling_maison_id, l.variant_id, v.product_id, coalesce(v.sku, '') as sku, p.brand, t.name,
          v.colour, v.size, l.quantity, y.hold_minutes, r.currency, r.amount_minor as unit_price_minor,
          k.tax_rate_basis_points, k.prices_include_tax, coalesce(s.ships_from, '[]') as ships_from
        from orders.basket b
        join orders.basket_line l on l.maison_id = b.maison_id and l.basket_id = b.id
        join public_facts.variant v on v.id = l.variant_id
        join public_facts.product p on p.id = v.product_id
        join public_facts.maison m on m.maison_id = l.selling_maison_id
        join public_facts.promise_terms y on y.maison_id = l.selling_maison_id
        cross join lateral (select x.name from public_facts.product_text x where x.product_id = v.product_id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t
        left join public_facts.price r on r.variant_id = l.variant_id and r.market = %(market)s
        left join public_facts.market k on k.maison_id = l.selling_maison_id and k.code = %(market)s
        left join lateral (
          select jsonb_agg(jsonb_build_object('location_id', a.location_id, 'ship', a.ship, 'distance_km',
            -- least() passes over nulls: without a place to measure from, the distance must be asked to be null.
            case when %(latitude)s::float8 is not null then 6371 * 2 * asin(sqrt(least(1, power(sin(radians(o.latitude - %(latitude)s::float8) / 2), 2)
              + cos(radians(%(latitude)s::float8)) * cos(radians(o.latitude))
              * power(sin(radians(o.longitude - %(longitude)s::float8) / 2), 2)))) end)) as ships_from
          from public_facts.availability a join public_facts.boutique o on o.id = a.location_id
          where %(shipping)s and a.maison_id = l.selling_maison_id and a.variant_id = l.variant_id and a.ship >= l.quantity
        ) s on true
        where b.maison_id = %(maison_id)s and b.store_id = %(store_id)s and b.visitor_id = %(visitor_id)s and b.state = 'open'
        order by l.selling_maison_id, l.variant_id
        """,
        maison_id=maison_id,
        store_id=store_id,
        visitor_id=visitor_id,
        market=market,
        language=language,
        shipping=shipping,
        latitude=latitude,
        longitude=longitude,
    )


async def _insert(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    basket_id: UUID,
    store_id: UUID,
    visitor_id: UUID,
    client_id: UUID | None,
    language: str,
    market: str,
    method: Method,
    expires_at: datetime,
    lines: list[PlacingLine],
    now: datetime,
) -> list[_Superseded]:
    """Writes the open checkout; the basket's earlier open one is released in the same statement and returned."""
    superseded = await many(
        conn,
        _Superseded,
        """
        with ended as (
          update orders.checkout set state = 'released', ended_at = %(now)s, changed_at = %(now)s
          where maison_id = %(maison_id)s and basket_id = %(basket_id)s and state = 'open'
          returning id
        ), opened as (
          insert into orders.checkout (maison_id, id, basket_id, store_id, visitor_id, client_id, state, language, market,
            method, expires_at, opened_at, changed_at)
          select %(maison_id)s, %(id)s, %(basket_id)s, %(store_id)s, %(visitor_id)s, %(client_id)s::uuid, 'open',
            %(language)s, %(market)s, %(method)s, %(expires_at)s, %(now)s, %(now)s
          from (select count(*) from ended) first_ended
          on conflict (maison_id, basket_id, region) where state in ('open', 'paying', 'choosing') do nothing
          returning id
        ), line as (
          select * from jsonb_to_recordset(%(lines)s::jsonb) as l(selling_maison_id uuid, variant_id uuid, product_id uuid,
            sku text, brand text, name text, colour text, size text, quantity integer, location_id uuid, currency text,
            unit_price_minor bigint, tax_rate_basis_points integer, prices_include_tax boolean)
        ), frozen as (
          insert into orders.checkout_line (maison_id, checkout_id, selling_maison_id, variant_id, product_id, sku, brand,
            quantity, location_id, name, colour, size, currency, unit_price_minor, tax_rate_basis_points, prices_include_tax)
          select %(maison_id)s, o.id, l.selling_maison_id, l.variant_id, l.product_id, l.sku, l.brand, l.quantity,
            l.location_id, l.name, l.colour, l.size, l.currency, l.unit_price_minor, l.tax_rate_basis_points,
            l.prices_include_tax
          from opened o, line l
        ), selling as (
          insert into orders.checkout_seller (maison_id, checkout_id, selling_maison_id)
          select distinct %(maison_id)s::uuid, o.id, l.selling_maison_id from opened o, line l
        )
        select o.id as checkout_id, '{}'::uuid[] as selling_maison_ids from opened o
        union all
        select e.id, array(select s.selling_maison_id from orders.checkout_seller s
          where s.maison_id = %(maison_id)s and s.checkout_id = e.id) from ended e
        """,
        maison_id=maison_id,
        id=checkout_id,
        basket_id=basket_id,
        store_id=store_id,
        visitor_id=visitor_id,
        client_id=client_id,
        language=language,
        market=market,
        method=method,
        expires_at=expires_at,
        now=now,
        lines=msgspec.json.encode(lines).decode(),
    )
    if not any(row.checkout_id == checkout_id for row in superseded):
        raise CheckoutUnderway
    return [row for row in superseded if row.checkout_id != checkout_id]


async def _head(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> _Head | None:
    return await maybe(
        conn,
        _Head,
        """
        select c.id, c.state, c.store_id, c.visitor_id, c.client_id, c.method, c.market, c.language, c.payment_method,
          c.basket_id, c.expires_at, c.changed_at, k.name, k.mail, k.phone, k.address, k.collector_name
        from orders.checkout c
        left join orders.contact k on k.maison_id = c.maison_id and k.id = c.contact_id
        where c.maison_id = %(maison_id)s and c.id = %(checkout_id)s
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )


async def _frozen(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> tuple[_Head, list[PlacingLine]]:
    head = await _head(conn, maison_id=maison_id, checkout_id=checkout_id)
    if head is None:
        raise CheckoutOver
    lines = await many(
        conn,
        PlacingLine,
        """
        select selling_maison_id, variant_id, product_id, sku, brand, name, colour, size, quantity, location_id, currency,
          unit_price_minor, tax_rate_basis_points, prices_include_tax
        from orders.checkout_line where maison_id = %(maison_id)s and checkout_id = %(checkout_id)s
        order by selling_maison_id, variant_id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )
    return head, lines


async def _shown(conn: Conn, *, maison_id: UUID, checkout_id: UUID, language: str) -> list[CheckoutLine]:
    return await many(
        conn,
        CheckoutLine,
        """
        select l.selling_maison_id, m.name as maison_name, m.slug as maison_slug, l.variant_id, coalesce(p.slug, '') as slug,
          l.name, l.colour, l.size, coalesce(p.pictures -> 0 ->> 'name', '') as picture, l.quantity, l.location_id,
          coalesce(b.kind, '') as location_kind, coalesce(b.name, '') as location_name, coalesce(b.address, '') as address,
          coalesce(b.city, '') as city, coalesce(b.zone, 'UTC') as zone, l.currency, l.unit_price_minor,
          l.tax_rate_basis_points, l.prices_include_tax
        from orders.checkout_line l
        join public_facts.maison m on m.maison_id = l.selling_maison_id
        left join public_facts.product p on p.id = l.product_id
        left join public_facts.boutique b on b.id = l.location_id
        where l.maison_id = %(maison_id)s and l.checkout_id = %(checkout_id)s
        order by m.name, l.variant_id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )


async def _sellers(conn: Conn, *, maison_id: UUID, checkout_id: UUID) -> list[_SellerRow]:
    return await many(
        conn,
        _SellerRow,
        """
        select selling_maison_id, order_id, order_number, refusal from orders.checkout_seller
        where maison_id = %(maison_id)s and checkout_id = %(checkout_id)s order by selling_maison_id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
    )


@dataclass(frozen=True, slots=True)
class _Begun:
    store_id: UUID
    visitor_id: UUID
    client_id: UUID | None
    method: Method
    market: str
    language: str
    basket_id: UUID
    expires_at: datetime
    lines: list[dict[str, object]]


async def _begin_paying(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    visitor_id: UUID,
    contact: Contact,
    payment_method: str,
    now: datetime,
) -> tuple[_Head, list[PlacingLine]] | None:
    """open → paying, with whom it is for. None when it is not open (any more), which `settle` explains."""
    begun = await maybe(
        conn,
        _Begun,
        """
        with begun as (
          update orders.checkout set state = 'paying', contact_id = %(contact_id)s, payment_method = %(payment_method)s,
            changed_at = %(now)s
          where maison_id = %(maison_id)s and id = %(checkout_id)s and visitor_id = %(visitor_id)s and state = 'open'
            and expires_at > %(now)s
          returning *
        ), known as (
          insert into orders.contact (maison_id, id, checkout_id, name, mail, phone, address, collector_name)
          select %(maison_id)s, %(contact_id)s, b.id, %(name)s, %(mail)s, %(phone)s, %(address)s::jsonb, %(collector_name)s
          from begun b
        )
        select b.store_id, b.visitor_id, b.client_id, b.method, b.market, b.language, b.basket_id, b.expires_at,
          (select jsonb_agg(to_jsonb(l) order by l.selling_maison_id, l.variant_id) from orders.checkout_line l
            where l.maison_id = %(maison_id)s and l.checkout_id = b.id) as lines
        from begun b
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
        visitor_id=visitor_id,
        contact_id=new_id(now),
        payment_method=payment_method,
        now=now,
        name=contact.name,
        mail=contact.mail,
        phone=contact.phone,
        address=msgspec.json.encode(contact.address).decode() if contact.address else None,
        collector_name=contact.collector_name,
    )
    if begun is None:
        return None
    head = _Head(
        checkout_id,
        "paying",
        begun.store_id,
        begun.visitor_id,
        begun.client_id,
        begun.method,
        begun.market,
        begun.language,
        payment_method,
        begun.basket_id,
        begun.expires_at,
        now,
        contact.name,
        contact.mail,
        contact.phone,
        contact.address,
        contact.collector_name,
    )
    return head, [msgspec.convert(line, PlacingLine, strict=False) for line in begun.lines]


async def _finish(
    conn: Conn, *, maison_id: UUID, checkout_id: UUID, placed: bool, sellers: list[_Seller], now: datetime
) -> None:
    """paying or choosing → completed (or released, when nothing could be placed), with each seller's order."""
    await one(
        conn,
        _Id,
        """
        with ended as (
          update orders.checkout set state = case when %(placed)s then 'completed' else 'released' end, ended_at = %(now)s,
            changed_at = %(now)s
          where maison_id = %(maison_id)s and id = %(checkout_id)s and state in ('paying', 'choosing')
          returning id, basket_id
        ), emptied as (
          update orders.basket b set state = 'ordered', changed_at = %(now)s from ended e
          where b.maison_id = %(maison_id)s and b.id = e.basket_id and b.state = 'open' and %(placed)s
        ), told as (
          update orders.checkout_seller s set order_id = r.order_id, order_number = r.number, refusal = r.refusal
          from ended e, unnest(%(maisons)s::uuid[], %(orders)s::uuid[], %(numbers)s::text[], %(refusals)s::text[])
            as r(selling_maison_id, order_id, number, refusal)
          where s.maison_id = %(maison_id)s and s.checkout_id = e.id and s.selling_maison_id = r.selling_maison_id
        )
        select %(checkout_id)s::uuid as id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
        placed=placed,
        now=now,
        maisons=[seller.maison_id for seller in sellers],
        orders=[seller.order.id if seller.order else None for seller in sellers],
        numbers=[seller.order.number if seller.order else None for seller in sellers],
        refusals=[seller.refusal for seller in sellers],
    )
