"""`bin/bench growth`: how the cost of a request grows: by positions, maisons, places that hold a piece, lines in a basket."""

import itertools
import json
import os
import platform
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench import figures, servers
from bench.chart import FIGURES, table, written
from bench.field import Say, accounted, first
from bench.ground import Ground, Place, places
from bench.load import Journey, Loaded, load, percentile
from bench.measuring import cpu_ms
from bench.servers import PROJECT, Server
from bench.worlds import ground
from enfilade.base.database import Addresses
from enfilade.world.scale import Scale, sized

RESULTS = PROJECT / "bench" / "results" / "growth.json"
PICTURE = PROJECT / "docs" / "pictures" / "growth.svg"
PAPER = PROJECT / "docs" / "measurements.md"
BEGINS, ENDS = "<!-- growth begins -->", "<!-- growth ends -->"
CLIENTS = 4
#: Of each figure, in each world; what is slower than that is measured as far as it comes.
JOURNEYS = 800
SECONDS_MAX = 20.0
LINES = (1, 2, 5, 10)
#: Of one axis everything but what grows stays, as far as a world can be so.
POSITIONS = 100_000
VARIANTS = 20


#: Which axis, where on it, what was measured there.
Found = tuple[str, int, dict[str, Any]]
Axes = dict[str, dict[int, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Point:
    """One world to measure in, and of which axis it is a point; `lines` are measured beside."""

    axis: str
    x: int
    scale: Scale


def points(since: int, up_to: int) -> list[Point]:
    """Worlds from small to large; one that serves two axes is named twice. The largest is the full one.

    Of those that grow in positions the ones from `since` to `up_to`; `since` 0: the other axes, too.
    """
    grown = [
        Point("positions", n, sized(positions=n))
        for n in (10**power for power in range(4, 8))
        if since <= n <= up_to
    ]
    if since:
        return grown
    held = [
        Point("locations", n, sized(maisons=1, locations=n, variants=VARIANTS, positions=VARIANTS * n // 2))
        for n in (20, 200, 2000)
    ]
    maisons = [Point("maisons", n, sized(maisons=n, positions=POSITIONS)) for n in (1, 75, 300)]
    return [*grown, *maisons, *held]


def growth(wanted: list[Point], say: Say, journeys: int = JOURNEYS) -> Iterator[Found]:
    """Measures in each world, the small ones first. Worlds lie in a folder of their own, beside the bench's."""
    folder = Path(tempfile.gettempdir()) / f"enfilade-growth-{os.geteuid()}"
    by_scale: dict[Scale, list[Point]] = defaultdict(list)
    for point in wanted:
        by_scale[point.scale].append(point)
    for scale in sorted(by_scale, key=lambda scale: scale.positions):
        its = by_scale[scale]
        say(f"a world of {scale.maisons} maisons and {scale.positions:,} positions")
        with ground(scale, folder) as standing:
            # One boutique of a single maison has pieces enough for the longest basket.
            alone = any(point.axis == "maisons" and point.x == 1 for point in its)
            seen = measured(standing, say, journeys, lines=LINES if alone else ())
        for point in its:
            x = seen["held"] if point.axis == "locations" else point.x
            yield point.axis, x, {"load": seen["load"], "figures": seen["figures"]}
        for n, figure in seen["lines"].items():
            yield "lines", n, {"load": seen["load"], "figures": {"checkout": figure}}


def measured(
    standing: Ground, say: Say, journeys: int, *, lines: tuple[int, ...] = (), workers: int = 2
) -> dict[str, Any]:
    """The four figures in one world, and the checkout by number of lines if asked for.

    In the world itself, not in a copy: the largest fills the disk once. What is bought leaves it as large as it was.
    """
    at = standing.itself()
    known = places(at)
    told: dict[str, Any] = {"figures": {}, "lines": {}, "held": held(at, known)}
    with servers.shop(at, workers=workers) as server:
        standing.checkpoint()

        def figure(ours: Iterator[Journey]) -> dict[str, Any]:
            load(server.port, first(ours, journeys // 2), clients=CLIENTS, seconds=SECONDS_MAX)
            return _figure(standing, server, first(ours, journeys), say)

        for reading in (each for each in figures.readings(known, [], []) if each.name in FIGURES):
            told["figures"][reading.name] = figure(figures.around(reading.requests))
        told["figures"]["checkout"] = figure(figures.purchases(known))
        for n in lines:
            told["lines"][n] = figure(baskets(known, n))
    told["load"] = round(os.getloadavg()[0], 1)
    return told


def held(at: Addresses, known: list[Place]) -> int:
    """In how many locations a piece that is bought can be had, in the mean."""
    with psycopg.connect(at.admin) as conn:
        row = conn.execute(
            "select count(*) from public_facts.availability where variant_id = any(%(variants)s)",
            {"variants": [place.variant_id for place in known]},
        ).fetchone()
    assert row is not None
    return max(1, round(row[0] / len(known)))


def baskets(known: list[Place], lines: int) -> Iterator[Journey]:
    """Purchases of so many different pieces in one boutique, for ever."""
    by_boutique: dict[Any, list[Place]] = defaultdict(list)
    for place in known:
        by_boutique[place.location_id].append(place)
    most = max(by_boutique.values(), key=len)
    assert len(most) >= lines, f"no boutique has {lines} pieces"
    for start in itertools.count():
        yield figures.purchase(*(most[(start * lines + n) % len(most)] for n in range(lines)))


def _figure(standing: Ground, server: Server, journeys: Iterator[Journey], say: Say) -> dict[str, Any]:
    told = accounted(standing, server, journeys, clients=CLIENTS, seconds=SECONDS_MAX)
    for error in told.errors[:3]:
        say(f"  error: {error}")
    cpu = cpu_ms([told])
    return {
        "p50_ms": _within(told, 50),
        "p99_ms": _within(told, 99),
        "cpu_ms": None if cpu is None else round(cpu, 1),
        "done": told.done,
        "errors": len(told.errors),
    }


def _within(told: Loaded, of: int) -> float | None:
    """A percentile never lies beyond what was seen; the 99th needs a hundred to be one."""
    found = percentile(told.latencies, of) if of <= 50 or told.done >= 100 else None
    return None if found is None else round(min(found, max(told.latencies) * 1000), 1)


def keep(found: Iterable[Found], *, write: bool) -> str:
    """Adds to the results what is found, world after world; with `write` renews the paper's picture and table. Returns the table.

    What was measured before at the same point is replaced, everything else stays.
    """
    RESULTS.parent.mkdir(exist_ok=True)
    told: Axes = {}
    if RESULTS.exists():
        for axis, entries in json.loads(RESULTS.read_text(encoding="utf-8"))["axes"].items():
            told[axis] = {entry["x"]: entry for entry in entries}
    for axis, x, entry in found:
        when = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        told.setdefault(axis, {})[x] = {"x": x, "measured_at": when, **entry}
        RESULTS.write_text(
            json.dumps({"machine": platform.machine(), "axes": _sorted(told)}, indent=2) + "\n"
        )
    axes = _sorted(told)
    text = table(axes)
    if write:
        PICTURE.write_text(written(axes), encoding="utf-8")
        paper = PAPER.read_text(encoding="utf-8")
        head, rest = paper.split(BEGINS)
        PAPER.write_text(f"{head}{BEGINS}\n\n{text}\n{ENDS}{rest.split(ENDS)[1]}", encoding="utf-8")
    return text


def _sorted(told: Axes) -> dict[str, list[dict[str, Any]]]:
    return {axis: [by_x[x] for x in sorted(by_x)] for axis, by_x in told.items()}
