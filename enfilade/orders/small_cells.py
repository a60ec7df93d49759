"""Joins a maison's monthly figures until no cell is small enough to tell of a few purchases; sums are kept.

Four details, each telling every line once: all lines by month; then what was promised online, how it was
handed over, and through which channel, each in periods made of the periods before. Periods nest and parts nest,
therefore no sum or difference of cells leaves fewer than LINES_MIN lines. The argument stands in docs/figures.md.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

LINES_MIN = 5
ONLINE = ("online_collected", "online_shipped")

Leaf = str
Part = tuple[Leaf, ...]
Span = tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Monthly:
    """Exact: the lines of one leaf in one month (its first day), net of returns, and their net amount."""

    month: date
    leaf: Leaf
    lines: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Published: `part` holds its leaves joined by '+', the period is whole months, first and last included."""

    detail: str
    first_month: date
    last_month: date
    part: str
    lines: int
    net_minor: int


def _promise(leaf: Leaf) -> str:
    return "online" if leaf in ONLINE else "elsewhere"


def _method(leaf: Leaf) -> str:
    return leaf if leaf in ONLINE or leaf == "boutique" else "assisted"


DETAILS: tuple[tuple[str, Callable[[Leaf], str]], ...] = (
    ("promise", _promise),
    ("method", _method),
    ("channel", str),
)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from one to the other, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1)
        for n in range(count)
    ]


def cells(tallies: Sequence[Monthly]) -> list[Cell]:
    """What may be told of them. Nothing at all when there are fewer than LINES_MIN lines."""
    if sum(tally.lines for tally in tallies) < LINES_MIN:
        return []
    parts: list[Part] = [tuple(sorted({tally.leaf for tally in tallies}))]
    months = months_between(min(t.month for t in tallies), max(t.month for t in tallies))
    spans = joined([(month,) for month in months], lambda span: _told(tallies, span, parts))
    written = _written("total", tallies, spans, parts)
    for detail, family in DETAILS:
        parts = [child for part in parts for child in _folded(tallies, part, family)]
        now = parts
        spans = joined(spans, lambda span, now=now: _told(tallies, span, now))
        written += _written(detail, tallies, spans, parts)
    return written


def joined(spans: Iterable[Span], enough: Callable[[Span], bool]) -> list[Span]:
    """Consecutive spans joined until each is enough; what is left at the end joins the one before."""
    whole: list[Span] = []
    open_: Span = ()
    for span in spans:
        open_ += span
        if enough(open_):
            whole.append(open_)
            open_ = ()
    while open_ and whole:
        open_ = whole.pop() + open_
        if enough(open_):
            break
    return [*whole, open_] if open_ else whole


def _folded(tallies: Sequence[Monthly], part: Part, family: Callable[[Leaf], str]) -> list[Part]:
    """The part's families; those too small in all the time known are folded into the next larger of the same part."""
    families: dict[str, list[Leaf]] = {}
    for leaf in part:
        families.setdefault(family(leaf), []).append(leaf)
    smallest_first = sorted((_lines(tallies, leaves), leaves) for leaves in families.values())
    folded: list[Part] = []
    open_: list[Leaf] = []
    lines = 0
    for more, leaves in smallest_first:
        open_, lines = [*open_, *leaves], lines + more
        if lines >= LINES_MIN:
            folded.append(tuple(sorted(open_)))
            open_, lines = [], 0
    if open_:
        folded.append(tuple(sorted([*(folded.pop() if folded else ()), *open_])))
    return folded


def _lines(tallies: Sequence[Monthly], leaves: Sequence[Leaf]) -> int:
    return sum(tally.lines for tally in tallies if tally.leaf in leaves)


def _within(tallies: Sequence[Monthly], span: Span, part: Part) -> list[Monthly]:
    return [t for t in tallies if t.leaf in part and span[0] <= t.month <= span[-1]]


def _told(tallies: Sequence[Monthly], span: Span, parts: Sequence[Part]) -> bool:
    """Whether every part of this span is empty or large enough. That a part is empty tells of nobody."""
    found = [_within(tallies, span, part) for part in parts]
    return all(not inside or sum(t.lines for t in inside) >= LINES_MIN for inside in found)


def _written(
    detail: str, tallies: Sequence[Monthly], spans: Sequence[Span], parts: Sequence[Part]
) -> list[Cell]:
    written: list[Cell] = []
    for span in spans:
        for part in parts:
            inside = _within(tallies, span, part)
            if inside:
                lines, net = sum(t.lines for t in inside), sum(t.net_minor for t in inside)
                written.append(Cell(detail, span[0], span[-1], "+".join(part), lines, net))
    return written
