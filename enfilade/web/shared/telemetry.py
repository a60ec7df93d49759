"""Metrics and traces that can be switched on: requests by route template, statements, waiting for connections.

Labels and attributes name the route, never an address, an id or a person. What is switched off is not even imported.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from enfilade.base.settings import Settings

METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
STATEMENTS = (0, 1, 2, 4, 8, 12, 16, 24, 48)
WATCH_SECONDS = 1.0
#: A request that came through a proxy says so in one of these.
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


@dataclass(frozen=True, slots=True)
class Ended:
    """A request that has been answered; `status` 0 when it never was. `headers` may hold a trace to join."""

    method: str
    route: str
    status: int
    seconds: float
    statements: int
    request_id: str
    headers: Mapping[str, str]


class Observer(Protocol):
    """What is told of every request."""

    def ended(self, request: Ended) -> None: ...
    def waiting(self, pools: Mapping[str, int]) -> None: ...
    def close(self) -> None: ...


class Telemetry:
    """The observers that are switched on, told together."""

    def __init__(self, observers: list[Observer]) -> None:
        self._observers = observers

    def ended(self, request: Ended) -> None:
        for observer in self._observers:
            observer.ended(request)

    async def watch(self, waiting: Callable[[], Mapping[str, int]]) -> None:
        """Looks once a second, for ever, at how many wait for a connection."""
        while True:
            for observer in self._observers:
                observer.waiting(waiting())
            await asyncio.sleep(WATCH_SECONDS)

    async def close(self) -> None:
        """Sends what has not been sent yet."""
        for observer in self._observers:
            await asyncio.to_thread(observer.close)


def telemetry(settings: Settings) -> Telemetry | None:
    """What this process tells of itself; None when nothing is switched on."""
    observers: list[Observer] = []
    if settings.metrics:
        observers.append(Metrics(folder(settings)))
    if settings.trace_endpoint:
        observers.append(Traces(settings.trace_endpoint))
    return Telemetry(observers) if observers else None


def folder(settings: Settings) -> Path:
    """Where the processes of this machine count, each in files of its own that `/metrics` adds up."""
    return settings.data / "metrics"


class Metrics:
    """Prometheus counters in files that outlive the process, so that a restarted one takes nothing back."""

    def __init__(self, counted: Path) -> None:
        counted.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = counted
        _sweep(counted)
        # Read by the library when it is first imported.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counted)
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        mine = CollectorRegistry()  # a process is never asked alone
        of = ("method", "route")
        self._requests = Counter("enfilade_requests", "Requests answered.", (*of, "status"), registry=mine)
        self._seconds = Histogram(
            "enfilade_request_duration_seconds", "Until the answer's end.", of, buckets=SECONDS, registry=mine
        )
        self._statements = Histogram(
            "enfilade_request_statements", "SQL statements a request.", of, buckets=STATEMENTS, registry=mine
        )
        self._waiting = Gauge(
            "enfilade_pool_waiting",
            "Requests that wait for a connection.",
            ("pool",),
            multiprocess_mode="livesum",
            registry=mine,
        )

    def ended(self, request: Ended) -> None:
        method = request.method if request.method in METHODS else "other"
        status = f"{request.status // 100}xx" if request.status else "none"
        self._requests.labels(method, request.route, status).inc()
        self._seconds.labels(method, request.route).observe(request.seconds)
        self._statements.labels(method, request.route).observe(request.statements)

    def waiting(self, pools: Mapping[str, int]) -> None:
        for pool, count in pools.items():
            self._waiting.labels(pool).set(count)

    def close(self) -> None:
        for path in self._folder.glob(f"gauge_live*_{os.getpid()}.db"):
            path.unlink(missing_ok=True)


def _sweep(counted: Path) -> None:
    """Forgets what processes that are gone have counted once none is left, and at any time what they were waiting for."""
    paths = list(counted.glob("*.db"))
    dead = [path for path in paths if not _lives(int(path.stem.rpartition("_")[2]))]
    for path in dead:
        if len(dead) == len(paths) or path.name.startswith("gauge_live"):
            path.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class Traces:
    """One OpenTelemetry span a request, sent in batches by a thread of its own (OTLP over HTTP)."""

    def __init__(self, endpoint: str) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace import SpanKind, Status, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        address = endpoint.rstrip("/")
        if not address.endswith("/v1/traces"):
            address += "/v1/traces"
        self._provider = TracerProvider(resource=Resource.create({"service.name": "enfilade"}))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
        self._tracer = self._provider.get_tracer("enfilade")
        self._joined = TraceContextTextMapPropagator()
        self._kind, self._failed = SpanKind.SERVER, Status(StatusCode.ERROR)

    def ended(self, request: Ended) -> None:
        end = time.time_ns()
        span = self._tracer.start_span(
            f"{request.method} {request.route}",
            context=self._joined.extract(request.headers),
            kind=self._kind,
            start_time=end - int(request.seconds * 1e9),
            attributes={
                "http.request.method": request.method,
                "http.route": request.route,
                "http.response.status_code": request.status,
                "enfilade.statements": request.statements,
                "enfilade.request_id": request.request_id,
            },
        )
        if request.status >= 500 or request.status == 0:
            span.set_status(self._failed)
        span.end(end_time=end)

    def waiting(self, pools: Mapping[str, int]) -> None:
        """Spans tell of requests only."""

    def close(self) -> None:
        self._provider.shutdown()


@get("/metrics", include_in_schema=False, sync_to_thread=True)
def metrics(request: Request[Any, Any, Any], settings: Settings) -> Response[bytes]:
    """All processes of this machine in Prometheus's text, to whoever asks this server itself: not through a proxy."""
    public = urlsplit(settings.base_url)
    if any(name in request.headers for name in FORWARDED) or (
        public.scheme == "https" and request.headers.get("host", "").lower() == public.netloc.lower()
    ):
        raise NotFoundException
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    counted = folder(settings)
    _sweep(counted)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(counted))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
