"""A maison writes its theme; only values of the known forms ever stand in a stylesheet."""

from dataclasses import asdict

import pytest

from enfilade.maisons.themes import COMPOSITIONS, FACES, Theme, theme_of
from enfilade.web.storefront.themes import themes
from tests.web.storefront.visiting import Visit

EVIL = "red;} body{background:url(https://evil.example/)} .x{"


@pytest.mark.parametrize("name", list(asdict(Theme())))
def test_a_value_of_another_form_is_replaced_by_the_houses_own(name: str) -> None:
    for value in (EVIL, "", None, 7000, ["#000000"], "#00000", "url(x)", "expression(1)"):
        theme = theme_of({name: value})
        assert asdict(theme)[name] == asdict(theme_of({}))[name]
        assert "evil" not in themes.properties("alba", theme)


def test_good_values_are_kept() -> None:
    theme = theme_of(
        {"paper": "#0F1B20", "tracking": "-0.01em", "ratio": "1/1", "rhythm": 1.25, "display": "Jost"}
    )
    css = themes.properties("alba", theme)
    assert "--paper:#0F1B20;" in css and "--tracking:-0.01em;" in css and "--ratio:1/1;" in css
    assert theme.dark and theme.composition == "vitrine"


def test_every_face_has_its_composition() -> None:
    found = {theme_of({"display": face}).composition for face in FACES} | {
        theme_of({"paper": "#000000"}).composition
    }
    assert found == set(COMPOSITIONS)


async def test_a_stylesheet_is_fetched_once(visit: Visit) -> None:
    named = themes.address({"alba": {}, "borea": {}})
    found = await visit.get(named)
    assert found.response.status_code == 200 and "immutable" in found.response.headers["cache-control"]
    assert ".maison-alba{" in found.text and ".maison-borea{" in found.text
    again = await visit.get(named, **{"if-none-match": found.response.headers["etag"]})
    assert again.response.status_code == 304 and again.response.content == b""
    other = await visit.get("/themes/alba.css?v=000000000000")
    assert "immutable" not in other.response.headers["cache-control"]


@pytest.mark.parametrize(
    "address", ["/themes/none.css", "/themes/alba", "/themes/Alba.css", "/themes/a%7Db.css"]
)
async def test_an_unknown_look_is_not_served(visit: Visit, address: str) -> None:
    assert (await visit.get(address)).response.status_code == 404
