"""Whose each serialised piece of a position is, when pieces came or went: decided here, written by `serials.become`."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Piece:
    """A locked piece that is at the position."""

    id: UUID
    serial: str
    state: str | None
    hold_id: UUID | None
    order_line_id: UUID | None


@dataclass(frozen=True, slots=True)
class Promise:
    """A hold (`line` False) or an allocation of so many pieces, the ones to be given up first at the end."""

    id: UUID
    line: bool
    quantity: int
    secured: bool = False


@dataclass(frozen=True, slots=True)
class Arranged:
    """Whose each piece is from now on, where that changed, and which promises are given up."""

    given: dict[UUID, Promise | None]
    dropped: list[Promise]


def arranged(sellable: list[Piece], promises: list[Promise]) -> Arranged:
    """Gives every promise its pieces again, its own first; those that do not fit any more are given up, the last first."""
    kept, left = list(promises), len(sellable)
    dropped: list[Promise] = []
    while sum(promise.quantity for promise in kept) > left:
        dropped.append(kept.pop())
    mine: dict[UUID, list[Piece]] = {promise.id: [] for promise in kept}
    spare: list[Piece] = []
    by_id = {promise.id: promise for promise in kept}
    for piece in sellable:
        owner = piece.order_line_id or piece.hold_id
        full = owner is None or owner not in mine or len(mine[owner]) == by_id[owner].quantity
        (spare if owner is None or full else mine[owner]).append(piece)
    given: dict[UUID, Promise | None] = {}
    for promise in kept:
        while len(mine[promise.id]) < promise.quantity:
            piece = spare.pop(0)
            mine[promise.id].append(piece)
            given[piece.id] = promise
    given |= {piece.id: None for piece in spare if piece.order_line_id or piece.hold_id}
    return Arranged(given, dropped)
