"""Charts as coordinates: a curve and bars in a box of 0 to 100 that a template writes as SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Axis:
    """From 0 to `top`, both among the `ticks`, which run from the top down."""

    top: float
    ticks: tuple[float, ...]

    def down(self, value: float) -> float:
        """How far below the top of the box `value` stands, of 100."""
        return round(100 - 100 * max(0.0, min(value, self.top)) / self.top, 2)


def axis(values: Sequence[float | None], least: float = 0.0) -> Axis:
    """Round steps, two to five of them, up to at least the greatest value."""
    greatest = max((value for value in values if value is not None), default=0.0)
    greatest = max(greatest, least) or 1.0
    magnitude = 10 ** math.floor(math.log10(greatest / 4))
    step = next(factor * magnitude for factor in STEPS if factor * magnitude * 4 >= greatest)
    count = math.ceil(greatest / step - 1e-9)
    return Axis(step * count, tuple(step * n for n in range(count, -1, -1)))


def curves(values: Sequence[float | None], scale: Axis) -> list[str]:
    """The points of each unbroken stretch, 10 apart; a month nobody could tell breaks the line."""
    stretches: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{place * 10},{scale.down(value)}")
    # A single point is drawn as a short stroke, or it would not be seen.
    return [
        " ".join(stretch) if len(stretch) > 1 else f"{stretch[0]} {_beside(stretch[0])}"
        for stretch in stretches
        if stretch
    ]


def _beside(point: str) -> str:
    x, y = point.split(",")
    return f"{int(x) + 1},{y}"
