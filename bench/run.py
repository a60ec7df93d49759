"""One run of the bench: sets up databases and servers, measures in alternating rounds, returns the figures by name."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench import figures, floors, servers
from bench.figures import CLIENTS, Reading
from bench.ground import Ground, Place, places
from bench.load import Journey, Loaded, load
from bench.measuring import Rounds, alternate
from bench.recording import Transaction
from bench.servers import Server
from enfilade.base.database import Addresses

#: The figures in their order; a name on the command line is the beginning of one or more.
NAMES = ("availability_read", "listing_page", "product_page", "checkout")
#: Of a request, what is no statement of its own: the transaction's bounds.
BOUNDS = ("begin", "commit", "rollback")
#: The local provider keeps its books in our database; another would keep them elsewhere, so they are not counted.
PROVIDER = "local_provider."


@dataclass(frozen=True, slots=True)
class Length:
    """How long to measure. A purchase is recorded before it is replayed, so that their number is set beforehand."""

    rounds: int
    seconds: float
    sql_seconds: float
    #: Purchases a round, and those that warm servers and connections before the first.
    purchases: int
    purchases_warm: int
    warm_seconds: float


QUICK = Length(rounds=2, seconds=0.5, sql_seconds=0.5, purchases=64, purchases_warm=320, warm_seconds=0.5)
LONG = Length(rounds=5, seconds=2.0, sql_seconds=5.0, purchases=240, purchases_warm=480, warm_seconds=2.0)
TINY = Length(rounds=1, seconds=0.3, sql_seconds=0.5, purchases=10, purchases_warm=6, warm_seconds=0.1)

Told = Callable[[str], None]


@dataclass(slots=True)
class Recorded:
    """The recorded requests of the bare floor, by number; and of each figure the numbers of its journeys."""

    requests: list[list[Transaction]] = field(default_factory=list[list[Transaction]])
    journeys: dict[str, list[list[int]]] = field(default_factory=dict[str, list[list[int]]])

    def add(self, name: str, requests: list[list[Transaction]]) -> None:
        first = len(self.requests)
        self.requests += requests
        self.journeys.setdefault(name, []).append(list(range(first, len(self.requests))))

    def of(self, name: str) -> list[list[list[Transaction]]]:
        """Journeys of requests of transactions."""
        return [[self.requests[number] for number in journey] for journey in self.journeys[name]]

    def counted(self, name: str) -> dict[str, Any]:
        """Statements and transactions of one journey, in the median."""
        journeys = self.of(name)
        statements = [
            sum(
                not statement.text.startswith(BOUNDS) and PROVIDER not in statement.text
                for request in journey
                for transaction in request
                for statement in transaction.statements
            )
            for journey in journeys
        ]
        transactions = [
            sum(
                any(statement.text.startswith("begin") for statement in transaction.statements)
                for request in journey
                for transaction in request
            )
            for journey in journeys
        ]
        by_request = [
            sum(
                not statement.text.startswith(BOUNDS) and PROVIDER not in statement.text
                for transaction in request
                for statement in transaction.statements
            )
            for request in journeys[-1]
        ]
        return {
            "statements": median(statements),
            "statements_by_request": by_request,
            "transactions": median(transactions),
        }


@dataclass(slots=True)
class Field:
    """Everything that stands ready: the servers, each with a database of its own, and what was recorded."""

    ground: Ground
    places: list[Place]
    ours: Server
    bare: Server
    sql: Addresses
    recorded: Recorded
    length: Length
    levels: tuple[int, ...]


def measure(
    ground: Ground,
    names: list[str],
    length: Length,
    say: Told,
    *,
    levels: tuple[int, ...] = CLIENTS,
    workers: int = 2,
) -> dict[str, dict[str, Any]]:
    """Every figure of these names."""
    told: dict[str, dict[str, Any]] = {}
    with ExitStack() as stack:
        say("databases")
        at = {name: ground.clone(name) for name in ("ours", "recorded", "bare", "sql")}
        known = places(at["ours"])
        readings = [reading for reading in figures.readings(known) if reading.name in names]
        say("recording")
        recorded = record(at["recorded"], readings, known if "checkout" in names else [], length, len(levels))
        say("servers")
        ours = stack.enter_context(servers.shop(at["ours"], workers=workers))
        bare = stack.enter_context(servers.bare(at["bare"], recorded.requests, workers=workers))
        ground.checkpoint()
        field = Field(ground, known, ours, bare, at["sql"], recorded, length, levels)
        began = time.monotonic()
        for reading in readings:
            told |= _reading(field, reading, say)
        if "checkout" in names:
            told |= _checkout(field, say)
        say(f"measured in {time.monotonic() - began:.0f} s")
        memory = ours.memory_mb()
        for figure in told.values():
            figure["memory_mb"] = max(memory)
    return told


def record(
    at: Addresses, readings: list[Reading], known: list[Place], length: Length, levels: int
) -> Recorded:
    """Asks everything once of a shop that writes down what it runs; one request after the other."""
    recorded = Recorded()
    with servers.shop(at, recorded=True) as server:
        servers.recorded(server)
        time.sleep(1.2)
        # What runs while nobody asks belongs to no request.
        background = {transaction.statements[0].text for transaction in servers.recorded(server)}

        def one(journey: Journey) -> list[list[Transaction]]:
            requests: list[list[Transaction]] = []
            request = next(journey)
            while True:
                answer = servers.asked(server.port, request)
                taken = servers.recorded(server)
                requests.append([t for t in taken if t.statements[0].text not in background])
                try:
                    request = journey.send(answer)
                except StopIteration:
                    return requests

        for reading in readings:
            # Twice: what a warm server remembers it does not ask again, so the floors are not to ask it either.
            for request in reading.requests:
                one(figures.read(request))
            for request in reading.requests:
                recorded.add(reading.name, one(figures.read(request)))
        if known:
            wanted = length.purchases_warm + levels * length.rounds * length.purchases
            journeys = figures.purchases(known)
            one(next(journeys))
            for _ in range(wanted):
                recorded.add("checkout", one(next(journeys)))
    return recorded


def _reading(field: Field, reading: Reading, say: Told) -> dict[str, dict[str, Any]]:
    """The shop and both floors at each number of clients."""
    length, numbers = field.length, field.recorded.journeys[reading.name]
    statements = [journey[0] for journey in field.recorded.of(reading.name)]
    pages = [_replayed(journey) for journey in numbers]
    for port, requests in ((field.ours.port, reading.requests), (field.bare.port, pages)):
        load(port, figures.around(requests), clients=max(field.levels), seconds=length.warm_seconds)
    told: dict[str, dict[str, Any]] = {}
    for clients in field.levels:
        say(f"{reading.name}, {clients} clients")
        rounds = Rounds()

        def ours(number: int, rounds: Rounds = rounds, clients: int = clients) -> None:
            asking = figures.around(reading.requests, start=number * 37)
            rounds.ours.append(_round(field, field.ours, asking, clients, length.seconds))

        def bare(number: int, rounds: Rounds = rounds, clients: int = clients) -> None:
            asking = figures.around(pages, start=number * 37)
            rounds.bare.append(_round(field, field.bare, asking, clients, length.seconds))

        alternate(length.rounds, sides=(ours, bare))
        rounds.sql.append(floors.reads(field.sql, statements, clients=clients, seconds=length.sql_seconds))
        _say_errors(rounds, field, say)
        told[f"{reading.name}_{clients}"] = rounds.figure(
            "requests/s", **field.recorded.counted(reading.name)
        )
    return told


def _round(
    field: Field, server: Server, journeys: Iterator[Journey], clients: int, seconds: float | None
) -> Loaded:
    """One round, with what server and PostgreSQL used for it."""
    before = _spent(field, server)
    loaded = load(server.port, journeys, clients=clients, seconds=seconds)
    after = _spent(field, server)
    loaded.served_cpu_seconds = after - before if before is not None and after is not None else None
    return loaded


def _spent(field: Field, server: Server) -> float | None:
    own, database = server.cpu_seconds(), field.ground.cpu_seconds()
    return own + database if own is not None and database is not None else None


def _replayed(journey: list[int]) -> bytes:
    return servers.get(f"/{journey[0]}")


def _checkout(field: Field, say: Told) -> dict[str, dict[str, Any]]:
    """Purchases from the basket to the order; what the floors run has been recorded, each purchase once."""
    length = field.length
    numbers, journeys = field.recorded.journeys["checkout"], field.recorded.of("checkout")
    statements = [[transaction for request in journey for transaction in request] for journey in journeys]
    left = iter(range(length.purchases_warm, len(numbers)))
    buying = figures.purchases(field.places)
    most = max(field.levels)
    load(field.ours.port, _first(buying, length.purchases_warm), clients=most)
    load(field.bare.port, figures.replays("POST", numbers[: length.purchases_warm]), clients=most)
    told: dict[str, dict[str, Any]] = {}
    for clients in field.levels:
        say(f"checkout, {clients} clients")
        rounds = Rounds()
        dealt: list[int] = []

        def ours(_: int, rounds: Rounds = rounds, clients: int = clients) -> None:
            journeys = _first(buying, length.purchases)
            rounds.ours.append(_round(field, field.ours, journeys, clients, None))

        def bare(_: int, rounds: Rounds = rounds, clients: int = clients, dealt: list[int] = dealt) -> None:
            mine = [next(left) for _ in range(length.purchases)]
            dealt += mine
            journeys = figures.replays("POST", [numbers[number] for number in mine])
            rounds.bare.append(_round(field, field.bare, journeys, clients, None))

        alternate(length.rounds, sides=(ours, bare))
        warm = statements[: length.purchases_warm] if clients == field.levels[0] else []
        rounds.sql.append(
            floors.commands(field.sql, warm, [statements[number] for number in dealt], clients=clients)
        )
        _say_errors(rounds, field, say)
        told[f"checkout_{clients}"] = rounds.figure("checkouts/s", **field.recorded.counted("checkout"))
    return told


def _first(journeys: Iterator[Journey], most: int) -> Iterator[Journey]:
    for _ in range(most):
        yield next(journeys)


def _say_errors(rounds: Rounds, field: Field, say: Told) -> None:
    for error in rounds.errors()[:5]:
        say(f"  error: {error}")
    if rounds.errors():
        say(field.ours.said()[-1500:])
        say(field.bare.said()[-1500:])
