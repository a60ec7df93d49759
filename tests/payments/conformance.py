"""What every payment provider must do, whoever it is: the suite that runs against each adapter.

A test module of an adapter derives from `Conformance`, brings the fixture `bench`, and has nothing else to write. What its
test system cannot show it says in `lacks`; such a rule is skipped there with that reason, and shown where it can be.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from enfilade.base.money import Money
from enfilade.payments.provider import Booked, Charge, Provider, ProviderRefused, ProviderSilent

AMOUNT = Money(100_00, "EUR")


@dataclass(frozen=True, slots=True)
class Bench:
    """A provider under test with what its test system offers: cards by what they do, a client who decides, its books."""

    provider: Provider
    cards: dict[str, str]  # ok, refused, second_step, late_ok, late_refused
    separate: str  # a method that authorises now and captures later
    immediate: tuple[str, ...]  # methods that take the money at once
    decide: Callable[[str, bool], Awaitable[object]]  # second step's address, approved
    approve_late: Callable[[str], Awaitable[object]]  # approved, and known only after late_seconds
    taken: Callable[[UUID], Awaitable[int]]  # what was captured and not given back, by our reference
    silent_seconds: float  # longer than that we do not wait
    late_seconds: float  # after which a late answer is known
    lacks: frozenset[str] = frozenset()  # keys, several captures, refund limits, immediate, late

    def needs(self, *shown: str) -> None:
        """Goes on only where the test system shows this."""
        if missing := self.lacks.intersection(shown):
            pytest.skip(f"its test system does not show: {', '.join(sorted(missing))}")

    async def authorise(
        self,
        card: str = "ok",
        *,
        method: str = "",
        reference: UUID | None = None,
        key: UUID | None = None,
        shared: bool = False,
    ) -> tuple[UUID, Charge]:
        reference = reference or uuid4()
        # Only where silence is the point is it measured: a busy machine is slow too.
        async with asyncio.timeout(self.silent_seconds if card.startswith("late") else 20):
            charge = await self.provider.authorise(
                key=key or uuid4(),
                reference=reference,
                amount=AMOUNT,
                method=method or self.separate,
                token=self.cards[card],
                return_url="https://store.example/back",
                metadata={"order": "A-1"},
                payer="Camille Aubry",
                shared=shared,
            )
        return reference, charge

    async def capture(self, reference: UUID, minor: int, key: UUID | None = None) -> None:
        await self.provider.capture(key=key or uuid4(), reference=reference, amount=Money(minor, "EUR"))

    async def refund(self, reference: UUID, minor: int, key: UUID | None = None) -> None:
        await self.provider.refund(key=key or uuid4(), reference=reference, amount=Money(minor, "EUR"))


async def granted(*attempts: Awaitable[None]) -> int:
    """How many of these, made at once, the provider did."""
    ended = await asyncio.gather(*attempts, return_exceptions=True)
    assert all(end is None or isinstance(end, ProviderRefused) for end in ended), ended
    return sum(end is None for end in ended)


class Conformance:
    """One method a rule; `bench` comes from the adapter's module."""

    async def test_it_says_which_methods_take_the_money_later(self, bench: Bench) -> None:
        terms = bench.provider.methods
        assert terms[bench.separate].separate_capture and terms[bench.separate].authorised_days > 0
        assert not any(terms[method].separate_capture for method in bench.immediate)
        assert {"ideal", "bancontact", "alipay", "wechat_pay"} <= terms.keys()
        with pytest.raises(ProviderRefused):
            await bench.authorise(method="cheque")

    async def test_a_good_card_is_authorised_and_nothing_is_taken(self, bench: Bench) -> None:
        reference, charge = await bench.authorise()
        assert charge.state == "authorised"
        assert charge.authorised_until is not None and charge.authorised_until > datetime.now(UTC)
        assert await bench.provider.look_up(reference=reference) == charge
        assert await bench.taken(reference) == 0

    async def test_an_authorisation_asked_again_happens_once(self, bench: Bench) -> None:
        key, reference = uuid4(), uuid4()
        charges = await asyncio.gather(*(bench.authorise(reference=reference, key=key) for _ in range(5)))
        assert {charge.state for _, charge in charges} == {"authorised"}
        await bench.capture(reference, AMOUNT.minor)
        with pytest.raises(ProviderRefused):
            await bench.capture(reference, 1)

    async def test_a_refused_card_is_refused_again(self, bench: Bench) -> None:
        reference, charge = await bench.authorise("refused")
        assert charge.state == "refused"
        assert (await bench.provider.look_up(reference=reference)).state == "refused"
        with pytest.raises(ProviderRefused):
            await bench.capture(reference, 1)

    async def test_an_unknown_reference_is_unknown_and_gives_nothing(self, bench: Bench) -> None:
        reference = uuid4()
        assert await bench.provider.look_up(reference=reference) == Charge("unknown")
        for attempt in (bench.capture(reference, 1), bench.refund(reference, 1)):
            with pytest.raises(ProviderRefused):
                await attempt
        with pytest.raises(ProviderRefused):
            await bench.provider.void(key=uuid4(), reference=reference)

    async def test_a_capture_asked_again_with_its_key_happens_once(self, bench: Bench) -> None:
        bench.needs("keys")
        reference, _ = await bench.authorise()
        key = uuid4()
        assert await granted(*(bench.capture(reference, 60_00, key) for _ in range(5))) == 5
        await bench.capture(reference, 60_00, key)
        assert await bench.taken(reference) == 60_00

    async def test_captures_never_go_beyond_what_was_authorised(self, bench: Bench) -> None:
        bench.needs("several captures")
        reference, _ = await bench.authorise()
        with pytest.raises(ProviderRefused):
            await bench.capture(reference, AMOUNT.minor + 1)
        assert await granted(*(bench.capture(reference, 40_00) for _ in range(6))) == 2
        assert await bench.taken(reference) == 80_00

    async def test_what_is_not_captured_can_be_voided(self, bench: Bench) -> None:
        reference, _ = await bench.authorise()
        await bench.capture(reference, 30_00)
        key = uuid4()
        await bench.provider.void(key=key, reference=reference)
        await bench.provider.void(key=key, reference=reference)
        with pytest.raises(ProviderRefused):
            await bench.capture(reference, 1)
        assert await bench.taken(reference) == 30_00
        await bench.refund(reference, 30_00)  # what was taken can still be given back
        assert await bench.taken(reference) == 0

    async def test_refunds_never_go_beyond_what_was_captured(self, bench: Bench) -> None:
        bench.needs("refund limits", "keys")
        reference, _ = await bench.authorise()
        with pytest.raises(ProviderRefused):
            await bench.refund(reference, 1)
        await bench.capture(reference, 50_00)
        assert await granted(*(bench.refund(reference, 20_00) for _ in range(6))) == 2
        key = uuid4()
        assert await granted(*(bench.refund(reference, 10_00, key) for _ in range(3))) == 3
        assert await bench.taken(reference) == 0

    async def test_a_second_step_waits_for_its_holder(self, bench: Bench) -> None:
        reference, charge = await bench.authorise("second_step")
        assert charge.state == "second_step" and charge.second_step_url
        with pytest.raises(ProviderRefused):
            await bench.capture(reference, 1)
        await bench.decide(charge.second_step_url, True)
        assert (await bench.provider.look_up(reference=reference)).state == "authorised"
        await bench.capture(reference, AMOUNT.minor)

    async def test_a_second_step_can_be_refused_and_its_answer_stays(self, bench: Bench) -> None:
        reference, charge = await bench.authorise("second_step")
        assert charge.second_step_url
        await bench.decide(charge.second_step_url, False)
        await bench.decide(charge.second_step_url, True)
        assert (await bench.provider.look_up(reference=reference)).state == "refused"
        approved, charge = await bench.authorise("second_step")
        assert charge.second_step_url
        await bench.decide(charge.second_step_url, True)
        await bench.decide(charge.second_step_url, False)
        assert (await bench.provider.look_up(reference=approved)).state == "authorised"

    async def test_a_voided_second_step_can_no_longer_be_approved(self, bench: Bench) -> None:
        reference, charge = await bench.authorise("second_step")
        assert charge.second_step_url
        await bench.provider.void(key=uuid4(), reference=reference)
        await bench.decide(charge.second_step_url, True)
        assert (await bench.provider.look_up(reference=reference)).state == "voided"
        with pytest.raises(ProviderRefused):
            await bench.capture(reference, 1)

    async def test_a_second_step_that_was_declined_is_let_go_of_without_a_word(self, bench: Bench) -> None:
        """Whoever gives up asks for a void, and does not know what the bank's page says meanwhile."""
        reference, charge = await bench.authorise("second_step")
        assert charge.second_step_url
        await bench.decide(charge.second_step_url, False)
        key = uuid4()
        for _ in range(2):
            await bench.provider.void(key=key, reference=reference)
        await bench.decide(charge.second_step_url, True)
        assert (await bench.provider.look_up(reference=reference)).state in ("refused", "voided")

    async def test_an_immediate_method_takes_the_money_when_it_is_approved(self, bench: Bench) -> None:
        bench.needs("immediate")
        for method in bench.immediate:
            reference, charge = await bench.authorise(method=method)
            assert charge.state == "second_step" and charge.second_step_url, method
            assert await bench.taken(reference) == 0
            await bench.decide(charge.second_step_url, True)
            assert (await bench.provider.look_up(reference=reference)).state == "authorised"
            assert await bench.taken(reference) == AMOUNT.minor
            with pytest.raises(ProviderRefused):
                await bench.capture(reference, 1)
            with pytest.raises(ProviderRefused):
                await bench.provider.void(key=uuid4(), reference=reference)
            await bench.refund(reference, 30_00)
            assert await bench.taken(reference) == 70_00
            await bench.refund(reference, 70_00)
            assert await bench.taken(reference) == 0

    async def test_what_its_holder_approved_may_be_known_only_later(self, bench: Bench) -> None:
        bench.needs("immediate", "late")
        reference, charge = await bench.authorise("approved_late", method=bench.immediate[0])
        assert charge.second_step_url
        await bench.approve_late(charge.second_step_url)
        assert (await bench.provider.look_up(reference=reference)).state == "pending"
        await asyncio.sleep(bench.late_seconds + 0.1)
        assert (await bench.provider.look_up(reference=reference)).state == "authorised"
        assert await bench.taken(reference) == AMOUNT.minor

    async def test_one_basket_is_captured_in_several_parts(self, bench: Bench) -> None:
        bench.needs("several captures")
        reference, _ = await bench.authorise()
        keys = [uuid4(), uuid4(), uuid4()]
        for key, minor in zip(keys, (20_00, 30_00, 50_00), strict=True):
            await bench.capture(reference, minor, key)
        assert await bench.taken(reference) == AMOUNT.minor
        await bench.capture(reference, 30_00, keys[1])  # asked again with its key
        with pytest.raises(ProviderRefused):
            await bench.capture(reference, 1)
        assert await bench.taken(reference) == AMOUNT.minor

    async def test_one_card_pays_at_every_seller_of_a_basket(self, bench: Bench) -> None:
        references = [(await bench.authorise("once", shared=True))[0] for _ in range(3)]
        for reference in references:
            assert (await bench.provider.look_up(reference=reference)).state == "authorised"
            await bench.capture(reference, AMOUNT.minor)
            assert await bench.taken(reference) == AMOUNT.minor

    async def test_its_books_tell_every_payment_since_a_moment(self, bench: Bench) -> None:
        bench.needs("several captures")
        since = datetime.now(UTC) - timedelta(seconds=2)
        captured, _ = await bench.authorise()
        await bench.capture(captured, 60_00)
        await bench.refund(captured, 10_00)
        await bench.refund(captured, 5_00)
        refused, _ = await bench.authorise("refused")
        voided, _ = await bench.authorise()
        await bench.provider.void(key=uuid4(), reference=voided)
        waiting, _ = await bench.authorise("second_step")
        told = {one.reference: one for one in await bench.provider.booked(since=since)}
        assert told == {
            captured: Booked(captured, "authorised", 100_00, 60_00, 15_00, "EUR"),
            refused: Booked(refused, "refused", 100_00, 0, 0, "EUR"),
            voided: Booked(voided, "voided", 100_00, 0, 0, "EUR"),
            waiting: Booked(waiting, "second_step", 100_00, 0, 0, "EUR"),
        }
        assert await bench.provider.booked(since=datetime.now(UTC) + timedelta(hours=1)) == []

    @pytest.mark.parametrize(("card", "end"), [("late_ok", "authorised"), ("late_refused", "refused")])
    async def test_a_late_answer_is_found_by_our_reference(self, bench: Bench, card: str, end: str) -> None:
        bench.needs("late")
        reference, key = uuid4(), uuid4()
        with pytest.raises((TimeoutError, ProviderSilent)):
            await bench.authorise(card, reference=reference, key=key)
        assert (await bench.provider.look_up(reference=reference)).state == "pending"
        await asyncio.sleep(bench.late_seconds)
        assert (await bench.provider.look_up(reference=reference)).state == end
        _, again = await bench.authorise(card, reference=reference, key=key)
        assert again.state == end
