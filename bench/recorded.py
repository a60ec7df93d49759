"""What the shop ran for each request, kept by number: the floors run it again."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench import servers
from bench.load import Journey
from bench.recording import Transaction
from enfilade.base.database import Addresses

Request = list[Transaction]
#: Of a request, what is no statement of its own: the transaction's bounds.
BOUNDS = ("begin", "commit", "rollback", "savepoint", "release")
#: The local provider keeps its books in our database; another would keep them elsewhere, so they are not counted.
PROVIDER = "local_provider."
#: Longer than a process does nothing of its own accord.
QUIET_SECONDS = 1.2


@dataclass(slots=True)
class Recorded:
    """All recorded requests by number; and of each figure the numbers of its journeys."""

    requests: list[Request] = field(default_factory=list[Request])
    journeys: dict[str, list[list[int]]] = field(default_factory=dict[str, list[list[int]]])

    def add(self, name: str, requests: list[Request]) -> None:
        """A journey of this figure."""
        first = len(self.requests)
        self.requests += requests
        self.journeys.setdefault(name, []).append(list(range(first, len(self.requests))))

    def of(self, name: str) -> list[list[Request]]:
        """Its journeys of requests of transactions."""
        return [[self.requests[number] for number in journey] for journey in self.journeys[name]]

    def joined(self, name: str) -> list[Request]:
        """Its journeys, each as one long request."""
        return [[transaction for request in journey for transaction in request] for journey in self.of(name)]

    def counted(self, name: str) -> dict[str, Any]:
        """Statements and transactions of one journey, in the median, and statements of each request of the last one."""
        journeys = self.of(name)
        return {
            "statements": median(sum(map(_statements, journey)) for journey in journeys),
            "statements_by_request": [_statements(request) for request in journeys[-1]],
            "transactions": median(sum(map(_transactions, journey)) for journey in journeys),
        }


def _statements(request: Request) -> int:
    return sum(
        not statement.text.lower().startswith(BOUNDS) and PROVIDER not in statement.text
        for transaction in request
        for statement in transaction.statements
    )


def _transactions(request: Request) -> int:
    return sum(
        any(statement.text.startswith("begin") for statement in transaction.statements)
        for transaction in request
    )


@contextmanager
def recorder(at: Addresses) -> Generator[Callable[[Journey], list[Request]]]:
    """A shop that writes down what it runs; gives a function that goes a journey and returns what each request ran."""
    with servers.shop(at, recorded=True) as server:
        servers.recorded(server)
        time.sleep(QUIET_SECONDS)
        # What runs while nobody asks belongs to no request.
        background = {transaction.statements[0].text for transaction in servers.recorded(server)}

        def gone(journey: Journey) -> list[Request]:
            requests: list[Request] = []
            request = next(journey)
            while True:
                answer = servers.asked(server.port, request)
                taken = servers.recorded(server)
                requests.append([t for t in taken if t.statements[0].text not in background])
                try:
                    request = journey.send(answer)
                except StopIteration:
                    return requests

        yield gone
