"""The piece that everybody wants: two hundred buyers at once, fifty pieces in one place."""

import os
import subprocess
import sys
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg

from bench import figures, floors
from bench.field import Field, first
from bench.ground import HOT_PIECES, Place
from bench.load import Loaded, load
from bench.measuring import cpu_ms, entry, ratio
from bench.servers import PROJECT

NAME = "hot_piece"
#: The same, of pieces that are counted one by one: `hot_ratio` is its rate over that of `hot_piece` in the same run.
SERIALISED = "hot_piece_serialised"
NAMES = (NAME, SERIALISED)
BUYERS = 200
#: The floor of PostgreSQL has as many connections as both pools of the shop together, and they are warm.
CONNECTIONS = 32
#: Purchases of other pieces, recorded to warm connections with.
WARM = "hot_piece_warm"
WARMING = 64


def warm(field: Field) -> None:
    """As many connections as the buyers will have, each used before."""
    load(field.ours.port, first(figures.purchases(field.places), WARMING), clients=CONNECTIONS)
    load(field.bare.port, figures.replays("POST", field.recorded.journeys[WARM]), clients=CONNECTIONS)


def wanted(name: str, hot: list[Place]) -> list[Place]:
    """Where this figure's buyers buy: the pieces counted by number stand first, those told apart after them."""
    half = len(hot) // 2
    return hot[:half] if name == NAME else hot[half:]


def hot_figures(field: Field, names: list[str]) -> dict[str, dict[str, Any]]:
    """Those of these names, a round of each after the other, so that they meet the same minute."""
    rounds: dict[str, list[_Round]] = {name: [] for name in names}
    for number in range(field.length.hot_rounds):
        for name in names:
            rounds[name] += _round(field, name, number)
    told = {name: _figure(field, name, measured) for name, measured in rounds.items() if measured}
    if len(told) == len(NAMES):
        told[SERIALISED]["hot_ratio"] = round(told[NAME]["seconds"] / told[SERIALISED]["seconds"], 2)
    return told


@dataclass(frozen=True, slots=True)
class _Round:
    """One crowd at one place, at the shop and at both floors."""

    place: Place
    ours: Loaded
    bare: Loaded
    sql: float


def _round(field: Field, name: str, number: int) -> list[_Round]:
    """None where there are fewer hot places than rounds."""
    numbers, statements = field.recorded.journeys[name], field.recorded.joined(name)
    for place in wanted(name, field.hot)[number : number + 1]:
        field.say(f"{name}, {BUYERS} buyers, {HOT_PIECES} pieces")
        mine = slice(number * BUYERS, (number + 1) * BUYERS)
        buyers = iter([figures.purchase(place, gone=True) for _ in range(BUYERS)])
        ours = field.round(field.ours, buyers, BUYERS)
        bare = field.round(field.bare, figures.replays("POST", numbers[mine]), BUYERS)
        # Warmed once a round, each time with its share: a purchase can be replayed once.
        turns = field.length.hot_rounds * len(NAMES)
        share = field.recorded.joined(WARM)[number * len(NAMES) + NAMES.index(name) :: turns]
        sql = floors.commands(field.at["sql"], share, statements[mine], clients=CONNECTIONS).seconds
        return [_Round(place, ours, bare, sql)]
    return []


def _figure(field: Field, name: str, rounds: list[_Round]) -> dict[str, Any]:
    """Seconds until the last buyer knows. `oversold`: pieces sold beyond what there was, counted in the database."""
    ours, bare = [one.ours for one in rounds], [one.bare for one in rounds]
    sold = [_sold(field, one.place) for one in rounds]
    errors = [error for loaded in ours for error in loaded.errors]
    for error in errors[:5]:
        field.say(f"  error: {error}")
    return entry(
        median(loaded.seconds for loaded in ours),
        "s",
        bare=median(loaded.seconds for loaded in bare),
        sql_floor=median(one.sql for one in rounds),
        cpu_ms=cpu_ms(ours),
        bare_cpu_ms=cpu_ms(bare),
        cpu_ratio=ratio(cpu_ms(ours), cpu_ms(bare), "ms"),
        seconds=median(loaded.seconds for loaded in ours),
        buyers=BUYERS,
        pieces=HOT_PIECES,
        orders=median(orders for orders, _ in sold),
        oversold=max(max(0, pieces - HOT_PIECES) for _, pieces in sold),
        unsold=max(max(0, HOT_PIECES - pieces) for _, pieces in sold),
        errors=len(errors),
        verified=_verified(field),
        rounds=[round(loaded.seconds, 3) for loaded in ours],
    )


def _sold(field: Field, place: Place) -> tuple[int, int]:
    """Orders that hold the piece, and how many of it they hold together."""
    with psycopg.connect(field.at["ours"].admin) as conn:
        row = conn.execute(
            """
            select count(distinct l.order_id), coalesce(sum(l.quantity), 0)
            from orders.order_line l
            join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
            join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
            where l.maison_id = %s and l.variant_id = %s and f.location_id = %s and o.checkout_id is not null
              and o.placed_at > now() - interval '6 hours'
            """,
            [place.maison_id, place.variant_id, place.location_id],
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def _verified(field: Field) -> bool:
    """`enfilade stock verify` over every maison: whether counters, ledger, holds, promises and money agree."""
    done = subprocess.run(
        [sys.executable, "-m", "enfilade.run", "stock", "verify"],
        cwd=PROJECT,
        env={**os.environ, "ENFILADE_DATABASE_URL": field.at["ours"].admin, "ENFILADE_KEY": "-" * 32},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        field.say(done.stderr[-1500:])
    return done.returncode == 0
