"""Metrics and traces, switched on for real: two processes scraped as one, spans received by a collector."""

import asyncio
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from enfilade.web.shared.telemetry import FORWARDED, Metrics, _sweep
from tests.served import Served
from tests.web.shared.conftest import SECRET, Collector

REQUESTS = 40


async def scraped(client: httpx.AsyncClient) -> dict[str, float]:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def of(metrics: dict[str, float], name: str, **labels: str) -> float:
    """The sum of all samples of a name with these labels."""
    return sum(
        value
        for sample, value in metrics.items()
        if sample.partition("{")[0] == name
        and all(f'{key}="{word}"' in sample for key, word in labels.items())
    )


async def test_two_processes_are_scraped_as_one(house: Served, client: httpx.AsyncClient) -> None:
    route = "/health/ready"
    before = of(await scraped(client), "enfilade_requests_total", route=route)

    async def ask() -> None:  # a connection of its own, so that both processes get some
        async with httpx.AsyncClient(base_url=house.base, trust_env=False) as own:
            assert (await own.get(route)).status_code == 200

    for _ in range(4):
        await asyncio.gather(*(ask() for _ in range(REQUESTS // 4)))
    metrics = await scraped(client)
    assert (
        of(metrics, "enfilade_requests_total", route=route, method="GET", status="2xx") == before + REQUESTS
    )
    assert of(metrics, "enfilade_request_duration_seconds_count", route=route) == before + REQUESTS
    assert 0 < of(metrics, "enfilade_request_duration_seconds_sum", route=route) < 60
    # One statement each; the buckets are cumulative.
    assert of(metrics, "enfilade_request_statements_sum", route=route) == before + REQUESTS
    assert of(metrics, "enfilade_request_statements_bucket", route=route, le="0.0") == 0
    assert of(metrics, "enfilade_request_statements_bucket", route=route, le="1.0") == before + REQUESTS
    counting = {path.stem.rpartition("_")[2] for path in (house.data / "metrics").glob("counter_*.db")}
    assert len(counting) == 2, "all requests went to one process: proves nothing"


async def test_refusals_and_breaks_are_counted_by_their_class(client: httpx.AsyncClient) -> None:
    await client.get("/en/no-such-page/at-all")
    await client.get(f"/en/orders/{SECRET}")
    await client.post("/en/basket", headers={"sec-fetch-site": "cross-site"})
    await client.request("BREW", "/en/")
    metrics = await scraped(client)
    assert of(metrics, "enfilade_requests_total", status="4xx", route="-") >= 1
    assert of(metrics, "enfilade_requests_total", status="5xx", method="GET") >= 1
    assert of(metrics, "enfilade_requests_total", method="BREW") == 0


async def test_waiting_is_told_of_web_and_worker(house: Served, client: httpx.AsyncClient) -> None:
    deadline = time.monotonic() + 10
    while True:
        metrics = await scraped(client)
        telling = {
            path.stem.rpartition("_")[2] for path in (house.data / "metrics").glob("gauge_livesum_*.db")
        }
        if len(telling) == 3 or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.2)
    assert house.worker is not None and str(house.worker.pid) in telling
    assert len(telling) == 3
    assert {
        sample: value for sample, value in metrics.items() if sample.startswith("enfilade_pool_waiting")
    } == {f'enfilade_pool_waiting{{pool="{pool}"}}': 0 for pool in ("app", "public", "group")}


async def test_no_label_holds_an_address_or_an_id(client: httpx.AsyncClient) -> None:
    await client.get(f"/fr/orders/{SECRET}")
    await client.get("/api/v1/products/0199b1f0-0000-7000-8000-000000000001")
    for path in ("/fr/some-address-nobody-has", "/some/where?mail=camille@client.example"):
        await client.get(path)
    metrics = await scraped(client)
    routes = {route for sample in metrics for route in re.findall(r'route="([^"]*)"', sample)}
    assert len(routes) > 4
    text = " ".join(metrics)
    for secret in (SECRET, "0199b1f0", "nobody-has", "camille", "/fr/"):
        assert secret not in text


@pytest.mark.parametrize("header", FORWARDED)
async def test_nobody_scrapes_through_a_proxy(client: httpx.AsyncClient, header: str) -> None:
    assert (await client.get("/metrics", headers={header: "203.0.113.7"})).status_code == 404


async def spans_of(collector: Collector, request_id: str) -> list:
    """The spans of one request; waits until they have been sent."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = [
            span for span in collector.spans() if attributes(span).get("enfilade.request_id") == request_id
        ]
        if found:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError("no span was received")


def attributes(span) -> dict[str, str | int]:
    return {item.key: item.value.string_value or item.value.int_value for item in span.attributes}


async def test_each_request_is_one_span(collector: Collector, client: httpx.AsyncClient) -> None:
    trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    began = time.time_ns()
    await client.get(
        "/health/ready", headers={"x-request-id": "traced-1", "traceparent": f"00-{trace}-{parent}-01"}
    )
    (span,) = await spans_of(collector, "traced-1")
    assert collector.paths[0] == "/v1/traces"
    assert span.name == "GET /health/ready"
    assert attributes(span) == {
        "http.request.method": "GET",
        "http.route": "/health/ready",
        "http.response.status_code": 200,
        "enfilade.statements": 1,
        "enfilade.request_id": "traced-1",
    }
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (trace, parent)
    assert began <= span.start_time_unix_nano < span.end_time_unix_nano <= time.time_ns()
    assert span.status.code == 0


async def test_a_break_is_marked_in_its_span_and_no_span_holds_the_secret(
    collector: Collector, client: httpx.AsyncClient
) -> None:
    await client.get(f"/en/orders/{SECRET}?code={SECRET}", headers={"x-request-id": "traced-2"})
    (span,) = await spans_of(collector, "traced-2")
    assert attributes(span)["http.response.status_code"] == 500
    assert span.status.code == 2
    assert SECRET not in "".join(str(export) for export in collector.exports)


def test_switched_off_nothing_is_imported() -> None:
    script = (
        "import sys, enfilade.run\n"
        "from enfilade.base import settings\n"
        "from enfilade.web.shared import telemetry\n"
        "read = settings.read({'ENFILADE_DATABASE_URL': 'postgresql:///', 'ENFILADE_KEY': '-' * 32})\n"
        "assert telemetry.telemetry(read) is None\n"
        "app = enfilade.run.application(read)\n"
        "print(any(route.path == '/metrics' for route in app.routes))\n"
        "dear = ('prometheus_client', 'opentelemetry.sdk', 'opentelemetry.trace', 'opentelemetry.exporter')\n"
        "print([name for name in sys.modules if name.startswith(dear)])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["False", "[]", ""]


def dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_counts_outlive_a_process_until_all_have_stopped(tmp_path: Path) -> None:
    gone = dead_process()
    for name in (f"counter_{os.getpid()}.db", f"counter_{gone}.db", f"gauge_livesum_{gone}.db"):
        (tmp_path / name).write_bytes(b"")
    _sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {f"counter_{os.getpid()}.db", f"counter_{gone}.db"}
    (tmp_path / f"counter_{os.getpid()}.db").unlink()
    _sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True, slots=True)
class _Asked:
    host: str
    base_url: str
    found: bool


@pytest.mark.parametrize(
    "asked",
    [
        _Asked("127.0.0.1:8000", "https://store.example", True),
        _Asked("store.example", "https://store.example", False),
        _Asked("STORE.example", "https://store.example", False),
        _Asked("127.0.0.1:8000", "http://127.0.0.1:8000", True),
    ],
    ids=lambda asked: f"{asked.host} of {asked.base_url}",
)
async def test_the_public_host_shows_no_metrics(tmp_path: Path, asked: _Asked) -> None:
    from litestar import Litestar
    from litestar.di import Provide

    from enfilade.base.settings import read
    from enfilade.web.shared import telemetry

    settings = read(
        {
            "ENFILADE_DATABASE_URL": "postgresql:///",
            "ENFILADE_DATA": str(tmp_path),
            "ENFILADE_BASE_URL": asked.base_url,
        }
    )
    Metrics(telemetry.folder(settings))
    app = Litestar(
        [telemetry.metrics], dependencies={"settings": Provide(lambda: settings, sync_to_thread=False)}
    )
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get("/metrics", headers={"host": asked.host})
    assert answer.status_code == (200 if asked.found else 404)
