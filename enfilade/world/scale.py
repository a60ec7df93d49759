"""How large a world is: every number that decides its size, three named sizes, and any other in the largest's proportions."""

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of one world; the same seed, scale and day always give the same rows."""

    seed: int
    maisons: int  # the first of maisons.toml; the six drawn in full come first
    boutiques: int  # over all maisons; warehouses and ateliers come on top
    boutiques_drawn_min: int  # of each maison drawn in full
    boutiques_other_min: int  # of every other maison
    pieces_min: int  # products of a maison that is not drawn in full
    pieces_max: int
    assortment: float  # mean share of a maison's variants that one boutique keeps a place for
    days: int  # length of the sales history, ending the day before today
    orders: int  # over all maisons in that time; a fifth of them have more than one line
    online_first: float  # share of sales promised online on the first day
    online_last: float  # and on the last
    advisors: int  # of one boutique
    # A world too large for the importers is written by COPY, with exactly so many rows; zero: what the rest makes.
    locations: int = 0  # boutiques, warehouses, ateliers
    variants: int = 0
    positions: int = 0
    order_lines: int = 0

    @property
    def copied(self) -> bool:
        """Whether the world is written by COPY."""
        return self.positions > 0


TINY = Scale(
    seed=1847,
    maisons=3,
    boutiques=12,
    boutiques_drawn_min=4,
    boutiques_other_min=2,
    pieces_min=8,
    pieces_max=16,
    assortment=0.8,
    days=60,
    orders=600,
    online_first=0.058,
    online_last=0.142,
    advisors=2,
)

SMALL = Scale(
    seed=1847,
    maisons=75,
    boutiques=600,
    boutiques_drawn_min=10,
    boutiques_other_min=2,
    pieces_min=8,
    pieces_max=16,
    assortment=0.76,
    days=730,
    orders=60_000,
    online_first=0.058,
    online_last=0.142,
    advisors=2,
)

SEED = SMALL.seed
MAISONS_MAX = 351
#: Every maison has a warehouse and a boutique or more, each of the six drawn in full an atelier, the store three places.
DRAWN = 6
PLACES_OF_THE_STORE = 3


class ScaleRefused(ValueError):
    """No world has such a size; the message says why."""


def sized(
    *,
    maisons: int = 75,
    positions: int = 10_000_000,
    locations: int = 0,
    variants: int = 0,
    order_lines: int = -1,
    days: int = 730,
    seed: int = SEED,
) -> Scale:
    """A world with exactly these rows. What is not said keeps the proportions of the full one.

    A maison of the full world keeps a place for 45 of 100 pairs of its locations and variants; when positions shrink,
    both shrink by the square root. Raises ScaleRefused.
    """
    if not 1 <= maisons <= MAISONS_MAX:
        raise ScaleRefused(f"maisons={maisons}: there are 1 to {MAISONS_MAX}")
    if positions < 1:
        raise ScaleRefused(f"positions={positions}: give one or more")
    spread = sqrt(positions / 10_000_000 * maisons / 75)
    fixed = PLACES_OF_THE_STORE + maisons + min(DRAWN, maisons)
    locations = locations or max(round(5_500 * spread), fixed + 2 * maisons)
    variants = variants or max(round(300_000 * spread), 4 * maisons)
    order_lines = positions // 2 if order_lines < 0 else order_lines
    boutiques = locations - fixed
    if boutiques < maisons:
        raise ScaleRefused(f"locations={locations}: {maisons} maisons need {fixed + maisons} or more")
    if variants < maisons:
        raise ScaleRefused(f"variants={variants}: every maison needs one")
    return Scale(
        seed=seed,
        maisons=maisons,
        boutiques=boutiques,
        boutiques_drawn_min=min(10, boutiques // maisons),
        boutiques_other_min=min(2, boutiques // maisons),
        pieces_min=8,
        pieces_max=16,
        assortment=0.76,
        days=days,
        orders=0,
        online_first=SMALL.online_first,
        online_last=SMALL.online_last,
        advisors=2,
        locations=locations,
        variants=variants,
        positions=positions,
        order_lines=order_lines,
    )


FULL = sized()
NAMED = {"tiny": TINY, "small": SMALL, "full": FULL}


def scale_of(text: str) -> Scale:
    """A named size, or figures like `maisons=1,positions=10000`: those of `sized`. Raises ScaleRefused."""
    if text in NAMED:
        return NAMED[text]
    known = ("maisons", "positions", "locations", "variants", "order_lines", "days", "seed")
    figures: dict[str, int] = {}
    for part in text.split(","):
        name, _, figure = part.partition("=")
        if name not in known or not figure.isdecimal():
            raise ScaleRefused(
                f"{part}: give {', '.join(NAMED)}, or figures of {', '.join(known)} like maisons=1,positions=10000"
            )
        figures[name] = int(figure)
    return sized(**figures)
