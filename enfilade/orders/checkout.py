"""The checkout, one resource for page, API and later channels: open (holds) → paying → completed, or released.

A transaction never spans two tenants: the checkout belongs to the store's, each selling maison places its own order. What is
asked of a payment provider is committed before, recorded after, and asked outside any transaction. Whatever dies in between,
`settle` goes on from what the database and the provider know. `docs/algorithms/checkout.md` draws it.
"""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.errors import CheckViolation, UniqueViolation

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, constraint
from enfilade.base.ids import new_id
from enfilade.boutiques.workshops import NoRoom
from enfilade.duties.quote import DutiesQuote
from enfilade.orders import (
    delivery,
    duties,
    engraving_room,
    frozen,
    lawful,
    making_room,
    opening,
    proposals,
    quota_counts,
    shown,
    sources,
    standing,
)
from enfilade.orders.delivery import NoSuchService
from enfilade.orders.duties import Abroad, DutiesNotQuoted
from enfilade.orders.frozen import CheckoutOver, Head, NoSuchCheckout
from enfilade.orders.lawful import AgeNotConfirmed
from enfilade.orders.marks import marks_of
from enfilade.orders.opening import CheckoutUnderway, Superseded
from enfilade.orders.placing import Contact, PlacingLine
from enfilade.orders.proposals import ProposalOver
from enfilade.orders.quota_counts import QuotaReached, WhoIsItFor, shares
from enfilade.orders.settling import (
    GIVE_UP_AFTER,
    HOLD_GRACE,
    SECOND_STEP,
    Outcome,
    Settling,
    by_seller,
    paid,
)
from enfilade.orders.shown import Checkout, CheckoutLine, Seller
from enfilade.orders.sources import (
    BasketEmpty,
    Gone,
    NoRoomToEngrave,
    NoRoomToMake,
    NotByLaw,
    NotOffered,
    NotWithEngraving,
    PiecesGone,
)
from enfilade.orders.standing import PlaceClosed
from enfilade.orders.wanted import Ways, wanted_by
from enfilade.payments.provider import Provider
from enfilade.stock import holds
from enfilade.stock.holds import Demand, Method, NotEnoughStock

__all__ = [
    "AgeNotConfirmed",
    "BasketEmpty",
    "Checkout",
    "CheckoutLine",
    "CheckoutOver",
    "CheckoutUnderway",
    "Checkouts",
    "DutiesNotQuoted",
    "Gone",
    "NoRoomToEngrave",
    "NoRoomToMake",
    "NoSuchCheckout",
    "NoSuchService",
    "NotByLaw",
    "NotOffered",
    "NotWithEngraving",
    "Outcome",
    "PaymentMethodUnknown",
    "PiecesGone",
    "PlaceClosed",
    "ProposalOver",
    "QuotaReached",
    "Seller",
    "Store",
    "Unsuited",
    "WhoIsItFor",
]


class PaymentMethodUnknown(Exception):
    """No provider offers this method here."""


