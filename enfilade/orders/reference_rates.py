"""Fixed exchange rates of one day, with which figures in several currencies are made comparable; never for a price or a payment.

Euro foreign exchange reference rates of the European Central Bank, 30 September 2026. One day for all months, so that
a curve shows what was sold and not what currencies did. A new day is a change of this table and a full refresh.
"""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from enfilade.base.money import Money, from_major

DAY = date(2026, 9, 30)
SOURCE = "European Central Bank, euro foreign exchange reference rates"

with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as _file:
    #: Currency → how many of it one euro buys.
    UNITS_PER_EURO = {row["currency"]: Decimal(row["units_per_euro"]) for row in csv.DictReader(_file)}


def in_euros(money: Money) -> Money:
    """Rounded to the cent; an amount in a currency without a reference rate stays what it is."""
    return in_currency(money, "EUR")


def in_currency(money: Money, currency: str) -> Money:
    """Rounded to the currency's smallest unit; an amount stays what it is where a rate is missing."""
    if money.currency == currency:
        return money
    known = UNITS_PER_EURO | {"EUR": Decimal(1)}
    if money.currency not in known or currency not in known:
        return money
    return from_major(money.major / known[money.currency] * known[currency], currency)
