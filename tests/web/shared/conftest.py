"""A small shop served for real by two web processes and a worker, with metrics and traces on, for all tests of this folder."""

import asyncio
import http.server
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import psycopg
import pytest
import pytest_asyncio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.embedded import Cluster
from tests.conftest import cloned
from tests.served import Served, served
from tests.shop import Shop, found_shop

#: The secret of an order's link, as it stands in an address.
SECRET = "s3cr3t-of-an-order-link"


@dataclass(slots=True)
class Collector:
    """An OpenTelemetry collector that keeps what it is sent."""

    address: str
    paths: list[str] = field(default_factory=list)
    exports: list[ExportTraceServiceRequest] = field(default_factory=list)

    def spans(self) -> list:
        return [
            span
            for export in list(self.exports)
            for resource in export.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture(scope="package")
def collector() -> Iterator[Collector]:
    kept = Collector("")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.exports.append(ExportTraceServiceRequest.FromString(body))
            kept.paths.append(self.path)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    server.shutdown()


@pytest.fixture(scope="package")
def shop_addresses(cluster: Cluster, template: str) -> Iterator[Addresses]:
    with cloned(cluster, template) as at:
        yield at


@pytest.fixture(scope="package")
def shop(shop_addresses: Addresses) -> Shop:
    async def found() -> Shop:
        db = Db(shop_addresses.app, shop_addresses.public, shop_addresses.group, connections_max=2)
        await db.open()
        try:
            return await found_shop(db, datetime.now(UTC))
        finally:
            await db.close()

    return asyncio.run(found())


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def house(
    shop_addresses: Addresses, shop: Shop, collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    data = tmp_path_factory.mktemp("served")
    # What reads an order by its link is broken: a request that ends in 500, with a secret in its address.
    with psycopg.connect(shop_addresses.admin, autocommit=True) as conn:
        conn.execute("alter function door.order_of_link(bytea) rename to order_of_no_link")
    async with served(
        shop_addresses,
        data,
        workers=2,
        jobs=True,
        ENFILADE_METRICS="yes",
        ENFILADE_TRACE_ENDPOINT=collector.address,
        OTEL_BSP_SCHEDULE_DELAY="200",
        ENFILADE_DEMO="no",
    ) as running:
        yield running


@pytest.fixture
async def client(house: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=house.base, timeout=20, trust_env=False) as made:
        yield made
