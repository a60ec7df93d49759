"""Sourcing: which locations fulfil. Rules reduce the candidates in order, the first that decides wins, a rule may abstain.

Pure functions over values; verbs fetch before and save after.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Need:
    """So many pieces of a variant."""

    variant_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A location and what it may promise of the needed variants (bounded, see availability). `chosen`: the client's boutique."""

    location_id: UUID
    distance_km: float | None
    stock: Mapping[UUID, int]
    chosen: bool = False

    def fills(self, need: Need) -> bool:
        return self.stock.get(need.variant_id, 0) >= need.quantity


#: Returns the candidates that remain, best first; all of them is an abstention, none is never returned.
Rule = Callable[[list[Need], list[Candidate]], list[Candidate]]


def chosen_boutique(needs: list[Need], candidates: list[Candidate]) -> list[Candidate]:
    """The boutique the client chose, if it is among them."""
    return [candidate for candidate in candidates if candidate.chosen] or candidates


def can_fill_all(needs: list[Need], candidates: list[Candidate]) -> list[Candidate]:
    """One parcel, one visit: locations that have everything; otherwise those that have most of the lines."""
    filled = {c.location_id: sum(c.fills(need) for need in needs) for c in candidates}
    most = max(filled.values())
    return [candidate for candidate in candidates if filled[candidate.location_id] == most]


def nearest(needs: list[Need], candidates: list[Candidate]) -> list[Candidate]:
    """The shortest way; abstains where no distance is known."""
    known = [candidate.distance_km for candidate in candidates if candidate.distance_km is not None]
    return [c for c in candidates if c.distance_km == min(known)] if known else candidates


def most_stock(needs: list[Need], candidates: list[Candidate]) -> list[Candidate]:
    """Where the fewest last pieces are taken; ties end by id, so that the same question has the same answer."""
    spare = {c.location_id: sum(c.stock.get(need.variant_id, 0) for need in needs) for c in candidates}
    most = max(spare.values())
    return sorted((c for c in candidates if spare[c.location_id] == most), key=lambda c: c.location_id)[:1]


RULES: tuple[Rule, ...] = (chosen_boutique, can_fill_all, nearest, most_stock)


def decide(
    needs: list[Need], candidates: list[Candidate], rules: tuple[Rule, ...] = RULES
) -> dict[UUID, UUID]:
    """Variant → location, for the needs that can be filled. What one location cannot fill goes to the next one."""
    placed: dict[UUID, UUID] = {}
    left = list(needs)
    while left:
        able = [candidate for candidate in candidates if any(candidate.fills(need) for need in left)]
        if not able:
            break
        for rule in rules:
            able = rule(left, able)
            if len(able) == 1:
                break
        winner = able[0]
        placed |= {need.variant_id: winner.location_id for need in left if winner.fills(need)}
        left = [need for need in left if need.variant_id not in placed]
    return placed
