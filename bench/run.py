"""One run of the bench: sets up databases and servers, measures in alternating rounds, returns the figures by name."""

import time
from typing import Any

from bench import checkout, diaries, figures, hot, importing, reads, servers, sourcing, webhooks
from bench.checkout import Buying, checkout_figures
from bench.diaries import diary_figures
from bench.field import Field, Length, Say
from bench.figures import CLIENTS, Reading
from bench.ground import Ground, Place, families, hot_places, places, stories
from bench.hot import hot_figures
from bench.importing import import_figure
from bench.reads import read_figures
from bench.recorded import Recorded, recorder
from bench.sourcing import sourcing_figures
from bench.webhooks import webhooks_figure
from enfilade.base.database import Addresses

#: The figures in their order; a name on the command line is the beginning of one or more.
NAMES = (
    *figures.READS,
    *(buying.name for buying in checkout.ALL),
    *hot.NAMES,
    importing.NAME,
    sourcing.ONLINE,
    sourcing.BATCH,
    *diaries.NAMES,
    webhooks.NAME,
)
#: What --quick measures where no name is given: the way of a piece from its page to an order.
MAIN = (*figures.READS[:3], checkout.ONE.name, hot.NAME, importing.NAME)


def measure(
    ground: Ground,
    names: list[str],
    length: Length,
    say: Say,
    *,
    levels: tuple[int, ...] = CLIENTS,
    workers: int = 2,
) -> dict[str, dict[str, Any]]:
    """Every figure of these names."""
    told: dict[str, dict[str, Any]] = {}
    if alone := [name for name in names if name in (sourcing.ONLINE, sourcing.BATCH)]:
        say("sourcing")
        told |= sourcing_figures(alone, length.days)
        names = [name for name in names if name not in alone]
    if drawn := [name for name in names if name in diaries.NAMES]:
        say("diaries")
        told |= diary_figures(drawn, length.days)
        names = [name for name in names if name not in drawn]
    if not names:
        return told
    say("databases")
    at = {name: ground.clone(name) for name in ("ours", "recorded", "bare", "sql")}
    known = places(at["ours"])
    served = [name for name in names if name not in (importing.NAME, webhooks.NAME)]
    if served:
        told |= _served(ground, at, known, served, length, say, levels, workers)
    if importing.NAME in names:
        say(importing.NAME)
        told |= import_figure(at, known, length.rows, rounds=length.hot_rounds)
    if webhooks.NAME in names:
        say(webhooks.NAME)
        told |= webhooks_figure(at, known, length.messages, rounds=length.hot_rounds)
    return told


def _served(
    ground: Ground,
    at: dict[str, Addresses],
    known: list[Place],
    names: list[str],
    length: Length,
    say: Say,
    levels: tuple[int, ...],
    workers: int,
) -> dict[str, dict[str, Any]]:
    """What is asked over HTTP."""
    told: dict[str, dict[str, Any]] = {}
    wanted = hot_places(at["ours"])
    asked = figures.readings(known, families(at["ours"]), stories(at["ours"]))
    readings = [reading for reading in asked if reading.name in names]
    say("recording")
    buyings = [buying for buying in checkout.ALL if buying.name in names]
    recorded = _record(at["recorded"], names, readings, buyings, known, wanted, length, len(levels))
    say("servers")
    with (
        servers.shop(at["ours"], workers=workers) as ours,
        servers.bare(at["bare"], recorded.requests, workers=workers) as bare,
    ):
        field = Field(ground, known, wanted, at, ours, bare, recorded, length, levels, say)
        say("warming")
        for reading in readings:
            reads.warm(field, reading)
        for buying in buyings:
            checkout.warm(field, buying)
        if hottest := [name for name in hot.NAMES if name in names]:
            hot.warm(field)
        ground.checkpoint()
        began = time.monotonic()
        for reading in readings:
            told |= read_figures(field, reading)
        for buying in buyings:
            told |= checkout_figures(field, buying)
        if hottest:
            told |= hot_figures(field, hottest)
        say(f"measured in {time.monotonic() - began:.0f} s")
        memory = max(ours.memory_mb())
    return {name: figure | {"memory_mb": memory} for name, figure in told.items()}


def _record(
    at: Addresses,
    names: list[str],
    readings: list[Reading],
    buyings: list[Buying],
    known: list[Place],
    wanted: list[Place],
    length: Length,
    levels: int,
) -> Recorded:
    """Asks everything once; one request after the other."""
    recorded = Recorded()
    with recorder(at) as gone:
        for reading in readings:
            # Twice: what a warm server remembers it does not ask again, so the floors are not to ask it either.
            for request in reading.requests:
                gone(figures.read(request))
            for request in reading.requests:
                recorded.add(reading.name, gone(figures.read(request)))
        for buying in buyings:
            journeys = buying.journeys(known, 0)
            gone(next(journeys))
            each, before = buying.lasts(length)
            for _ in range(before + levels * length.rounds * each):
                recorded.add(buying.name, gone(next(journeys)))
        if hottest := [name for name in hot.NAMES if name in names]:
            others = figures.purchases(known)
            for _ in range(hot.WARMING):
                recorded.add(hot.WARM, gone(next(others)))
            for name in hottest:
                for place in hot.wanted(name, wanted)[: length.hot_rounds]:
                    for _ in range(hot.BUYERS):
                        recorded.add(name, gone(figures.purchase(place, gone=True)))
    return recorded
