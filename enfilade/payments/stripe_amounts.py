"""Amounts as Stripe counts them ("Supported currencies": zero-decimal, three-decimal and special cases), and back.

Our smallest unit is the one prices have (Babel's CLDR data), Stripe's is its own: they differ for a few currencies.
"""

from babel.numbers import get_currency_precision

from enfilade.base.money import Money
from enfilade.payments.provider import ProviderRefused

#: Counted in whole units. UGX and ISK have no cents either, and are still sent with two decimals.
ZERO_DECIMAL = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
#: Counted in thousandths, the last of which must be 0.
THREE_DECIMAL = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))


def to_stripe(amount: Money) -> int:
    """Raises ProviderRefused for what Stripe cannot take to the last digit."""
    units, rest = divmod(amount.minor * 10 ** _digits(amount.currency), _ours(amount.currency))
    if rest or (amount.currency in THREE_DECIMAL and units % 10):
        raise ProviderRefused(f"Stripe does not take {amount.minor} of {amount.currency}'s smallest unit")
    return units


def of_stripe(units: int, currency: str) -> int:
    """Our minor units; rounded down where Stripe counts finer."""
    return units * _ours(currency) // 10 ** _digits(currency)


def _digits(currency: str) -> int:
    return 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2


def _ours(currency: str) -> int:
    return 10 ** get_currency_precision(currency)
