"""Stripe as a payment provider, by its official library.

A payment is made in two requests: a PaymentIntent that can take no money, and its confirmation. Between them we write down
which PaymentIntent stands for which payment. So whatever answer is lost, no money can be on its way under an id we do not
know: before that row nothing was confirmed, and after it the PaymentIntent is read by its id, which is exact at once. (Stripe's
search is not: "Don't use search for read-after-write flows", API reference, Search.) A request repeated with its key
gives the first answer again for at least 24 hours (API reference, Idempotent requests); beyond that `_old` is careful.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

import msgspec
import stripe

from enfilade.base.db import Db, maybe, one
from enfilade.base.money import Money
from enfilade.payments.provider import (
    Booked,
    Charge,
    MethodTerms,
    ProviderRefused,
    ProviderSilent,
)
from enfilade.payments.stripe_amounts import of_stripe, to_stripe

METHODS: Mapping[str, MethodTerms] = {
    "card": MethodTerms(separate_capture=True, authorised_days=7),
    "ideal": MethodTerms(separate_capture=False, authorised_days=0),
    "bancontact": MethodTerms(separate_capture=False, authorised_days=0),
    "alipay": MethodTerms(separate_capture=False, authorised_days=0),
    "wechat_pay": MethodTerms(separate_capture=False, authorised_days=0),
}
#: Keys are remembered for 24 hours at least; what is older may be done a second time, or refused since it was done.
KEYS_REMEMBERED = timedelta(hours=23)
#: Our words for the states of a PaymentIntent. Never confirmed is unknown: no money was asked for.
STATES = {
    "requires_confirmation": "unknown",
    "requires_action": "second_step",
    "processing": "pending",
    "requires_capture": "authorised",
    "succeeded": "authorised",
    "canceled": "voided",
}


T = TypeVar("T")
Listed = TypeVar("Listed", bound=stripe.StripeObject)


class _Declined(ProviderRefused):
    """The bank said no to this card."""


class _Multicapture(msgspec.Struct, frozen=True):
    status: str = ""


class _Card(msgspec.Struct, frozen=True):
    """What a charge tells of its card; other methods tell nothing of it."""

    fingerprint: str | None = None
    capture_before: int | None = None
    multicapture: _Multicapture | None = None


class _Details(msgspec.Struct, frozen=True):
    card: _Card | None = None


class _ChargeMade(msgspec.Struct, frozen=True):
    payment_method_details: _Details | None = None


class _Intent(msgspec.Struct, frozen=True):
    id: str
    status: str
    amount: int
    currency: str
    created: int
    capture_method: str = "automatic"
    amount_received: int = 0
    last_payment_error: dict[str, Any] | None = None
    next_action: dict[str, Any] | None = None
    latest_charge: _ChargeMade | str | None = None
    metadata: dict[str, str] | None = None

    @property
    def state(self) -> str:
        if self.status == "requires_payment_method":
            return "refused" if self.last_payment_error else "unknown"
        return STATES.get(self.status, "pending")

    @property
    def card(self) -> _Card:
        charge = self.latest_charge if isinstance(self.latest_charge, _ChargeMade) else _ChargeMade()
        return (charge.payment_method_details or _Details()).card or _Card()

    @property
    def second_step_url(self) -> str | None:
        """Where the client goes: each kind of next action names its page in its own way."""
        action = self.next_action or {}
        said = cast("dict[str, str | None]", action.get(str(action.get("type"))) or {})
        return said.get("url") or said.get("hosted_instructions_url")


class _Refund(msgspec.Struct, frozen=True):
    amount: int
    status: str | None = None
    payment_intent: str | None = None
    metadata: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Remembered:
    intent_id: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class _IntentOf:
    intent_id: str


class StripeProvider:
    """One Stripe account. `multicapture`: the account may capture one authorisation several times, where the card allows it.

    Without it Stripe lets go what the first capture left: a second one is refused and shown to a person.
    """

    def __init__(
        self,
        db: Db,
        secret_key: str,
        *,
        address: str = "https://api.stripe.com",
        multicapture: bool = False,
        timeout_seconds: float = 10.0,
    ) -> None:
        self.name = "stripe"
        self.methods: Mapping[str, MethodTerms] = METHODS
        self._db = db
        self._multicapture = multicapture
        client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": address},
            http_client=stripe.HTTPXClient(timeout=timeout_seconds),
            max_network_retries=1,
        )
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds
        self._customers = client.v1.customers
        self._cards = client.v1.payment_methods

    async def authorise(
        self,
        *,
        key: UUID,
        reference: UUID,
        amount: Money,
        method: str,
        token: str,
        return_url: str,
        metadata: dict[str, str],
        payer: str = "",
        shared: bool = False,
        at_once: bool = False,
    ) -> Charge:
        """`token`: for a card the id of a PaymentMethod that the page's field made; other methods need none."""
        if method not in self.methods:
            raise ProviderRefused(f"no method {method}")
        params: dict[str, Any] = {
            "amount": to_stripe(amount),
            "currency": amount.currency.lower(),
            "payment_method_types": [method],
            "metadata": {"payment": str(reference), **metadata},
        }
        if method == "card":
            if not token.startswith("pm_"):
                raise ProviderRefused("no card was given")
            params |= {"capture_method": "automatic" if at_once else "manual", "payment_method": token}
            if self._multicapture and not at_once:
                params["payment_method_options"] = {"card": {"request_multicapture": "if_available"}}
        else:
            # Bancontact's bank asks for a name; WeChat Pay has to know where its code will be shown.
            params["payment_method_data"] = {"type": method, "billing_details": {"name": payer or "—"}}
            if method == "wechat_pay":
                params["payment_method_options"] = {"wechat_pay": {"client": "web"}}
        try:
            if method == "card" and shared:
                params["customer"] = await self._reusable(token, metadata)
            made = _intent(await _answer(self._intents.create_async(cast("Any", params), _once(key))))
            remembered = await self._remember(reference, made.id)
            if not remembered.fresh and (known := await self._look(remembered.intent_id)).state != "unknown":
                return known
            try:
                confirming = self._intents.confirm_async(
                    remembered.intent_id,
                    {"return_url": return_url, "expand": ["latest_charge"]},
                    _once(key, "confirm"),
                )
                return _told(_intent(await _answer(confirming)))
            except _Declined:
                raise
            except ProviderRefused:
                # Confirmed by somebody else in between, as its state tells; else it is a refusal.
                if (known := await self._look(remembered.intent_id)).state == "unknown":
                    raise
                return known
        except _Declined:
            return Charge("refused")

    async def look_up(self, *, reference: UUID) -> Charge:
        intent_id = await self._intent_id(reference)
        return Charge("unknown") if intent_id is None else await self._look(intent_id)

    async def capture(self, *, key: UUID, reference: UUID, amount: Money) -> None:
        intent_id = await self._known(reference, "capture")
        params: dict[str, Any] = {"amount_to_capture": to_stripe(amount)}
        if self._multicapture and await self._capturable_again(intent_id):
            params["final_capture"] = False
        try:
            await _answer(self._intents.capture_async(intent_id, cast("Any", params), _once(key)))
        except ProviderRefused:
            if _old(key):
                raise ProviderSilent(f"capture {key} was asked long ago and may have been done") from None
            raise

    async def void(self, *, key: UUID, reference: UUID) -> None:
        """Where part was captured Stripe has let go the rest already, or lets it go now."""
        intent_id = await self._known(reference, "void")
        intent = await self._read(intent_id)
        if intent.status == "canceled" or (
            intent.status == "succeeded" and intent.capture_method == "manual"
        ):
            return
        if intent.status == "processing":
            raise ProviderSilent(f"{intent_id} is being processed")
        await _answer(self._intents.cancel_async(intent_id, {}, _once(key)))

    async def refund(self, *, key: UUID, reference: UUID, amount: Money) -> None:
        """What bears our key was given back already: found by reading, so it holds when Stripe has forgotten the key."""
        intent_id = await self._known(reference, "refund")
        for given in await self._refunds_of(payment_intent=intent_id):
            if _stands(given) and (given.metadata or {}).get("operation") == str(key):
                return
        params = {
            "payment_intent": intent_id,
            "amount": to_stripe(amount),
            "metadata": {"operation": str(key), "payment": str(reference)},
        }
        made = await _answer(self._refunds.create_async(cast("Any", params), _once(key)))
        if not _stands(msgspec.convert(made.to_dict(), _Refund)):
            raise ProviderRefused(f"refund {key} failed")

    async def booked(self, *, since: datetime) -> list[Booked]:
        """Every payment of ours among the account's PaymentIntents. Which is which is remembered anew on the way."""
        at = int(since.timestamp())
        given: dict[str, int] = {}
        for refund in await self._refunds_of(created={"gte": at}):
            if refund.payment_intent and _stands(refund):
                given[refund.payment_intent] = given.get(refund.payment_intent, 0) + refund.amount
        found: list[Booked] = []
        for listed in await _all(self._intents.list_async({"created": {"gte": at}, "limit": 100})):
            intent = _intent(listed)
            if intent.state == "unknown":
                continue  # never confirmed: there is no money
            try:
                reference = UUID((intent.metadata or {}).get("payment", ""))
            except ValueError:
                continue  # somebody else's payment in the same account
            currency = intent.currency.upper()
            asked, taken, back = (
                of_stripe(units, currency)
                for units in (intent.amount, intent.amount_received, given.get(intent.id, 0))
            )
            found.append(Booked(reference, intent.state, asked, taken, back, currency))
            await self._remember(reference, intent.id)
        return found

    async def _reusable(self, token: str, metadata: dict[str, str]) -> str:
        """A card pays once, unless it belongs to a customer: one a checkout, with no name, for its sellers alone."""
        about = f"{metadata.get('checkout', '')}-{token}"
        params = {"metadata": {"checkout": metadata.get("checkout", "")}}
        customer = await _answer(
            self._customers.create_async(cast("Any", params), {"idempotency_key": f"customer-{about}"})
        )
        attaching = self._cards.attach_async(
            token, {"customer": customer.id}, {"idempotency_key": f"attach-{about}"}
        )
        await _answer(attaching)
        return str(customer.id)

    async def _look(self, intent_id: str) -> Charge:
        return _told(await self._read(intent_id))

    async def _read(self, intent_id: str) -> _Intent:
        return _intent(await _answer(self._intents.retrieve_async(intent_id, {"expand": ["latest_charge"]})))

    async def _capturable_again(self, intent_id: str) -> bool:
        card = (await self._read(intent_id)).card
        return card.multicapture is not None and card.multicapture.status == "available"

    async def _refunds_of(self, **which: object) -> list[_Refund]:
        listed = await _all(self._refunds.list_async(cast("Any", {**which, "limit": 100})))
        return [msgspec.convert(refund.to_dict(), _Refund) for refund in listed]

    async def _known(self, reference: UUID, kind: str) -> str:
        intent_id = await self._intent_id(reference)
        if intent_id is None:
            raise ProviderRefused(f"{kind} of {reference} is not possible")
        return intent_id

    async def _intent_id(self, reference: UUID) -> str | None:
        async with self._db.door() as conn:
            found = await maybe(
                conn,
                _IntentOf,
                "select intent_id from stripe_provider.intent where reference = %(reference)s",
                reference=reference,
            )
        return found.intent_id if found else None

    async def _remember(self, reference: UUID, intent_id: str) -> _Remembered:
        """The first PaymentIntent stays the payment's, even where Stripe has forgotten the key and made another."""
        async with self._db.door() as conn:
            return await one(
                conn,
                _Remembered,
                """
                insert into stripe_provider.intent (reference, intent_id, asked_at)
                values (%(reference)s, %(intent_id)s, %(now)s)
                on conflict (reference) do update set asked_at = stripe_provider.intent.asked_at
                returning intent_id, asked_at = %(now)s as fresh
                """,
                reference=reference,
                intent_id=intent_id,
                now=datetime.now(UTC),
            )


