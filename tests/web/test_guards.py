"""Around every request: what browsers may do with an answer, whose commands are heard, and what is never said or logged."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from enfilade.base.db import Db
from enfilade.base.secrets import new_secret
from enfilade.base.settings import Settings
from enfilade.run import web
from enfilade.web.shared.guards import forged
from tests.shop import Shop, found_shop


@pytest.fixture
async def shop(db: Db) -> Shop:
    return await found_shop(db, datetime.now(UTC))


@pytest.fixture
async def http(settings: Settings, shop: Shop) -> AsyncIterator[AsyncTestClient[Any]]:
    async with AsyncTestClient(web(settings), base_url="http://shop.example") as client:
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


async def test_every_answer_tells_the_browser_what_it_may_do(http: AsyncTestClient[Any]) -> None:
    for path in (
        "/en",
        "/boutique/sign-in",
        "/api/v1/products",
        "/no-such-page",
        "/static/0/shared/base.css",
        "/health/live",
    ):
        answer = await http.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'"), path
        assert "unsafe" not in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        assert not re.search(r"https?:|\*", policy), "no foreign host"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] and answer.headers["x-request-id"]
        assert "strict-transport-security" not in answer.headers


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
    async with AsyncTestClient(web(served), base_url="https://shop.example") as http:
        variant = str(shop.a.variants["alba-bag"])
        sent = {"variant": variant, "variant_id": variant, "quantity": "1", "key": new_secret()}
        answer = await http.post("/en/basket", data=sent, follow_redirects=False)
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith("visitor=")]
        assert {"HttpOnly", "Secure", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


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
