"""The load: clients in a closed loop over kept connections, in one thread, with as little of its own work as Python allows.

A journey is a generator that yields a request as bytes and is sent its answer; a client goes on to the next one at once.
"""

import selectors
import socket
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from statistics import quantiles

#: Status and body of an answer.
Answer = tuple[int, bytes]
Journey = Generator[bytes, Answer, None]
RECEIVED_AT_ONCE = 1 << 18
SILENT_SECONDS_MAX = 30.0


class Unexpected(Exception):
    """The server said something that the journey cannot go on from."""


@dataclass(slots=True)
class Loaded:
    """What came of it: journeys completed in `seconds`, how long each took, what the generator itself used."""

    seconds: float = 0.0
    done: int = 0
    #: And those that ended later, too.
    begun: int = 0
    latencies: list[float] = field(default_factory=list[float])
    errors: list[str] = field(default_factory=list[str])
    cpu_seconds: float = 0.0
    #: Of the server's processes and of PostgreSQL's meanwhile; None where the system does not tell.
    served_cpu_seconds: float | None = None

    @property
    def rate(self) -> float:
        """Journeys a second."""
        return self.done / self.seconds if self.seconds else 0.0


@dataclass(slots=True, eq=False)
class _Client:
    socket: socket.socket
    journey: Journey
    began: float
    received: bytearray = field(default_factory=bytearray)


def load(port: int, journeys: Iterator[Journey], *, clients: int, seconds: float | None = None) -> Loaded:
    """`clients` at once take journeys until `seconds` are over, or there are none left; those begun are ended.

    Counted are the journeys that ended in time. What ran out earlier has been as long as until the last one was begun.
    """
    told = Loaded()
    selector = selectors.DefaultSelector()
    began, cpu = time.perf_counter(), time.process_time()
    deadline = began + seconds if seconds is not None else float("inf")
    ended = deadline
    ends: list[tuple[float, float]] = []
    open_clients = 0

    def take(client: _Client) -> bool:
        """The next journey's first request is sent; False: there is none, or no time."""
        nonlocal ended
        now = time.perf_counter()
        journey = next(journeys, None) if now < deadline else None
        if journey is None:
            if now < ended:
                ended = now
            return False
        client.journey, client.began = journey, now
        client.socket.sendall(next(journey))
        return True

    def leave(client: _Client) -> None:
        nonlocal open_clients
        selector.unregister(client.socket)
        client.socket.close()
        open_clients -= 1

    for _ in range(clients):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = _Client(connection, _nothing(), began)
        selector.register(connection, selectors.EVENT_READ, client)
        open_clients += 1
        if not take(client):
            leave(client)
    while open_clients:
        ready = selector.select(SILENT_SECONDS_MAX)
        if not ready:
            told.errors.append(f"{open_clients} clients waited {SILENT_SECONDS_MAX:.0f} s")
            break
        for key, _ in ready:
            client: _Client = key.data
            chunk = client.socket.recv(RECEIVED_AT_ONCE)
            if not chunk:
                told.errors.append("the server closed the connection")
                leave(client)
                continue
            client.received += chunk
            answer = parsed(client.received)
            if answer is None:
                continue
            client.received.clear()
            try:
                client.socket.sendall(client.journey.send(answer))
            except StopIteration:
                now = time.perf_counter()
                ends.append((now, now - client.began))
                if not take(client):
                    leave(client)
            except Unexpected as unexpected:
                told.errors.append(str(unexpected))
                if not take(client):
                    leave(client)
    selector.close()
    last = time.perf_counter()
    # Whoever was given no end has ended with the last journey.
    ended = last if seconds is None else min(ended, last)
    told.seconds = ended - began
    in_time = [(at, took) for at, took in ends if at <= ended]
    told.done, told.begun = len(in_time), len(ends)
    told.latencies = [took for _, took in in_time]
    told.cpu_seconds = time.process_time() - cpu
    return told


def parsed(received: bytearray) -> Answer | None:
    """A whole answer, or None: more must come. One request is under way on a connection, never two."""
    head = received.find(b"\r\n\r\n")
    if head < 0:
        return None
    status = int(received[9:12])
    headers = received[:head].lower()
    length = headers.find(b"\r\ncontent-length: ")
    if length >= 0:
        end = headers.find(b"\r\n", length + 18)
        body = int(headers[length + 18 : end if end > 0 else None])
        if len(received) - head - 4 < body:
            return None
        return status, bytes(received[head + 4 : head + 4 + body])
    if b"\r\ntransfer-encoding: chunked" in headers:
        return (status, bytes(received[head + 4 :])) if received.endswith(b"0\r\n\r\n") else None
    return status, b""


def percentile(latencies: list[float], of: int) -> float | None:
    """In milliseconds; None where there are too few to tell."""
    if len(latencies) < 2:
        return None
    return quantiles(latencies, n=100)[of - 1] * 1000


def _nothing() -> Journey:
    yield b""
