"""Size guides: the usual systems agree with the tables people know, and a size is remembered on the device alone."""

import pytest

from enfilade.web.storefront.sizes.guides import foot_cm, guide, uk_ring, us_ring
from enfilade.web.storefront.sizes.remembered import kept, sizes_of
from tests.web.storefront.visiting import Visit


@pytest.mark.parametrize(
    ("size", "uk", "us"), [(49, "J", "5"), (52, "L½", "6"), (54, "N", "7"), (57, "P½", "8"), (62, "T½", "10")]
)
def test_rings_as_jewellers_name_them(size: int, uk: str, us: str) -> None:
    assert (uk_ring(size), us_ring(size, "en")) == (uk, us)


def test_shoes_as_shops_name_them() -> None:
    found = guide("shoe", "fr")
    assert found is not None
    rows = {row[0]: row for row in found.rows}
    assert rows["38"] == ("38", "24,3", "5", "8", "–", "245")
    assert rows["42"] == ("42", "27", "9", "12", "10", "270")
    assert foot_cm(36) == 23


def test_a_cookie_that_was_tampered_with_says_nothing() -> None:
    assert sizes_of(kept({"ring": "52", "shoe": "38 ½"})) == {"ring": "52", "shoe": "38 ½"}
    assert sizes_of("ring~<script>|~52|shoe") == {}


async def test_a_size_is_remembered_without_an_account_and_forgotten_again(visit: Visit) -> None:
    page = f"/en/products/{await _slug(visit)}"
    assert "Size guide" in (await visit.get(page)).text
    answer = await visit.post("/en/sizes/ring", size="52", piece=page.rsplit("/", 1)[1])
    assert answer.status_code == 303 and answer.headers["location"] == page
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert "Your size: 52" in (await visit.get(page)).text
    guide_page = (await visit.get("/en/sizes/ring")).text
    assert 'value="52" id="size-9" checked' in guide_page and "Forget my size" in guide_page
    await visit.post("/en/sizes/ring", size="", piece="")
    assert "Your size" not in (await visit.get(page)).text


async def test_no_guide_no_page(visit: Visit) -> None:
    assert (await visit.get("/en/sizes/bag")).response.status_code == 404
    assert (await visit.post("/en/sizes/bag", size="1")).status_code == 404
    answer = await visit.post("/en/sizes/ring", size="52", piece="//elsewhere.example")
    assert answer.headers["location"] == "/en/sizes/ring"


async def _slug(visit: Visit) -> str:
    return f"{visit.shop.a.slug}-ring"
