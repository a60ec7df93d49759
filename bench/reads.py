"""Reads: the shop and its floors at each number of clients."""

from statistics import median
from typing import Any

from bench import figures, floors, servers
from bench.field import Field
from bench.figures import Reading
from bench.load import load
from bench.measuring import Rounds, alternate


def warm(field: Field, reading: Reading) -> None:
    """Servers and connections have met these requests before the clock starts."""
    for server, requests in ((field.ours, reading.requests), (field.bare, _pages(field, reading))):
        asking = figures.around(requests)
        load(server.port, asking, clients=max(field.levels), seconds=field.length.warm_seconds)


def _pages(field: Field, reading: Reading) -> list[bytes]:
    return [servers.get(f"/{journey[0]}") for journey in field.recorded.journeys[reading.name]]


def aim_ms(rounds: Rounds) -> float:
    """What a page may take that nobody else asks for beside it: half as long again as its SQL, and 3 ms."""
    return 1.5 * 1000 / median(rounds.sql) + 3


def read_figures(field: Field, reading: Reading) -> dict[str, dict[str, Any]]:
    """`{name}_{clients}` for each number of clients."""
    length = field.length
    statements = field.recorded.joined(reading.name)
    pages = _pages(field, reading)
    told: dict[str, dict[str, Any]] = {}
    for clients in field.levels:
        field.say(f"{reading.name}, {clients} clients")
        rounds = Rounds()

        def ours(number: int, rounds: Rounds = rounds, clients: int = clients) -> None:
            asking = figures.around(reading.requests, start=number * 37)
            rounds.ours.append(field.round(field.ours, asking, clients, length.seconds))

        def bare(number: int, rounds: Rounds = rounds, clients: int = clients) -> None:
            asking = figures.around(pages, start=number * 37)
            rounds.bare.append(field.round(field.bare, asking, clients, length.seconds))

        alternate(length.rounds, sides=(ours, bare))
        rounds.sql.append(
            floors.reads(field.at["sql"], statements, clients=clients, seconds=length.sql_seconds)
        )
        field.tell_errors(rounds)
        more = field.recorded.counted(reading.name)
        if clients == 1:
            more |= {"aim_ms": aim_ms(rounds)}
        told[f"{reading.name}_{clients}"] = rounds.figure("requests/s", **more)
    return told
