"""Money: integer minor units with their currency. No floats, no addition across currencies."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`minor` counts the smallest unit of `currency` (ISO 4217): cents for EUR, yen for JPY."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        assert self.currency == other.currency, f"{self.currency} and {other.currency} do not add"
        return Money(self.minor + other.minor, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.minor * quantity, self.currency)

    @property
    def major(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def shown(self, language: str) -> str:
        """As a reader of `language` writes it; without cents where there are none."""
        return _shown(self, language)


@lru_cache(maxsize=10_000)
def _shown(money: Money, language: str) -> str:
    whole = money.minor % 10 ** get_currency_precision(money.currency) == 0
    return format_currency(
        money.major,
        money.currency,
        locale=language.replace("-", "_"),
        currency_digits=not whole,
        format=None if not whole else _whole_pattern(language),
    )


def _whole_pattern(language: str) -> str:
    return {"fr": "#,##0 ¤", "nl": "¤ #,##0"}.get(language, "¤#,##0")


def from_major(amount: Decimal, currency: str) -> Money:
    """Rounds half to even to the currency's smallest unit (ISO 4217 digits by Babel's CLDR data)."""
    digits = get_currency_precision(currency)
    return Money(int(amount.scaleb(digits).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)), currency)


def tax_inside(gross_minor: int, rate_basis_points: int) -> int:
    """The tax contained in a price that includes it: gross × rate / (1 + rate), rounded half up per line."""
    return (gross_minor * rate_basis_points * 2 + 10_000 + rate_basis_points) // (
        2 * (10_000 + rate_basis_points)
    )


def tax_on_top(net_minor: int, rate_basis_points: int) -> int:
    """The tax added to a price without it: net × rate, rounded half up per line."""
    return (net_minor * rate_basis_points * 2 + 10_000) // 20_000