class Unsuited(Exception):
    """What was said to complete a checkout does not suit its method; nothing has begun."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class Store:
    """The storefront a visitor is in, and its tenant."""

    store_id: UUID
    maison_id: UUID


@dataclass(slots=True)
class Checkouts:
    """The verbs of the checkout. They span transactions, so they take the database and not a connection."""

    db: Db
    providers: Mapping[str, Provider]
    key: bytes
    base_url: str
    payment_timeout_seconds: float
    provider_name: str = field(default="local")
    #: Who quotes duties; None where nobody does.
    duties: DutiesQuote | None = field(default=None)
    duties_timeout_seconds: float = field(default=3.0)

    @property
    def _steps(self) -> Settling:
        return Settling(
            self.db,
            self.providers,
            self.key,
            self.base_url,
            self.payment_timeout_seconds,
            self.provider_name,
        )

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
        contact: Contact | None = None,
        proposal_id: UUID | None = None,
        brought: Collection[UUID] = (),
        methods: Mapping[UUID, Method] | None = None,
    ) -> UUID:
        """Freezes the basket's prices, chooses locations, holds the pieces. `boutiques`: selling maison → boutique.

        `methods`: the selling maisons whose part is received by another than `method`.
        `brought`: the selling maisons whose pieces may be brought to the boutique in which they are collected, on another day.
        `proposal_id`: of the basket its pieces became (`proposed.open_checkout`), not of the visitor's own.

        Another open checkout of the same basket gives way. Asked again with the same key, it is the same checkout.
        `contact` may be said later, unless a piece is sold by quota.
        Raises BasketEmpty, NotOffered, PiecesGone, NotByLaw, CheckoutUnderway, WhoIsItFor, QuotaReached, DutiesNotQuoted;
        NotWithEngraving, NoRoomToEngrave, NoRoomToMake, and as `engraving.checked`.
        """
        actor, checkout_id = Actor.visitor(visitor_id), new_id(now)
        request: dict[str, object] = {
            "store": store.store_id,
            "method": method,
            "boutiques": sorted((str(maison), str(place)) for maison, place in boutiques.items()),
            "market": market,
        }
        if proposal_id is not None:
            request["proposal"] = proposal_id
        ways = Ways(method, boutiques, methods or {}, brought)
        if ways.bring_to:
            request["brought"] = [str(maison) for maison in ways.bring_to]
        if ways.methods:
            request["methods"] = sorted((str(maison), its) for maison, its in ways.methods.items())
        abroad: list[Abroad] = []

        async def begin(conn: Conn) -> tuple[UUID, list[PlacingLine], datetime, list[Superseded]]:
            wanted = await wanted_by(
                conn,
                maison_id=store.maison_id,
                store_id=store.store_id,
                visitor_id=visitor_id,
                proposal_id=proposal_id,
                market=market,
                language=language,
                ways=ways,
                latitude=latitude,
                longitude=longitude,
                key=key,
                request=request,
                checkout_id=checkout_id,
                now=now,
            )
            if isinstance(wanted, UUID):
                head, lines = await frozen.frozen(conn, maison_id=store.maison_id, checkout_id=wanted)
                return wanted, lines if head.state == "open" else [], head.expires_at, []
            lines = sources.sourced(wanted, ways, now)
            limited = [line.product_id for line in lines if line.quota_id is not None]
            if limited and client_id is None and not (contact and (contact.mail or contact.phone)):
                raise WhoIsItFor(limited)
            abroad[:] = sources.abroad(wanted, lines)
            expires_at = now + timedelta(minutes=min(row.hold_minutes for row in wanted))
            superseded = await opening.insert(
                conn,
                maison_id=store.maison_id,
                checkout_id=checkout_id,
                basket_id=wanted[0].basket_id,
                store_id=store.store_id,
                visitor_id=visitor_id,
                client_id=client_id,
                proposal_id=proposal_id,
                language=language,
                market=market,
                ways=ways,
                expires_at=expires_at,
                lines=lines,
                deliveries=sources.deliveries(wanted, lines),
                now=now,
            )
            return checkout_id, lines, expires_at, superseded

        opened, lines, expires_at, superseded = await self.db.run(actor, store.maison_id, begin)
        for old in superseded:
            await self._steps.release_holds(old.checkout_id, old.selling_maison_ids)
        sellers = sorted({line.selling_maison_id for line in lines})
        try:
            for maison_id in sellers:
                marks = marks_of(self.key, maison_id, contact=contact, client_id=client_id)
                await self._hold(
                    opened, maison_id, lines, marks, ways.of(maison_id), expires_at + HOLD_GRACE, now
                )
        except NotEnoughStock as error:
            await self._release(actor, store.maison_id, opened, 0, now, sellers)
            raise PiecesGone(sources.named(error.lacking, lines)) from error
        except NoRoom as error:
            await self._release(actor, store.maison_id, opened, 0, now)
            if made := [line.name for line in lines if line.made]:
                raise NoRoomToMake(made, taken=True) from error
            raise NoRoomToEngrave([line.name for line in lines if line.engrave_by], taken=True) from error
        except QuotaReached:
            await self._release(actor, store.maison_id, opened, 0, now, sellers)
            raise
        if abroad:
            await self._quote(actor, store, opened, abroad, now)
        return opened

    async def _quote(
        self, actor: Actor, store: Store, checkout_id: UUID, abroad: list[Abroad], now: datetime
    ) -> None:
        """Duties of what crosses a customs border, asked of who quotes them and frozen; without them it is not sold."""
        try:
            found = await duties.ask(
                self.duties,
                checkout_id=checkout_id,
                abroad=abroad,
                timeout_seconds=self.duties_timeout_seconds,
                now=now,
            )
        except DutiesNotQuoted:
            await self._release(actor, store.maison_id, checkout_id, 0, now)
            raise
        async with self.db.acting(actor, store.maison_id) as conn:
            await duties.freeze(conn, maison_id=store.maison_id, checkout_id=checkout_id, found=found)

    async def _hold(
        self,
        checkout_id: UUID,
        maison_id: UUID,
        lines: list[PlacingLine],
        marks: list[bytes],
        method: Method,
        until: datetime,
        now: datetime,
    ) -> None:
        own = [line for line in lines if line.selling_maison_id == maison_id]
        demands = [
            Demand(
                line.location_id, line.variant_id, line.quantity, "ship" if line.collect_location_id else None
            )
            for line in own
            if not line.made
        ]

        async def verb(conn: Conn) -> None:
            await quota_counts.count(
                conn,
                maison_id=maison_id,
                checkout_id=checkout_id,
                taken=shares(own),
                marks=marks,
                now=now,
            )
            if demands:
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
            await making_room.hold(
                conn, maison_id=maison_id, checkout_id=checkout_id, lines=own, until=until, now=now
            )
            await engraving_room.hold(
                conn, maison_id=maison_id, checkout_id=checkout_id, lines=own, until=until, now=now
            )

        try:
            await self.db.run(Actor.checkout(checkout_id), maison_id, verb)
        except UniqueViolation as error:
            if constraint(error) not in (
                "one_hold_per_holder",
                "one_claim_per_holder",
                "one_making_claim_a_day",
            ):
                raise
            # The same request came twice at once and the other one holds them: look again, claim what is missing.
            await self.db.run(Actor.checkout(checkout_id), maison_id, verb)

    async def read(self, store: Store, visitor_id: UUID, checkout_id: UUID) -> Checkout | None:
        """The visitor's own checkout, or None."""
        async with self.db.acting(Actor.visitor(visitor_id), store.maison_id) as conn:
            return await shown.read(conn, maison_id=store.maison_id, checkout_id=checkout_id, key=self.key)

    async def choose_delivery(
        self, store: Store, visitor_id: UUID, checkout_id: UUID, *, maison_id: UUID, service: str
    ) -> bool:
        """How one maison's part of an open checkout is delivered; False where it is not open any more. Raises NoSuchService."""
        async with self.db.acting(Actor.visitor(visitor_id), store.maison_id) as conn:
            return await delivery.choose(
                conn,
                maison_id=store.maison_id,
                checkout_id=checkout_id,
                visitor_id=visitor_id,
                of_maison_id=maison_id,
                service=service,
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
        age_confirmed: int | None = None,
    ) -> Outcome:
        """Pays and places. Asked again it tells where the checkout stands and never asks for money twice.

        `age_confirmed`: the client has said to be at least so old; said once, it counts for every try.
        Raises NoSuchCheckout, PaymentMethodUnknown, Unsuited, AgeNotConfirmed, NotByLaw (to this address, from where it
        lies), ProposalOver, PlaceClosed, DutiesNotQuoted (nothing was asked for), QuotaReached (nor here, and the checkout is
        open again).
        """
        actor = Actor.visitor(visitor_id)
        terms = self.providers[self.provider_name].methods
        if payment_method and payment_method not in terms:
            raise PaymentMethodUnknown(payment_method)

        async def begin(conn: Conn) -> tuple[Head, list[PlacingLine]] | None:
            begun = await standing.begin_paying(
                conn,
                maison_id=store.maison_id,
                checkout_id=checkout_id,
                visitor_id=visitor_id,
                contact=contact,
                payment_method=payment_method,
                age_confirmed=age_confirmed,
                key=key,
                now=now,
            )
            if begun is None:
                return None
            head, lines = begun
            _suits(head)
            if head.method == "ship" and head.address and any(line.kinds for line in lines):
                lines = await lawful.at_destination(
                    conn,
                    maison_id=store.maison_id,
                    head=head,
                    country=head.address.get("country", ""),
                    lines=lines,
                )
            return head, lines

        began = time.monotonic()
        try:
            begun = await self.db.run(actor, store.maison_id, begin)
        except UniqueViolation as error:
            if not proposals.paid_twice(error):
                raise
            raise ProposalOver("paying") from None
        except CheckViolation as error:
            if constraint(error) != "age_confirmed_before_paying":
                raise
            async with self.db.acting(actor, store.maison_id) as conn:
                asked = await frozen.head_of(conn, maison_id=store.maison_id, checkout_id=checkout_id)
            raise AgeNotConfirmed(asked.age_min if asked and asked.age_min else 18) from None
        if begun is None:
            return await self.settle(store.maison_id, checkout_id, now=now)
        head, lines = begun
        sellers = by_seller(head, lines)
        try:
            await self._steps.count_for_client(head, sellers, now)
        except QuotaReached:
            await self._steps.set_state(actor, store.maison_id, head, "paying", "open", now)
            raise
        paying = [seller for seller in sellers if seller.method != "reserve"]
        for seller in paying:
            stood = timedelta(seconds=time.monotonic() - began)
            if stood > GIVE_UP_AFTER / 2:
                # This process stood still. Others may be about to give up, and to tell the client so.
                return await self.settle(store.maison_id, checkout_id, now=now + stood)
            await self._steps.intend(head, seller, payment_method, now)
            seller.charge = await self._steps.authorise(
                store.maison_id, head, seller, card_token, shared=len(paying) > 1
            )
        return await self._steps.conclude(actor, store.maison_id, head, sellers, now)

    async def settle(self, store_maison_id: UUID, checkout_id: UUID, *, now: datetime) -> Outcome:
        """Goes on from wherever the checkout stands, by what the database and the provider know. Safe at any time.

        The return from the second step, the provider's webhook and the round for unfinished checkouts all end here.
        """
        async with self.db.acting(Actor.job(), store_maison_id) as conn:
            head, lines = await frozen.frozen(conn, maison_id=store_maison_id, checkout_id=checkout_id)
        if head.state == "completed":
            return Outcome("placed")
        if head.state == "released":
            return Outcome("released")
        if head.state == "open":
            if now < head.expires_at:
                return Outcome("open")
            await self._release(Actor.job(), store_maison_id, checkout_id, head.attempt, now)
            return Outcome("released")
        if head.state == "choosing":
            if now < head.expires_at + SECOND_STEP:
                return Outcome("choosing")
            return await self._steps.void_all(Actor.job(), store_maison_id, head, by_seller(head, lines), now)
        sellers = by_seller(head, lines)
        for seller in sellers:
            await self._steps.recall(head, seller, now)
        return await self._steps.conclude(Actor.job(), store_maison_id, head, sellers, now)

    async def choose(
        self, store: Store, visitor_id: UUID, checkout_id: UUID, *, keep: bool, now: datetime
    ) -> Outcome:
        """One maison's payment was refused, another's not: keep the orders that can be placed, or let all go."""
        async with self.db.acting(Actor.visitor(visitor_id), store.maison_id) as conn:
            head = await frozen.head_of(conn, maison_id=store.maison_id, checkout_id=checkout_id)
            if head is None or head.state != "choosing":
                raise CheckoutOver
            _, lines = await frozen.frozen(conn, maison_id=store.maison_id, checkout_id=checkout_id)
        sellers = by_seller(head, lines)
        actor = Actor.visitor(visitor_id)
        if not keep:
            return await self._steps.void_all(actor, store.maison_id, head, sellers, now)
        for seller in sellers:
            await self._steps.recall(head, seller, now)
        for seller in sellers:
            if not paid(seller):
                seller.refusal = "payment"
        return await self._steps.place_all(actor, store.maison_id, head, sellers, now)

    async def _release(
        self,
        actor: Actor,
        store_maison_id: UUID,
        checkout_id: UUID,
        attempt: int,
        now: datetime,
        sellers: list[UUID] | None = None,
    ) -> None:
        """Ends an open checkout and gives its pieces back. One that is being paid for is left alone. None: read its sellers."""
        async with self.db.acting(actor, store_maison_id) as conn:
            ended = await standing.set_state(
                conn,
                maison_id=store_maison_id,
                checkout_id=checkout_id,
                attempt=attempt,
                before="open",
                after="released",
                now=now,
            )
        if not ended:
            return
        if sellers is None:
            async with self.db.acting(Actor.job(), store_maison_id) as conn:
                sellers = await frozen.selling(conn, maison_id=store_maison_id, checkout_id=checkout_id)
        await self._steps.release_holds(checkout_id, sellers)


def _suits(head: Head) -> None:
    """What is said of a checkout must suit its method."""
    if head.method == "reserve" and head.payment_method:
        raise Unsuited("payment_method", "must be blank: a reservation is paid in the boutique")
    if head.method != "reserve" and not head.payment_method:
        raise Unsuited("payment_method", "is missing")
    if head.method == "ship" and head.address is None:
        raise Unsuited("contact.address", "is missing: a parcel needs one")
