"""Around every request: what browsers may do with an answer, whose commands are heard, and what is never said or logged."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from litestar.testing import AsyncTestClient

from enfilade.base import log
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.secrets import new_secret
from enfilade.base.settings import Settings
from enfilade.run import guarded
from enfilade.staff.sign_in import open_session
from enfilade.web.shared.guards import forged
from tests.applications import application
from tests.shop import Shop
from tests.web.test_route_walk import ENDING, Address, addresses_of

#: Every name any form or query asks for.
FIELDS = re.findall(
    r"\w+",
    """key line code reason decision keep name mail phone payment_method card_token variant_id variant quantity method
    market email address sign_in_id password place near next id after limit maison country city state store language
    size colour boutique collector_name postcode street person q from to month currency""",
)
HEADERS = {"enfilade-visitor": "v" * 22, "idempotency-key": "k" * 22, "cookie": f"visitor={'v' * 22}"}


@pytest.fixture
async def http(settings: Settings, shop: Shop) -> AsyncIterator[AsyncTestClient[Any]]:
    log.start()
    async with AsyncTestClient(
        guarded(application(settings), settings), base_url="http://shop.example"
    ) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "headers", "refused"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),
        ("POST", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"sec-fetch-site": "same-site"}, True),
        ("DELETE", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"origin": "https://shop.example", "host": "shop.example"}, False),
        ("POST", {"origin": "https://shop.example.evil.example", "host": "shop.example"}, True),
        ("POST", {"origin": "null", "host": "shop.example"}, True),
        ("POST", {"host": "shop.example"}, False),
    ],
)
def test_a_command_from_another_sites_page_is_forged(
    method: str, headers: dict[str, str], refused: bool
) -> None:
    assert forged(method, headers) is refused


async def test_a_forged_command_changes_nothing(http: AsyncTestClient[Any], shop: Shop, admin: Any) -> None:
    variant, cookie = shop.a.variants["alba-bag"], {"cookie": f"visitor={new_secret()}"}
    sent = {"variant": str(variant), "variant_id": str(variant), "quantity": "1", "key": new_secret()}
    refused = await http.post("/en/basket", data=sent, headers=cookie | {"sec-fetch-site": "cross-site"})
    assert refused.status_code == 403
    assert admin("select count(*) from orders.basket_line") == [(0,)]
    allowed = {"sec-fetch-site": "same-origin"}
    await http.post("/en/basket", data=sent, headers=cookie | allowed, follow_redirects=False)
    assert admin("select count(*) from orders.basket_line") == [(1,)]


#: What nobody types by chance: of no use as an id, a word, a number or a text, each in its own way.
NASTY = ("\x00", "\uffff\u202e", "9" * 40, "a" * 5_000, "-1", "../../etc/passwd", "\udcff", "%s{{7*7}}'\";--")
ALWAYS = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "server": "enfilade",
}


async def test_every_answer_of_every_address_tells_the_browser_what_it_may_do_whatever_is_asked(
    http: AsyncTestClient[Any], settings: Settings, db: Db, shop: Shop
) -> None:
    manager, now = shop.a.staff["maison_manager"], datetime.now(UTC)
    async with db.acting(Actor.staff(manager), shop.a.maison_id) as conn:
        staff = await open_session(conn, maison_id=shop.a.maison_id, staff_id=manager, now=now)
    headers = HEADERS | {"cookie": f"{HEADERS['cookie']}; staff={staff}"}
    addresses = [*addresses_of(settings), Address("GET", "/no-such-page"), Address("PATCH", "/en")]
    assert len(addresses) > 80
    for address in addresses:
        if address.path == "/boutique/live" or str(address) in ENDING:
            continue  # a stream; the end of the session
        for number, nasty in enumerate(NASTY):
            sent = quote(nasty, safe="", errors="surrogateescape")
            asked = re.sub(r"{language}", "en", address.path)
            path = re.sub(r"{\w+}", sent, asked)
            fields = dict.fromkeys(FIELDS, nasty.encode(errors="surrogateescape").decode(errors="replace"))
            more: dict[str, Any] = {} if address.method == "GET" else {"data": fields}
            query = "&".join(f"{name}={sent}" for name in FIELDS) if number % 2 == 0 else ""
            answer = await http.request(
                address.method, f"{path}?{query}", follow_redirects=False, headers=headers, **more
            )
            told = (str(address), nasty[:20], answer.status_code)
            assert answer.status_code < 500, told
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'"), told
            assert (
                "unsafe" not in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
            )
            assert not re.search(r"https?:|\*", policy), "no foreign host"
            assert ALWAYS.items() <= dict(answer.headers).items(), told
            assert answer.headers["referrer-policy"] and answer.headers["permissions-policy"]
            assert answer.headers["cache-control"] and answer.headers["x-request-id"]
            assert "strict-transport-security" not in answer.headers
            if answer.status_code == 405:
                assert answer.headers["allow"], told


async def test_a_body_that_cannot_be_read_is_refused_by_its_kind(http: AsyncTestClient[Any]) -> None:
    json = "application/json"
    for kind, body, status in (
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"email=a&password=b", 415),
        (json, b'{"email": "\xff"}', 400),
        (json, b'{"email": ', 400),
        (json, b"[" * 100_000, 400),
        (json, b'{"email": "a@b.example", "password": 1e999}', 400),
        (json, b"[" + b"1," * 1_000_000 + b"1]", 413),
    ):
        answer = await http.post("/api/v1/sessions", content=body, headers={"content-type": kind})
        assert answer.status_code == status, (kind, body[:40], answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status and answer.json()["title"]


async def test_pages_carry_no_inline_script_or_style_and_no_foreign_host(http: AsyncTestClient[Any]) -> None:
    for path in (
        "/en",
        "/fr/maisons/alba",
        "/en/products/alba-bag",
        "/en/boutiques",
        "/boutique/sign-in",
        "/en/basket",
    ):
        page = (await http.get(path)).text
        # Data for search engines is no script: browsers do not run it.
        scripts = [tag for tag in re.findall(r"<script[^>]*>", page) if "application/ld+json" not in tag]
        assert all("src=" in tag for tag in scripts), path
        assert not re.search(r"<style|\sstyle=|\son\w+=", page), path
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//(?!shop\.example|127\.0\.0\.1)""", page), path


