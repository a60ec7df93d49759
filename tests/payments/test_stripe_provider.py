"""Stripe keeps the rules of every provider: over HTTP against its stand-in, and for cards against localstripe."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from enfilade.base.db import Db
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.payments.provider import Charge, ProviderRefused, ProviderSilent
from enfilade.payments.stripe_amounts import of_stripe, to_stripe
from enfilade.payments.stripe_provider import METHODS, StripeProvider
from tests.payments import localstripe
from tests.payments.conformance import AMOUNT, Bench, Conformance
from tests.payments.stripe_stand_in import REFUSED, SECOND_STEP, StandIn, standing_in

SILENT_SECONDS, LATE_SECONDS = 1.5, 2.2
IMMEDIATE = tuple(name for name, terms in METHODS.items() if not terms.separate_capture)


async def decided(url: str, decision: str) -> None:
    """The client's click on the bank's page."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(url, params={"decision": decision})
    assert answer.headers["location"].startswith("https://store.example/back?payment_intent=pi_")


def bench_of(
    provider: StripeProvider, cards: dict[str, str], taken, lacks: frozenset[str] = frozenset()
) -> Bench:
    return Bench(
        provider,
        cards=cards,
        separate="card",
        immediate=IMMEDIATE,
        decide=lambda url, approved: decided(url, "approve" if approved else "refuse"),
        approve_late=lambda url: decided(url, "later"),
        taken=taken,
        silent_seconds=SILENT_SECONDS,
        late_seconds=LATE_SECONDS,
        lacks=lacks,
    )


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    async with standing_in(LATE_SECONDS) as made:
        yield made


def provider_at(db: Db, address: str, *, multicapture: bool = True) -> StripeProvider:
    return StripeProvider(db, "sk_test_enfilade", address=address, multicapture=multicapture)


def bench_at(stand_in: StandIn, provider: StripeProvider) -> Bench:
    async def taken(reference: UUID) -> int:
        return sum(one["amount_received"] - stand_in.given_back(one) for one in stand_in.of(reference))

    cards = {
        "ok": "pm_card_visa",
        "refused": REFUSED,
        "second_step": SECOND_STEP,
        "late_ok": "pm_card_late",
        "late_refused": "pm_card_late_refused",
        "approved_late": "",
        "once": "pm_1of4242",
    }
    return bench_of(provider, cards, taken)


class TestStripe(Conformance):
    """Every rule, against the stand-in that does what Stripe documents."""

    @pytest.fixture
    def bench(self, db: Db, stand_in: StandIn) -> Bench:
        return bench_at(stand_in, provider_at(db, stand_in.address))


@pytest.fixture(scope="session")
def localstripe_process() -> Iterator[str]:
    with localstripe.process() as address:
        yield address


class TestStripeOnLocalstripe(Conformance):
    """What localstripe shows: cards, the second step, one capture, void and refund. It has no keys and no other methods."""

    @pytest.fixture
    async def bench(self, db: Db, localstripe_process: str) -> AsyncIterator[Bench]:
        async with localstripe.gate(localstripe_process) as gate:
            provider = StripeProvider(db, localstripe.SECRET_KEY, address=gate.address)

            async def taken(reference: UUID) -> int:
                ((intent_id,),) = await _intents(db, reference)
                charge = (await gate.intent(intent_id))["latest_charge"]
                return charge["amount"] - charge["amount_refunded"] if charge and charge["captured"] else 0

            cards = {name: await gate.card(number) for name, number in localstripe.CARDS.items()}
            cards["once"] = await gate.card(localstripe.CARDS["ok"])
            lacks = frozenset({"keys", "several captures", "refund limits", "immediate", "late"})
            yield bench_of(provider, cards, taken, lacks)
            await gate.forget()


async def _intents(db: Db, reference: UUID) -> list[tuple[str]]:
    async with db.door() as conn:
        rows = await conn.execute(
            "select intent_id from stripe_provider.intent where reference = %s", [reference]
        )
        return [(row[0],) for row in await rows.fetchall()]


@pytest.fixture
def bench(db: Db, stand_in: StandIn) -> Bench:
    return bench_at(stand_in, provider_at(db, stand_in.address))


@pytest.mark.parametrize(
    ("lost", "known"),
    [
        # Before its id was written down: nothing was confirmed, and nothing is found.
        ([("payment_intents", 503)] * 2, "unknown"),
        ([("payment_intents", 429)] * 2, "unknown"),
        # After: it is read by its id, whatever became of the answer.
        ([("confirm", 503)] * 2, "authorised"),
        # The library asks once more by itself, with the same key.
        ([("payment_intents", 503)], ""),
        ([("confirm", 503)], ""),
    ],
)
async def test_whatever_answer_is_lost_it_is_found_and_made_once(
    stand_in: StandIn, bench: Bench, lost: list[tuple[str, int]], known: str
) -> None:
    reference, key = uuid4(), uuid4()
    stand_in.losing[:] = lost
    if known:
        with pytest.raises((ProviderSilent, TimeoutError)):
            await bench.authorise(reference=reference, key=key)
        stand_in.losing.clear()
        assert (await bench.provider.look_up(reference=reference)).state == known
    _, again = await bench.authorise(reference=reference, key=key)
    assert again.state == "authorised"
    assert len(stand_in.of(reference)) == 1
    assert stand_in.of(reference)[0]["status"] == "requires_capture"


