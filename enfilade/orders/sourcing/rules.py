"""A maison's rules, in its order: each keeps some of the candidates or abstains, and the first that leaves one has decided.

What the rules leave open, the least cost decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from enfilade.orders.sourcing.costs import Candidate, Need, Terms, missed_minor
from enfilade.orders.sourcing.plan import cheapest

#: Returns the candidates that remain; all of them is an abstention, none is never returned.
Rule = Callable[[Sequence[Need], list[Candidate], Terms], list[Candidate]]


def chosen_boutique(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """The boutique the client chose, if it is among them."""
    return [candidate for candidate in candidates if candidate.chosen] or candidates


def one_parcel(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """One parcel, one visit: locations that have everything; otherwise those that have most of the lines."""
    filled = {c.location_id: sum(c.fills(need) for need in needs) for c in candidates}
    return _most(candidates, filled)


def same_country(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """Places in the client's own country, where one has it."""
    return [candidate for candidate in candidates if not candidate.abroad] or candidates


def same_customs(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """No customs border on the way, where that is possible: the European Union is one country here."""
    return [candidate for candidate in candidates if not candidate.over_customs] or candidates


def warehouse_first(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """Boutiques keep their pieces for who comes in, as long as a warehouse has them."""
    return [candidate for candidate in candidates if candidate.place.kind != "boutique"] or candidates


def boutique_first(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """The warehouse is kept for what boutiques do not have."""
    return [candidate for candidate in candidates if candidate.place.kind == "boutique"] or candidates


def with_time(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """Places whose day is not full and that are open today."""
    return [c for c in candidates if c.place.spare is None or c.place.spare > 0] or candidates


def nearest(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """The shortest way; abstains where no distance is known."""
    known = [candidate.distance_km for candidate in candidates if candidate.distance_km is not None]
    return [c for c in candidates if c.distance_km == min(known)] if known else candidates


def slowest(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """Where the pieces sell slowest: the fewest sales of the place's own are likely to be lost."""
    kept = {
        c.location_id: -sum(
            missed_minor(c.place, need.variant_id, terms, c.place.stock[need.variant_id])
            for need in needs
            if c.fills(need)
        )
        for c in candidates
    }
    return _most(candidates, kept)


def most_stock(needs: Sequence[Need], candidates: list[Candidate], terms: Terms) -> list[Candidate]:
    """Where the fewest last pieces are taken."""
    spare = {c.location_id: sum(c.place.stock.get(n.variant_id, 0) for n in needs) for c in candidates}
    return _most(candidates, spare)


def _most(candidates: list[Candidate], by: Mapping[UUID, int]) -> list[Candidate]:
    most = max(by.values())
    return [candidate for candidate in candidates if by[candidate.location_id] == most]


#: By the name a maison orders them with.
RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (
        chosen_boutique,
        one_parcel,
        same_country,
        same_customs,
        with_time,
        warehouse_first,
        boutique_first,
        slowest,
        nearest,
        most_stock,
    )
}
#: For who has said nothing: as few parcels as can be, no border that can be avoided, and then the least cost.
USUAL = ("chosen_boutique", "one_parcel", "same_country", "with_time")
#: What decided where no rule did: nobody else had the piece; the costs; or the client, who collects there.
ONLY_PLACE, LEAST_COST, CLIENT = "only_place", "least_cost", "client"
#: The least cost of several orders that looked for a place at the same time.
TOGETHER = "together"
#: No place had all of a line: the one with most of it took what it has.
PARTED = "parted"
#: No place had it: a workshop makes it.
MADE = "made"


@dataclass(frozen=True, slots=True)
class Decided:
    """Where a need is filled. `by`: the rule that left this place alone, ONLY_PLACE or LEAST_COST."""

    location_id: UUID
    by: str


def decide(
    needs: Sequence[Need],
    candidates: Sequence[Candidate],
    *,
    rules: Sequence[str] = USUAL,
    terms: Terms | None = None,
) -> dict[UUID, UUID]:
    """Variant → location, for the needs that can be filled; what the first locations cannot fill goes to the next ones."""
    found = decided(needs, candidates, rules=rules, terms=terms)
    return {variant_id: one.location_id for variant_id, one in found.items()}


def decided(
    needs: Sequence[Need],
    candidates: Sequence[Candidate],
    *,
    rules: Sequence[str] = USUAL,
    terms: Terms | None = None,
) -> dict[UUID, Decided]:
    """As `decide`, with what decided for each."""
    terms = terms or Terms()
    placed: dict[UUID, Decided] = {}
    left = list(needs)
    while left:
        able = [candidate for candidate in candidates if any(candidate.fills(need) for need in left)]
        if not able:
            break
        by = ONLY_PLACE if len(able) == 1 else LEAST_COST
        for rule in rules:
            if len(able) == 1:
                break
            able = RULES[rule](left, able, terms)
            by = rule if len(able) == 1 else by
        placed |= {variant: Decided(at, by) for variant, at in cheapest(left, able, terms).items()}
        left = [need for need in left if need.variant_id not in placed]
    return placed
