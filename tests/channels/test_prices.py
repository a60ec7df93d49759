"""Prices as the world writes them: read exactly, or refused because they could mean two amounts."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enfilade.base.money import Money
from enfilade.channels.prices import PriceRefused, read_price

NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1 250,00 €", None, 125000),
        (f"1{NARROW}250,00{NO_BREAK}€", None, 125000),
        ("1,250.00", "EUR", 125000),
        ("1.250,00 EUR", None, 125000),
        ("1250", "EUR", 125000),
        ("1250.5", "EUR", 125050),
        ("¥12,800", "JPY", 12800),
        ("¥12,800", "CNY", 1280000),
        ("１２，８００円", None, 12800),
        ("1,250", "GBP", 125000),
        ("£1,250", None, 125000),
        ("US$ 20.00", None, 2000),
        ("CHF 1’250.–", None, 125000),
        ("20,-", "EUR", 2000),
        ("1.250.000", "EUR", 125000000),
        ("1250.0000", "EUR", 125000),
        ("0.00", "EUR", 0),
        ("12.00", "JPY", 12),
    ],
)
def test_read(text: str, currency: str | None, minor: int):
    assert read_price(text, currency).minor == minor


@pytest.mark.parametrize(
    ("text", "currency", "why"),
    [
        ("1,250", "EUR", "to some"),
        ("1.250", "EUR", "to some"),
        ("1.250", "USD", "to some"),
        ("1250,000", "EUR", "three digits"),
        ("0.125", "EUR", "three digits"),
        ("¥12,800", None, "JPY and CNY"),
        ("$20", None, "USD"),
        ("20.00", None, "no currency"),
        ("20 USD", "EUR", "a place for EUR"),
        ("EUR 20 USD", "EUR", "both"),
        ("12.50", "JPY", "decimals"),
        ("1,25,000.00", "EUR", "thousands"),
        ("1.250.00", "EUR", "thousands"),
        ("1,250,000.00.00", "EUR", "twice"),
        ("-5", "EUR", "negative"),
        ("(5)", "EUR", "negative"),
        ("on request", "EUR", "not an amount"),
        ("=1+1", "EUR", "not an amount"),
        ("1e5", "EUR", "not an amount"),
        ("٣٤", "EUR", "not an amount"),
        ("", "EUR", "not an amount"),
        ("20% off", "EUR", "not a currency"),
        ("9" * 20, "EUR", "too large"),
        ("1" * 41, "EUR", "longer"),
    ],
)
def test_refused_with_the_reason(text: str, currency: str | None, why: str):
    with pytest.raises(PriceRefused) as refused:
        read_price(text, currency)
    assert why in refused.value.reason
    assert refused.value.remedy


def test_signed_amounts_of_returns():
    for text in ("-12.50", "−12,50", "(12.50)", "€-12.50"):
        assert read_price(text, "EUR", signed=True) == Money(-1250, "EUR")


def written(minor: int, group: str, decimal: str) -> str:
    return f"{Decimal(minor) / 100:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", group)


STYLES = [
    ("", "."),
    ("", ","),
    (" ", ","),
    (NARROW, ","),
    (NO_BREAK, ","),
    (".", ","),
    (",", "."),
    ("'", "."),
    ("’", "."),
]


@given(
    st.integers(0, 10**12),
    st.sampled_from(STYLES),
    st.sampled_from(["EUR", "GBP", "USD", "CHF", "CNY"]),
    st.sampled_from(["{amount} {code}", "{code} {amount}", "{amount}", "{amount}{code}"]),
)
def test_every_amount_written_with_its_cents_is_read_exactly(
    minor: int, style: tuple[str, str], code: str, shape: str
):
    text = shape.format(amount=written(minor, *style), code=code)
    if len(text) <= 40:
        assert read_price(text, code) == Money(minor, code)


@given(
    st.integers(0, 10**10), st.sampled_from(["", " ", ",", ".", "'"]), st.sampled_from(["EUR", "GBP", "JPY"])
)
def test_a_whole_amount_is_read_exactly_or_refused_never_misread(major: int, group: str, code: str):
    text = f"{major:,}".replace(",", group)
    expected = Money(major * (1 if code == "JPY" else 100), code)
    try:
        assert read_price(text, code) == expected
    except PriceRefused as refused:
        assert group in (",", ".")
        assert 1000 <= major < 10**6
        assert "to some" in refused.reason


@given(st.text(max_size=50), st.sampled_from(["EUR", "JPY", None]))
@example("1" + "0" * 26, "EUR")
@example("9" * 40, "JPY")
def test_any_text_is_money_or_refused(text: str, currency: str | None):
    try:
        money = read_price(text, currency)
    except PriceRefused:
        return
    assert money.minor >= 0
    assert any(sign.isdigit() for sign in text)
