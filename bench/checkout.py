"""Purchases from the basket to the order; what the floors run has been recorded, each purchase once."""

from typing import Any

import psycopg

from bench import figures, floors
from bench.field import Field, first
from bench.load import load
from bench.measuring import Rounds, alternate

NAME = "checkout"


def warm(field: Field) -> None:
    """Servers and connections have sold before the clock starts."""
    most, clients = field.length.purchases_warm, max(field.levels)
    load(field.ours.port, first(figures.purchases(field.places), most), clients=clients)
    replayed = figures.replays("POST", field.recorded.journeys[NAME][:most])
    load(field.bare.port, replayed, clients=clients)


def checkout_figures(field: Field) -> dict[str, dict[str, Any]]:
    """`checkout_{clients}` for each number of clients. Raises AssertionError where a floor placed other orders than the shop."""
    length = field.length
    numbers, statements = field.recorded.journeys[NAME], field.recorded.joined(NAME)
    warmed = length.purchases_warm
    left = iter(range(warmed, len(numbers)))
    buying = figures.purchases(field.places, start=warmed)
    before = {name: orders(field, name) for name in ("bare", "sql")}
    told: dict[str, dict[str, Any]] = {}
    for place, clients in enumerate(field.levels):
        field.say(f"{NAME}, {clients} clients")
        rounds = Rounds()
        dealt: list[int] = []

        def ours(_: int, rounds: Rounds = rounds, clients: int = clients) -> None:
            rounds.ours.append(field.round(field.ours, first(buying, length.purchases), clients))

        def bare(_: int, rounds: Rounds = rounds, clients: int = clients, dealt: list[int] = dealt) -> None:
            mine = [next(left) for _ in range(length.purchases)]
            dealt += mine
            journeys = figures.replays("POST", [numbers[number] for number in mine])
            rounds.bare.append(field.round(field.bare, journeys, clients))

        alternate(length.rounds, sides=(ours, bare))
        # Each number of clients warms its own connections, with its share of what was recorded for that.
        share = statements[place : warmed : len(field.levels)]
        mine = [statements[number] for number in dealt]
        rounds.sql.append(floors.commands(field.at["sql"], share, mine, clients=clients).rate)
        field.tell_errors(rounds)
        told[f"{NAME}_{clients}"] = rounds.figure("checkouts/s", **field.recorded.counted(NAME))
    placed = {name: orders(field, name) - known for name, known in before.items()}
    assert placed == {"bare": len(numbers) - warmed, "sql": len(numbers)}, "the floors placed other orders"
    return told


def orders(field: Field, name: str) -> int:
    """Orders placed by the bench in this database."""
    with psycopg.connect(field.at[name].admin) as conn:
        row = conn.execute(
            "select count(*) from orders.order where checkout_id is not null and placed_at > now() - interval '6 hours'"
        ).fetchone()
    assert row is not None
    return int(row[0])
