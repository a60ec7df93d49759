"""What a piece costs in each currency, as a market would see it: rounded the way shops round, not converted
to the cent.
"""

from math import ceil

# What one euro of French price becomes elsewhere: taxes, duties and custom differ, so these are no exchange
# rates.
# Dollars are before tax, all others include it.
FACTOR = {"EUR": 1.0, "GBP": 0.88, "CNY": 8.9, "USD": 1.09}
STEPS = ((50, 1), (200, 5), (1000, 10), (5000, 50), (20000, 100), (float("inf"), 500))


def price_columns(euros: float) -> dict[str, str]:
    """Decimal prices in major units, by the columns of the catalogue."""
    return {f"price_{currency}": f"{rounded(euros * factor)}.00" for currency, factor in FACTOR.items()}


def rounded(amount: float) -> int:
    """Up to the next step: 1 below 50, 5 below 200, 10 below 1,000, 50 below 5,000, 100 below 20,000, then
    500.
    """
    step = next(step for limit, step in STEPS if amount < limit)
    return ceil(amount / step - 1e-9) * step
