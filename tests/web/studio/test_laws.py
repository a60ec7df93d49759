"""Laws in the studio: what is shipped stands with its source, a maison is stricter, says its kinds and rates, once each."""

import re
from typing import Any

from tests.web.studio.conftest import Studio


async def said(studio: Studio, at: str = "/laws", **fields: Any) -> Any:
    page = (await studio.get("/laws")).text
    key = re.findall(r'name="key" value="([^"]+)"', page)[0]
    return await studio.post(at, {"key": key} | fields)


async def test_a_maison_is_stricter_and_never_looser(studio: Studio, admin: Any) -> None:
    page = (await studio.get("/laws")).text
    assert "code de la santé publique" in page and "CITES" in page and "Take away" not in page
    done = await said(studio, kind="spirits", rule="age", country="fr", value="21")
    assert done.headers["location"] == "/studio/laws?saved=yes"
    assert (await said(studio, kind="exotic_skin", rule="border", country="", value="2")).status_code == 303
    assert (await said(studio, kind="wine", rule="ground", country="", value="")).status_code == 303
    assert sorted(admin("select kind, rule, country, value from public_facts.law")) == [
        ("exotic_skin", "border", "*", 2),
        ("spirits", "age", "FR", 21),
        ("wine", "ground", "*", 1),
    ]
    assert "21 years" in (await studio.get("/laws")).text
    looser = await said(studio, kind="wine", rule="age", country="US", value="20")
    assert looser.status_code == 409 and "yours may only be stricter" in looser.text
    for wrong in ({"value": "99"}, {"value": "x"}, {"kind": "bag"}, {"rule": "tax"}, {"country": "F1"}):
        fields = {"kind": "wine", "rule": "age", "country": "FR", "value": "19"} | wrong
        assert (await said(studio, **fields)).status_code == 400, wrong
    gone = await said(studio, "/laws/removal", kind="spirits", rule="age", country="FR")
    assert gone.status_code == 303
    assert admin("select count(*) from public_facts.law") == [(2,)]
    acts = [row[0] for row in admin("select act from base.audit order by recorded_at")]
    assert acts == ["tighten_law"] * 3 + ["loosen_law"]


async def test_kinds_of_a_family_and_of_a_product(studio: Studio, admin: Any) -> None:
    def kinds() -> dict[str, list[str]]:
        return dict(admin("select slug, kinds from public_facts.product where slug like 'alba%%'"))

    assert kinds() == {"alba-bag": [], "alba-ring": ["jewellery"]}
    assert (await said(studio, "/laws/families", family="bag", kind=["food", "wine"])).status_code == 303
    named = "https://shop.example/en/products/alba-ring"
    assert (await said(studio, "/laws/products", products=named, kind="watch")).status_code == 303
    assert kinds() == {"alba-bag": ["food", "wine"], "alba-ring": ["watch"]}
    page = (await studio.get("/laws")).text
    assert "said by you" in page and "Food, Wine" in page
    assert (await said(studio, "/laws/families", family="bag", as_named="yes")).status_code == 303
    assert (await said(studio, "/laws/products", products="alba-ring", as_named="yes")).status_code == 303
    assert kinds() == {"alba-bag": [], "alba-ring": ["jewellery"]}
    theirs = await said(studio, "/laws/products", products="borea-bag", kind="wine")
    assert theirs.status_code == 400
    assert (await said(studio, "/laws/products", products=" ", kind="wine")).status_code == 400
    assert admin("select kinds from public_facts.product where slug = 'borea-bag'") == [([],)]


async def test_rates_of_a_kind(studio: Studio, admin: Any) -> None:
    assert (await said(studio, "/laws/rates", market="fr", kind="book", per_cent="5,5")).status_code == 303
    assert admin("select market, kind, tax_rate_basis_points from public_facts.market_rate") == [
        ("fr", "book", 550)
    ]
    assert "5.5 %" in (await studio.get("/laws")).text
    for wrong in ("x", "5.555", "100", "-1", "²"):
        answer = await said(studio, "/laws/rates", market="fr", kind="book", per_cent=wrong)
        assert answer.status_code == 400, wrong
    assert (await said(studio, "/laws/rates", market="jp", kind="book", per_cent="8")).status_code == 400
    assert (await said(studio, "/laws/rates", market="fr", kind="book", per_cent="")).status_code == 303
    assert admin("select count(*) from public_facts.market_rate") == [(0,)]
