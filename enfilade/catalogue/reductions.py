"""The lowest price of the thirty days before a reduction, which stands beside it where the law says so.

Directive 98/6/EC, article 6a (as directive (EU) 2019/2161 wrote it). docs/algorithms/lowest-price.md tells it in prose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: The days before a reduction whose lowest price is told.
BEFORE = timedelta(days=30)
#: For how long a lower price is told as a reduction; then it is simply the price.
TOLD_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Past:
    """A price and since when it was in force, until the next one; `amount_minor` in minor units of `currency`."""

    valid_from: datetime
    currency: str
    amount_minor: int


def lowest_before(history: Sequence[Past], now: datetime) -> int | None:
    """The lowest price of the thirty days before the reduction in force at `now`; None where nothing was reduced.

    A price that is lower than the one before it, and not lower than the lowest of those days, is no reduction.
    """
    begun = sorted((past for past in history if past.valid_from <= now), key=lambda past: past.valid_from)
    if len(begun) < 2:
        return None
    present, before = begun[-1], begun[:-1]
    if now - present.valid_from >= TOLD_FOR or before[-1].currency != present.currency:
        return None
    first = present.valid_from - BEFORE
    amounts: list[int] = []
    for past in reversed(before):
        if past.currency != present.currency:
            break
        amounts.append(past.amount_minor)
        if past.valid_from <= first:
            break
    lowest = min(amounts)
    return lowest if present.amount_minor < lowest else None
