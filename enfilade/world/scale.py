"""How large a demo world is: every number that decides its size, with two named sizes."""

from dataclasses import dataclass


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