async def test_over_tls_cookies_are_secure_and_browsers_are_told_to_stay(
    settings: Settings, shop: Shop
) -> None:
    served = replace(settings, base_url="https://shop.example")
    async with AsyncTestClient(guarded(application(served), served), base_url="https://shop.example") as http:
        variant = str(shop.a.variants["alba-bag"])
        sent = {"variant": variant, "variant_id": variant, "quantity": "1", "key": new_secret()}
        answer = await http.post("/en/basket", data=sent, follow_redirects=False)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        (cookie,) = [one for one in answer.headers.get_list("set-cookie") if "visitor=" in one]
        assert cookie.startswith("__Host-visitor=")
        assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {
            part.strip() for part in cookie.split(";")
        }
        mine = {"cookie": cookie.partition(";")[0]}
        assert "/products/alba-bag" in (await http.get("/en/basket", headers=mine)).text
        # The same secret under a name that any neighbour may set is nobody's.
        plain = {"cookie": mine["cookie"].removeprefix("__Host-")}
        http.cookies.clear()
        assert "/products/alba-bag" not in (await http.get("/en/basket", headers=plain)).text


async def test_what_breaks_is_not_told_and_secrets_are_not_logged(
    http: AsyncTestClient[Any], admin: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = new_secret()
    await http.get(f"/en/orders/{secret}")
    await http.get("/en/products/alba-bag", params={"place": "48.85,2.35,Somewhere"})
    admin("alter table public_facts.boutique rename column phone to telephone")
    broken = await http.get("/api/v1/boutiques")
    assert broken.status_code == 500
    assert broken.json()["title"] == "Something broke on our side"
    assert not re.search("phone|Traceback|select|psycopg", broken.text)
    logged = capsys.readouterr()
    assert "/en/orders/" not in logged.out + logged.err or secret not in logged.out + logged.err
    assert secret not in logged.out + logged.err and "Somewhere" not in logged.out + logged.err