async def test_a_capture_and_a_refund_whose_answers_are_lost_happen_once(
    stand_in: StandIn, bench: Bench
) -> None:
    reference, _ = await bench.authorise()
    for what, act in (("capture", bench.capture), ("refunds", bench.refund)):
        key = uuid4()
        stand_in.losing[:] = [(what, 503)] * 2
        with pytest.raises(ProviderSilent):
            await act(reference, 40_00, key)
        stand_in.losing.clear()
        await act(reference, 40_00, key)
    assert await bench.taken(reference) == 0
    assert (stand_in.of(reference)[0]["amount_received"], len(stand_in.refunds)) == (40_00, 1)


async def test_a_forgotten_key_takes_and_gives_nothing_twice(stand_in: StandIn, bench: Bench) -> None:
    """Keys are remembered for a day: afterwards a payment has its PaymentIntent, a refund bears its key."""
    reference, key = uuid4(), uuid4()
    await bench.authorise(reference=reference, key=key)
    stand_in.answers.clear()
    _, again = await bench.authorise(reference=reference, key=key)
    assert again.state == "authorised"
    states = [intent["status"] for intent in stand_in.of(reference)]
    assert states == ["requires_capture", "requires_confirmation"]  # the second can take nothing
    await bench.capture(reference, AMOUNT.minor)
    given = uuid4()
    await bench.refund(reference, 40_00, given)
    stand_in.answers.clear()
    await bench.refund(reference, 40_00, given)
    assert await bench.taken(reference) == 60_00


async def test_a_capture_asked_long_ago_and_refused_may_have_been_done(db: Db, stand_in: StandIn) -> None:
    """One capture only, and its answer was lost for more than a day: no books of ours say that it was refused."""
    bench = bench_at(stand_in, provider_at(db, stand_in.address, multicapture=False))
    reference, _ = await bench.authorise()
    old, fresh = new_id(datetime.now(UTC) - timedelta(days=2)), new_id(datetime.now(UTC))
    await bench.capture(reference, 40_00, old)
    stand_in.answers.clear()
    with pytest.raises(ProviderSilent):
        await bench.capture(reference, 40_00, old)
    with pytest.raises(ProviderRefused):
        await bench.capture(reference, 40_00, fresh)
    assert await bench.taken(reference) == 40_00


@pytest.mark.parametrize(("asked", "can"), [(True, False), (False, True), (False, False)])
async def test_where_one_capture_is_all_the_second_is_refused(
    db: Db, stand_in: StandIn, asked: bool, can: bool
) -> None:
    """Multicapture not asked for, or not there for this card: Stripe lets go what the first capture left."""
    stand_in.multicapture = can
    bench = bench_at(stand_in, provider_at(db, stand_in.address, multicapture=asked))
    reference, _ = await bench.authorise()
    await bench.capture(reference, 60_00)
    with pytest.raises(ProviderRefused):
        await bench.capture(reference, 40_00)
    await bench.provider.void(key=uuid4(), reference=reference)  # let go already
    assert await bench.taken(reference) == 60_00


async def test_without_a_customer_a_card_pays_once(bench: Bench) -> None:
    """The twin of the rule that one card pays at every seller: what happens when nobody says that it is shared."""
    await bench.authorise("once")
    with pytest.raises(ProviderRefused):
        await bench.authorise("once")


async def test_a_card_needs_its_field_and_a_wrong_key_refuses_nothing(
    db: Db, stand_in: StandIn, bench: Bench
) -> None:
    for token in ("", "tok_ok", "4242 4242 4242 4242"):
        bench.cards["ok"] = token
        with pytest.raises(ProviderRefused):
            await bench.authorise()
    assert stand_in.intents == {}
    bench.cards["ok"] = "pm_card_visa"
    reference, _ = await bench.authorise()
    stranger = StripeProvider(db, "pk_not_a_secret_key", address=stand_in.address)
    with pytest.raises(ProviderSilent):
        await stranger.capture(key=uuid4(), reference=reference, amount=AMOUNT)
    nobody = StripeProvider(db, "sk_test_enfilade", address="http://127.0.0.1:1")
    with pytest.raises(ProviderSilent):
        await nobody.look_up(reference=reference)
    assert await bench.provider.look_up(reference=uuid4()) == Charge("unknown")


@pytest.mark.parametrize(
    ("minor", "currency", "units"),
    [
        (120_000, "EUR", 120_000),
        (98_000, "JPY", 98_000),
        (1_250_000, "KRW", 1_250_000),
        (500, "ISK", 50_000),  # no cents, and sent with two decimals all the same
        (500, "UGX", 50_000),
        (1_250, "KWD", 1_250),
        (99_99, "CNY", 99_99),
    ],
)
def test_amounts_are_counted_as_stripe_counts_them(minor: int, currency: str, units: int) -> None:
    assert to_stripe(Money(minor, currency)) == units
    assert of_stripe(units, currency) == minor


def test_what_stripe_cannot_count_is_refused() -> None:
    with pytest.raises(ProviderRefused):
        to_stripe(Money(1_255, "KWD"))  # the last digit of three must be 0
