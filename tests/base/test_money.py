"""Money is exact: shown as each language writes it, taxed to the half unit, never added across currencies."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enfilade.base.money import Money, from_major, tax_inside, tax_on_top

minors = st.integers(-(10**12), 10**12)
prices = st.integers(0, 10**12)
rates = st.integers(0, 3000)
currencies = st.sampled_from(["EUR", "GBP", "CNY", "USD", "JPY", "KWD"])


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (125_000, "EUR", {"en": "€1,250", "fr": "1 250 €", "nl": "€ 1.250", "zh": "€1,250"}),
        (125_050, "EUR", {"en": "€1,250.50", "fr": "1 250,50 €", "nl": "€ 1.250,50", "zh": "€1,250.50"}),
        (98_00, "GBP", {"en": "£98", "fr": "98 £GB", "nl": "£ 98", "zh": "£98"}),
        (9_999_900, "CNY", {"en": "CN¥99,999", "fr": "99 999 CNY", "nl": "CN¥ 99.999", "zh": "¥99,999"}),
        (35_000, "JPY", {"en": "¥35,000", "fr": "35 000 JPY", "nl": "JP¥ 35.000", "zh": "JP¥35,000"}),
        (0, "EUR", {"en": "€0", "fr": "0 €", "nl": "€ 0", "zh": "€0"}),
    ],
)
def test_money_is_shown_as_each_language_writes_it(minor: int, currency: str, shown: dict[str, str]) -> None:
    for language, expected in shown.items():
        # Narrow and no-break spaces are spaces to a reader.
        assert " ".join(Money(minor, currency).shown(language).split()) == expected


@given(minors, currencies)
def test_minor_units_survive_the_way_to_major_units_and_back(minor: int, currency: str) -> None:
    assert from_major(Money(minor, currency).major, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("0.005", "EUR", 0),
        ("0.015", "EUR", 2),
        ("0.025", "EUR", 2),
        ("1.5", "JPY", 2),
        ("0.0005", "KWD", 0),
        ("-0.015", "EUR", -2),
    ],
)
def test_half_a_unit_goes_to_the_even_one(amount: str, currency: str, minor: int) -> None:
    assert from_major(Decimal(amount), currency) == Money(minor, currency)


@given(st.lists(minors), currencies)
def test_sums_are_exact(amounts: list[int], currency: str) -> None:
    total = Money(0, currency)
    for minor in amounts:
        total += Money(minor, currency)
    assert total == Money(sum(amounts), currency)


@given(minors, st.integers(0, 99), currencies)
def test_a_quantity_is_so_many_sums(minor: int, quantity: int, currency: str) -> None:
    total = Money(0, currency)
    for _ in range(quantity):
        total += Money(minor, currency)
    assert Money(minor, currency) * quantity == total


def test_two_currencies_do_not_add() -> None:
    with pytest.raises(AssertionError, match="EUR and USD"):
        _ = Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize(
    ("gross", "rate", "tax"),
    # Computed by hand from the published rates: France 20 and 5.5, Germany 19, Switzerland 8.1, Netherlands 21 per cent.
    [(120_00, 2000, 20_00), (100_00, 2000, 16_67), (105_50, 550, 5_50), (100_00, 1900, 15_97), (99_95, 810, 7_49),
     (1, 2100, 0), (3, 2000, 1), (0, 2000, 0), (100_00, 0, 0)],
)  # fmt: skip
def test_the_tax_inside_a_price(gross: int, rate: int, tax: int) -> None:
    assert tax_inside(gross, rate) == tax


@pytest.mark.parametrize(
    ("net", "rate", "tax"),
    # The United States' rates are added to the price: 8.87 and 9.5 per cent here. Halves go up.
    [(1_300_00, 887, 115_31), (100_00, 950, 9_50), (10, 500, 1), (9, 500, 0), (0, 950, 0), (10_000, 1, 1),
     (5_000, 1, 1), (4_999, 1, 0)],
)  # fmt: skip
def test_the_tax_on_top_of_a_price(net: int, rate: int, tax: int) -> None:
    assert tax_on_top(net, rate) == tax


@given(prices, rates)
def test_the_tax_inside_is_never_off_by_more_than_half_a_unit(gross: int, rate: int) -> None:
    exact = Fraction(gross * rate, 10_000 + rate)
    tax = tax_inside(gross, rate)
    assert abs(tax - exact) <= Fraction(1, 2)
    assert 0 <= tax <= gross


@given(prices, rates)
def test_the_tax_on_top_is_never_off_by_more_than_half_a_unit(net: int, rate: int) -> None:
    exact = Fraction(net * rate, 10_000)
    assert abs(tax_on_top(net, rate) - exact) <= Fraction(1, 2)


@given(st.lists(prices, max_size=30), rates)
def test_lines_rounded_one_by_one_stay_within_half_a_unit_each(lines: list[int], rate: int) -> None:
    rounded = sum(tax_inside(line, rate) for line in lines)
    exact = Fraction(sum(lines) * rate, 10_000 + rate)
    assert abs(rounded - exact) <= Fraction(len(lines), 2)


@given(prices, rates)
def test_a_price_with_its_tax_on_top_holds_that_tax_inside(net: int, rate: int) -> None:
    tax = tax_on_top(net, rate)
    assert abs(tax_inside(net + tax, rate) - tax) <= 1
