"""Until when a piece may come back: the maison's days, never fewer than the law of the client's country."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from enfilade.boutiques.hours import next_working_day
from enfilade.boutiques.zones import zone_of

_EUROPE = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
#: The European Economic Area.
EUROPE = frozenset(_EUROPE.split())
#: Days in which what was bought at a distance may be given back without a reason, by country. European Economic Area:
#: directive 2011/83/EU, article 9; United Kingdom: Consumer Contracts Regulations 2013, regulation 30; China: law on the
#: protection of consumer rights, article 25; South Korea: act on consumer protection in electronic commerce, article 17;
#: Taiwan: consumer protection act, article 19. Other countries are not looked at: there the maison's days are all.
LAW_DAYS: dict[str, int] = dict.fromkeys(_EUROPE.split(), 14) | {"GB": 14, "CN": 7, "KR": 7, "TW": 7}


@dataclass(frozen=True, slots=True)
class Terms:
    """What bounds a return: the days the maison said when it sold, and the countries of the order's market."""

    return_days: int
    delivery_days_max: int
    countries: list[str]


@dataclass(frozen=True, slots=True)
class Until:
    """Last whole days, in the zone of the place the pieces left. `by_law` None where the law says nothing."""

    day: date
    by_law: date | None


def until(
    terms: Terms, *, method: str, left_at: datetime, zone: str, delivered_at: datetime | None = None
) -> Until:
    """Counted from the day after the last piece of the order was handed over or should have arrived; `delivered_at` its carrier
    said that it did, which moves the day when it was later, and never takes back what was promised.

    A last day that is no working day is moved to the next one. What was reserved was bought in the boutique: the law of
    distance does not bind it.
    """
    way = terms.delivery_days_max if method == "ship" else 0
    begins = left_at.astimezone(zone_of(zone)).date() + timedelta(days=way)
    if delivered_at is not None:
        begins = max(begins, delivered_at.astimezone(zone_of(zone)).date())

    def after(days: int) -> date:
        last = begins + timedelta(days=days)
        return max((next_working_day(last, country) for country in terms.countries), default=last)

    law = max((LAW_DAYS.get(country, 0) for country in terms.countries), default=0)
    by_law = after(law) if law and method not in ("reserve", "counter") else None
    ours = after(terms.return_days)
    return Until(max(ours, by_law or ours), by_law)


def part(total_minor: int, quantity: int, *, before: int, now: int) -> int:
    """What `now` pieces more are worth of a line of `quantity`, after `before` came back: all parts add up to the total."""
    return total_minor * (before + now) // quantity - total_minor * before // quantity


def without_goodwill(
    goodwill_minor: int, tax_minor: int, *, total_minor: int, quantity: int, before: int, now: int
) -> tuple[int, int]:
    """How much of the goodwill that rests on the pieces left goes with `now` of them, and the tax in it.

    Its share by pieces, rounded down; more where what stays would rest on less than it, and never more than their worth. With
    the last piece goes the rest, so all shares add up to what was given.
    """
    left = quantity - before
    worth = part(total_minor, quantity, before=before, now=now)
    stays = part(total_minor, quantity, before=before + now, now=left - now)
    share = min(worth, max(goodwill_minor * now // left, goodwill_minor - stays))
    return share, tax_minor * share // goodwill_minor if goodwill_minor else 0
