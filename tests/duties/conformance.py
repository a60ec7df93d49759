"""What everybody who quotes duties must do: the suite that runs against each adapter.

A test module of an adapter derives from `Conformance` and brings the fixture `bench`.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from enfilade.base.money import Money
from enfilade.duties.quote import Consignment, DutiesQuote, DutiesSilent, DutiesUnknown, Line


@dataclass(frozen=True, slots=True)
class Bench:
    """An adapter under test, a consignment it can quote, a code that nobody knows there, and one that stays unanswered."""

    adapter: DutiesQuote
    known: Consignment
    unknown_code: str
    silent_code: str
    patience_seconds: float


NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def consignment(*lines: Line, origin: str = "FR", destination: str = "CH") -> Consignment:
    return Consignment(uuid4(), origin, destination, list(lines))


def line(
    hs_code: str, minor: int = 245_000, currency: str = "CHF", quantity: int = 1, made_in: str = "FR"
) -> Line:
    return Line(uuid4(), "A piece", hs_code, made_in, quantity, Money(minor, currency))


class Conformance:
    """Rules of the interface."""

    async def test_each_line_has_its_duties_in_its_own_currency_and_they_hold_for_a_while(
        self, bench: Bench
    ) -> None:
        quote = await bench.adapter.quote(consignment=bench.known, now=NOW)
        assert {one.id: one.total.currency for one in quote.lines} == {
            one.id: one.value.currency for one in bench.known.lines
        }
        assert len(quote.lines) == len(bench.known.lines)
        assert all(one.duty.minor >= 0 and one.import_tax.minor >= 0 for one in quote.lines)
        assert quote.valid_until > NOW and quote.sources and isinstance(bench.adapter, DutiesQuote)

    async def test_asked_twice_it_says_the_same(self, bench: Bench) -> None:
        first, second = [await bench.adapter.quote(consignment=bench.known, now=NOW) for _ in range(2)]
        assert first.lines == second.lines

    async def test_what_it_does_not_know_it_names_and_guesses_nothing(self, bench: Bench) -> None:
        for code in (bench.unknown_code, ""):
            strange = replace(bench.known.lines[0], id=uuid4(), name="The strange one", hs_code=code)
            asked = replace(bench.known, lines=[*bench.known.lines, strange])
            with pytest.raises(DutiesUnknown) as refusal:
                await bench.adapter.quote(consignment=asked, now=NOW)
            assert refusal.value.names == ["The strange one"]

    async def test_nothing_is_worth_nothing(self, bench: Bench) -> None:
        free = [replace(one, value=Money(0, one.value.currency)) for one in bench.known.lines]
        quote = await bench.adapter.quote(consignment=replace(bench.known, lines=free), now=NOW)
        assert [one.total.minor for one in quote.lines] == [0] * len(free)

    async def test_it_may_be_silent(self, bench: Bench) -> None:
        silent = [replace(one, hs_code=bench.silent_code) for one in bench.known.lines]
        with pytest.raises((TimeoutError, DutiesSilent)):
            async with asyncio.timeout(bench.patience_seconds):
                await bench.adapter.quote(consignment=replace(bench.known, lines=silent), now=NOW)
