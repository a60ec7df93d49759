"""The cheapest way to fulfil one order: every division of its lines over the candidates, weighed exactly."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from enfilade.orders.sourcing.costs import Candidate, Need, Terms, parcel_minor, pieces_minor

#: Beyond that the divisions are too many: lines are placed in groups.
LINES_MAX = 8


def cheapest(needs: Sequence[Need], candidates: Sequence[Candidate], terms: Terms) -> dict[UUID, UUID]:
    """Variant → location, for as many needs as can be filled, at the least cost; ties end by id.

    2^n · candidates + 3^n steps for n lines (n <= 8): dynamic programming over the sets of lines already placed.
    """
    placed: dict[UUID, UUID] = {}
    for first in range(0, len(needs), LINES_MAX):
        placed |= _divided(needs[first : first + LINES_MAX], candidates, terms)
    return placed


def _divided(needs: Sequence[Need], candidates: Sequence[Candidate], terms: Terms) -> dict[UUID, UUID]:
    every = 1 << len(needs)
    from_one: list[tuple[int, UUID] | None] = [None] * every
    for candidate in candidates:
        pieces = [pieces_minor(candidate.place, n, terms) if candidate.fills(n) else None for n in needs]
        cost: list[int | None] = [parcel_minor(candidate, terms)] + [None] * (every - 1)
        for lines in range(1, every):
            low = (lines & -lines).bit_length() - 1
            rest, piece = cost[lines & (lines - 1)], pieces[low]
            if rest is None or piece is None:
                continue
            cost[lines] = total = rest + piece
            known = from_one[lines]
            if known is None or (total, candidate.location_id) < known:
                from_one[lines] = (total, candidate.location_id)
    # Lines left open, cost, and which lines come from one place with the lowest of them (0: nobody fills it).
    best: list[tuple[int, int, int]] = [(0, 0, 0)] * every
    for lines in range(1, every):
        bit = lines & -lines
        unfilled, total, _ = best[lines ^ bit]
        best[lines] = (unfilled + 1, total, 0)
        for part in _parts(lines, bit):
            one = from_one[part]
            if one is not None:
                unfilled, total, _ = best[lines ^ part]
                best[lines] = min(best[lines], (unfilled, one[0] + total, part))
    placed: dict[UUID, UUID] = {}
    lines = every - 1
    while lines:
        part = best[lines][2]
        one = from_one[part]
        if part and one is not None:
            placed |= {need.variant_id: one[1] for n, need in enumerate(needs) if part >> n & 1}
        lines ^= part or lines & -lines
    return placed


def _parts(lines: int, bit: int) -> Iterator[int]:
    """The sets of lines within `lines` that hold `bit`."""
    others = lines ^ bit
    part = others
    while True:
        yield part | bit
        if not part:
            return
        part = (part - 1) & others