async def _answer(request: Awaitable[T]) -> T:
    """What Stripe answers. What it says no to is a refusal; whatever leaves open what it did is silence.

    A wrong key of ours (401, 403) is silence too: nothing is known of the payment, and it may be asked again.
    """
    try:
        return await request
    except stripe.CardError as error:
        raise _Declined(str(error.code)) from None
    except stripe.InvalidRequestError as error:
        raise ProviderRefused(str(error.code or error.http_status)) from None
    except stripe.StripeError as error:
        raise ProviderSilent(f"{type(error).__name__} {error.http_status or ''}") from None


async def _all(request: Awaitable[stripe.ListObject[Listed]]) -> list[Listed]:
    """Every page of a list, the first being the answer to `request`."""

    async def pages(first: stripe.ListObject[Listed]) -> list[Listed]:
        return [listed async for listed in first.auto_paging_iter()]

    return await _answer(pages(await _answer(request)))


def _once(key: UUID, step: str = "") -> stripe.RequestOptions:
    return {"idempotency_key": f"{key}-{step}" if step else str(key)}


def _old(key: UUID) -> bool:
    """An operation's id tells when it was asked for: the first 48 bits of a UUIDv7 are its milliseconds."""
    made = datetime.fromtimestamp((key.int >> 80) / 1000, UTC) if key.version == 7 else datetime.now(UTC)
    return datetime.now(UTC) - made > KEYS_REMEMBERED


def _stands(refund: _Refund) -> bool:
    return refund.status not in ("failed", "canceled")


def _intent(answer: stripe.PaymentIntent) -> _Intent:
    return msgspec.convert(answer.to_dict(), _Intent)


def _told(intent: _Intent) -> Charge:
    if intent.state == "second_step":
        return Charge("second_step", None, intent.second_step_url)
    if intent.state == "authorised":
        until = intent.card.capture_before or intent.created + METHODS["card"].authorised_days * 86_400
        fingerprint = intent.card.fingerprint or ""
        return Charge("authorised", datetime.fromtimestamp(until, UTC), fingerprint=fingerprint)
    return Charge(cast("Any", intent.state))
