"""The table keeps the rules of everybody who quotes, and each of its facts says where it stands."""

import pytest

from enfilade.duties.local_tariff import SILENT_CODE, LocalTariff, Rate, shipped
from tests.duties.conformance import NOW, Bench, Conformance, consignment, line


@pytest.fixture
def bench() -> Bench:
    known = consignment(line("42022100"), line("711319", 9_999))
    return Bench(LocalTariff(), known, "010121", SILENT_CODE, 0.2)


class TestLocalTariff(Conformance):
    """Every rule, against the table."""


async def test_the_most_digits_decide_then_an_origin_that_is_named() -> None:
    rates = [
        Rate("XX", "42", "*", 1000, 0, "a"),
        Rate("XX", "4202", "*", 800, 1000, "b"),
        Rate("XX", "4202", "EU", 0, 1000, "c"),
        Rate("YY", "420221", "*", 1, 1, "d"),
    ]
    tariff = LocalTariff(rates)

    async def owed(code: str, made_in: str, minor: int = 1005) -> tuple[int, int]:
        quote = await tariff.quote(
            consignment=consignment(line(code, minor, made_in=made_in), destination="XX"), now=NOW
        )
        return quote.lines[0].duty.minor, quote.lines[0].import_tax.minor

    assert await owed("420310", "CN") == (101, 0), "100.5, half up"
    assert await owed("420221", "CN") == (80, 109), "80.4; a tenth of 1085"
    assert await owed("420221", "IT") == (0, 101)


def test_every_fact_has_its_source_and_no_two_say_one_thing() -> None:
    table = shipped()
    assert len(table) > 10 and all(":" in rate.source and len(rate.source) > 20 for rate in table)
    assert len({(rate.destination, rate.hs_code, rate.made_in) for rate in table}) == len(table)
