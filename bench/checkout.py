"""Purchases from the basket to the orders; what the floors run has been recorded, each purchase once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from bench import figures, floors
from bench.field import Field, Length, first
from bench.ground import Place
from bench.load import Journey, load
from bench.measuring import Rounds, alternate


@dataclass(frozen=True, slots=True)
class Buying:
    """A figure of purchases: its journeys from the so-manieth on, and how many orders each places."""

    name: str
    journeys: Callable[[list[Place], int], Iterator[Journey]]
    orders: int

    def lasts(self, length: Length) -> tuple[int, int]:
        """Purchases a round, and those that warm servers and connections before the first."""
        if self.orders > 1:
            return length.baskets, length.baskets_warm
        return length.purchases, length.purchases_warm


ONE = Buying("checkout", figures.purchases, 1)
THREE = Buying("checkout_three_maisons", figures.purchases_of_three, figures.THREE)
ALL = (ONE, THREE)


def warm(field: Field, buying: Buying) -> None:
    """Servers and connections have sold before the clock starts."""
    _, most = buying.lasts(field.length)
    clients = max(field.levels)
    load(field.ours.port, first(buying.journeys(field.places, 0), most), clients=clients)
    replayed = figures.replays("POST", field.recorded.journeys[buying.name][:most])
    load(field.bare.port, replayed, clients=clients)


def checkout_figures(field: Field, buying: Buying) -> dict[str, dict[str, Any]]:
    """`{name}_{clients}` for each number of clients. Raises AssertionError where a floor placed other orders than the shop."""
    length = field.length
    purchases, warmed = buying.lasts(length)
    numbers, statements = field.recorded.journeys[buying.name], field.recorded.joined(buying.name)
    left = iter(range(warmed, len(numbers)))
    buyers = buying.journeys(field.places, warmed)
    before = {name: orders(field, name) for name in ("bare", "sql")}
    told: dict[str, dict[str, Any]] = {}
    for place, clients in enumerate(field.levels):
        field.say(f"{buying.name}, {clients} clients")
        rounds = Rounds()
        dealt: list[int] = []

        def ours(_: int, rounds: Rounds = rounds, clients: int = clients) -> None:
            rounds.ours.append(field.round(field.ours, first(buyers, purchases), clients))

        def bare(_: int, rounds: Rounds = rounds, clients: int = clients, dealt: list[int] = dealt) -> None:
            mine = [next(left) for _ in range(purchases)]
            dealt += mine
            journeys = figures.replays("POST", [numbers[number] for number in mine])
            rounds.bare.append(field.round(field.bare, journeys, clients))

        alternate(length.rounds, sides=(ours, bare))
        # Each number of clients warms its own connections, with its share of what was recorded for that.
        share = statements[place : warmed : len(field.levels)]
        mine = [statements[number] for number in dealt]
        rounds.sql.append(floors.commands(field.at["sql"], share, mine, clients=clients).rate)
        field.tell_errors(rounds)
        more = field.recorded.counted(buying.name) | {"orders": buying.orders}
        told[f"{buying.name}_{clients}"] = rounds.figure("checkouts/s", **more)
    placed = {name: orders(field, name) - known for name, known in before.items()}
    recorded = {"bare": (len(numbers) - warmed) * buying.orders, "sql": len(numbers) * buying.orders}
    assert placed == recorded, f"the floors placed other orders: {placed}, recorded {recorded}"
    return told


def orders(field: Field, name: str) -> int:
    """Orders placed by the bench in this database."""
    with psycopg.connect(field.at[name].admin) as conn:
        row = conn.execute(
            "select count(*) from orders.order where checkout_id is not null and placed_at > now() - interval '6 hours'"
        ).fetchone()
    assert row is not None
    return int(row[0])
