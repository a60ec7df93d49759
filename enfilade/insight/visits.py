"""Visits that began online, and what was bought beside on them, for the months asked."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date

from enfilade.insight.months import service_share
from enfilade.insight.published import VisitCell


@dataclass(frozen=True, slots=True)
class Visits:
    """`begun` online; of the `told` ones, tills tell what was bought beside: `beside` had something, of `net` in all.

    Maisons by what they know: `measured` those with told visits, `few` those whose tills tell too few to be published,
    `silent` those with visits whose tills name none. `estimated`: a period reaches beyond these months.
    """

    begun: float = 0
    told: float = 0
    beside: float = 0
    net: float = 0
    measured: int = 0
    few: int = 0
    silent: int = 0
    estimated: bool = False

    def __add__(self, other: "Visits") -> "Visits":
        return Visits(
            self.begun + other.begun,
            self.told + other.told,
            self.beside + other.beside,
            self.net + other.net,
            self.measured + other.measured,
            self.few + other.few,
            self.silent + other.silent,
            self.estimated or other.estimated,
        )

    @property
    def share(self) -> float | None:
        """Of the told visits, those with something beside; None where none is told."""
        return self.beside / self.told if self.told else None

    @property
    def net_per_visit(self) -> float | None:
        """Bought beside, per told visit, with something beside or not."""
        return self.net / self.told if self.told else None

    @property
    def maisons(self) -> int:
        """How many have visits to tell."""
        return self.measured + self.few + self.silent


def visits(cells: Iterable[VisitCell], months: Set[date]) -> Visits:
    """Of one maison. A period partly in these months counts for that part of them."""
    begun, told, beside, net = 0.0, 0.0, 0.0, 0.0
    tills_tell = estimated = False
    for cell in cells:
        share = service_share(cell, months)
        if not share:
            continue
        estimated = estimated or share < 1
        if cell.detail == "visits":
            begun += cell.visits * share
            tills_tell = tills_tell or cell.part == "tills_tell"
        else:
            told += cell.visits * share
            if cell.part == "something":
                beside, net = beside + cell.visits * share, net + cell.net_minor * share
    measured, few = bool(told), tills_tell and not told
    silent = bool(begun) and not measured and not few
    return Visits(begun, told, beside, net, measured, few, silent, estimated)
