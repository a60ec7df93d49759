"""Texts travel small to whoever takes gzip, unchanged to everybody else; what gains nothing stays as it is."""

import httpx
import pytest

from enfilade.web.shared.assets import ASSETS, asset

PLAIN, GZIP = {"accept-encoding": "identity"}, {"accept-encoding": "gzip"}


@pytest.mark.parametrize("path", ["/en/legal", "/api/v1/maisons", asset("shared/base.css")])
async def test_a_text_is_the_same_text_in_fewer_bytes(client: httpx.AsyncClient, path: str) -> None:
    plain, small = await client.get(path, headers=PLAIN), await client.get(path, headers=GZIP)
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip" and "accept-encoding" in small.headers["vary"]
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) == len(plain.content)
    assert small.text == plain.text


async def test_what_is_short_or_compressed_stays_as_it_is(client: httpx.AsyncClient) -> None:
    picture = next(path for path in ASSETS if path.endswith(".webp"))
    for path in ("/health/live", asset(picture)):
        answer = await client.get(path, headers=GZIP)
        assert answer.status_code == 200 and "content-encoding" not in answer.headers, path
