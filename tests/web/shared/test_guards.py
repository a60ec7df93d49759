"""Around every request: commands from other sites are refused, headers are set on whatever is answered, ids are kept."""

import asyncio
import json
import re

import httpx
import pytest

from enfilade.web.shared.assets import asset
from enfilade.web.shared.guards import HEADERS, TLS_HEADERS, around, forged
from tests.served import Served
from tests.web.shared.conftest import SECRET

HOST = "store.example"


@pytest.mark.parametrize(
    ("method", "headers", "refused"),
    [
        # A browser of today says where a command comes from.
        ("POST", {"sec-fetch-site": "same-origin"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),  # typed by the reader
        ("POST", {"sec-fetch-site": "same-site"}, True),  # another host of the same domain
        ("POST", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"sec-fetch-site": "unheard-of"}, True),
        ("PUT", {"sec-fetch-site": "cross-site"}, True),
        ("PATCH", {"sec-fetch-site": "cross-site"}, True),
        ("DELETE", {"sec-fetch-site": "cross-site"}, True),
        # It is believed before the origin: an extension may change one, no page can change the other.
        ("POST", {"sec-fetch-site": "cross-site", "origin": f"https://{HOST}"}, True),
        ("POST", {"sec-fetch-site": "same-origin", "origin": "https://other.example"}, False),
        # An older browser says only the origin.
        ("POST", {"origin": f"https://{HOST}"}, False),
        ("POST", {"origin": f"http://{HOST}:8000"}, True),
        ("POST", {"origin": "https://other.example"}, True),
        ("POST", {"origin": f"https://{HOST}.other.example"}, True),
        ("POST", {"origin": f"https://other.example/{HOST}"}, True),
        ("POST", {"origin": "null"}, True),  # a sandboxed frame
        # A program says neither.
        ("POST", {}, False),
        # What changes nothing may come from anywhere.
        ("GET", {"sec-fetch-site": "cross-site"}, False),
        ("HEAD", {"origin": "https://other.example"}, False),
        ("OPTIONS", {"origin": "https://other.example"}, False),
    ],
)
def test_which_commands_come_from_another_site(method: str, headers: dict[str, str], refused: bool) -> None:
    assert forged(method, {"host": HOST, **headers}) is refused


async def test_a_forged_command_is_refused_before_it_is_looked_at(client: httpx.AsyncClient) -> None:
    for path in ("/en/basket", "/sign-in", "/api/v1/checkouts", "/no/such/address"):
        answer = await client.post(path, data={}, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 403
        assert set(HEADERS) <= set(answer.headers)
    own = await client.post("/no/such/address", data={}, headers={"sec-fetch-site": "same-origin"})
    assert own.status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/", 200),
        ("/health/live", 200),
        ("/api/v1/schema", 200),
        (asset("shared/base.css"), 200),
        ("/en/no-such-page/at-all", 404),
        ("/static/0/nothing.css", 404),
        ("/api/v1/nowhere", 404),
        (f"/en/orders/{SECRET}", 500),
    ],
)
async def test_every_answer_carries_the_headers(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        if name not in ("cache-control", "content-security-policy"):
            assert answer.headers[name] == value, name
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"]
    assert answer.headers["x-request-id"]
    assert "strict-transport-security" not in answer.headers  # this store is served without TLS


async def test_behind_tls_browsers_are_told_to_stay_there() -> None:
    async def app(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    for tls in (True, False):
        transport = httpx.ASGITransport(app=around(app, tls=tls))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            answer = await client.get("/")
        assert (
            answer.headers.get("strict-transport-security") == TLS_HEADERS["strict-transport-security"]
        ) is tls


async def test_a_request_id_is_kept_or_made(client: httpx.AsyncClient) -> None:
    given = await client.get("/health/live", headers={"x-request-id": "from-the-proxy-1"})
    assert given.headers["x-request-id"] == "from-the-proxy-1"
    made = {(await client.get("/health/live")).headers["x-request-id"] for _ in range(3)}
    assert len(made) == 3 and all(re.fullmatch(r"[0-9a-f]{32}", one) for one in made)


@pytest.mark.parametrize("strange", ["x" * 200, "two words", '{"level":"error"}', "émile"])
async def test_a_strange_request_id_is_not_taken_over(client: httpx.AsyncClient, strange: str) -> None:
    answer = await client.get("/health/live", headers={"x-request-id": strange.encode("latin-1")})  # type: ignore
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_the_log_holds_no_secret_of_an_address_or_a_cookie(
    house: Served, client: httpx.AsyncClient
) -> None:
    for path in (
        f"/en/orders/{SECRET}",
        f"/en/orders/{SECRET}/progress",
        f"/en/orders/{SECRET}/on-my-way",
        f"/en/sign-in/{SECRET}",
        f"/local-provider/{SECRET}",
        f"/no/such/address/{SECRET}",
        f"/api/v1/schema?token={SECRET}",
        f"/en/?code={SECRET}",
    ):
        for method in ("GET", "POST"):
            await client.request(
                method,
                path,
                data={"password": SECRET, "key": SECRET} if method == "POST" else None,
                headers={"cookie": f"visitor={SECRET}; staff={SECRET}", "referer": f"/en/orders/{SECRET}"},
            )
    marked = await client.get("/health/ready", headers={"x-request-id": "the-last-of-these"})
    assert marked.status_code == 200
    for _ in range(50):  # the log is written after the answer
        log = (house.data / "web.log").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in log.splitlines() if '"the-last-of-these"' in line]
        if lines:
            break
        await asyncio.sleep(0.1)
    assert [(line["event"], line["path"], line["status"], line["statements"]) for line in lines] == [
        ("request", "/health/ready", 200, 1)
    ]
    assert log.count('"event":"request"') > 10
    assert SECRET not in log
