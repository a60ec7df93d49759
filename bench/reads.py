"""Reads: the shop and its floors at each number of clients."""

from typing import Any

from bench import figures, floors, servers
from bench.field import Field
from bench.figures import Reading
from bench.load import load
from bench.measuring import Rounds, alternate


def read_figures(field: Field, reading: Reading) -> dict[str, dict[str, Any]]:
    """`{name}_{clients}` for each number of clients."""
    length = field.length
    statements = field.recorded.joined(reading.name)
    pages = [servers.get(f"/{journey[0]}") for journey in field.recorded.journeys[reading.name]]
    for server, requests in ((field.ours, reading.requests), (field.bare, pages)):
        load(server.port, figures.around(requests), clients=max(field.levels), seconds=length.warm_seconds)
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
        told[f"{reading.name}_{clients}"] = rounds.figure("requests/s", **more)
    return told
