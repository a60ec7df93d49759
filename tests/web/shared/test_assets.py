"""Assets: kept for a year under the name of their content, and nothing else of the package can be reached."""

import hashlib

import httpx
import pytest

from enfilade.web.shared.assets import ASSETS, asset


async def test_an_asset_is_kept_for_a_year_under_its_digest(client: httpx.AsyncClient) -> None:
    answer = await client.get(asset("shared/base.css"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert hashlib.sha256(answer.content).hexdigest().startswith(ASSETS["shared/base.css"].digest)


async def test_an_old_page_keeps_its_stylesheet_but_not_for_a_year(client: httpx.AsyncClient) -> None:
    answer = await client.get("/static/0123456789ab/shared/base.css")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


async def test_stylesheets_stand_behind_each_other_under_one_address(client: httpx.AsyncClient) -> None:
    address = asset("shared/base.css,storefront/store.css")
    for encoding in ("gzip", "identity"):
        answer = await client.get(address, headers={"accept-encoding": encoding})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        one, other = (ASSETS[name].path.read_bytes() for name in ("shared/base.css", "storefront/store.css"))
        assert answer.content == one + b"\n" + other
    of_before = await client.get("/static/0123456789ab/shared/base.css?behind=storefront/store.css")
    assert (of_before.content, of_before.headers["cache-control"]) == (answer.content, "no-cache")
    for wrong in ("shared/nothing.css", "storefront/store.js", "../base/settings.py", ","):
        assert (await client.get(f"/static/0123456789ab/shared/base.css?behind={wrong}")).status_code == 404


async def test_each_kind_says_its_type(client: httpx.AsyncClient) -> None:
    kinds = {path.rpartition(".")[2]: path for path in ASSETS}
    assert {"css", "js", "svg", "webp", "avif"} <= set(kinds)
    for path in kinds.values():
        answer = await client.get(asset(path))
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == ASSETS[path].media_type.split(";")[0]


@pytest.mark.parametrize(
    "path",
    [
        "shared/assets.py",
        "shared/refusal.html",
        "../base/settings.py",
        "%2e%2e/base/settings.py",
        "..%2f..%2fpyproject.toml",
        "/etc/passwd",
        "",
    ],
)
async def test_nothing_else_can_be_reached(client: httpx.AsyncClient, path: str) -> None:
    request = httpx.Request(
        "GET", client.base_url.copy_with(raw_path=f"/static/0123456789ab/{path}".encode())
    )
    answer = await client.send(request)
    assert answer.status_code == 404


def test_no_template_names_an_asset_that_is_not_there() -> None:
    with pytest.raises(AssertionError, match="no such asset"):
        asset("shared/nothing.css")
