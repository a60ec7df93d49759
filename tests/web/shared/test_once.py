"""What looks alike is made once, and what differs in anything is made anew."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from markupsafe import Markup

from enfilade.catalogue.published import Piece
from enfilade.web.shared import once as module
from enfilade.web.shared.once import once
from enfilade.web.shared.pages import ENVIRONMENTS
from enfilade.web.storefront import templates

PIECE = Piece(UUID(int=1), "vigie", "bag", "Brisseval", [], "en", "Vigie & Co", "EUR", 295_000)
WEB = Path(module.__file__).parent.parent


def macro(language: str, name: str = "piece") -> Any:
    templates.install()
    made = ENVIRONMENTS[language].get_template("storefront/macros.html").module
    return cast("Any", getattr(made, name))


def test_the_same_values_are_made_once_and_any_other_value_anew() -> None:
    tile = macro("en")
    first = once(tile, PIECE, "en", "100vw")
    assert once(tile, replace(PIECE), "en", "100vw") is first
    assert first == tile(PIECE, "en", "100vw")
    dearer = once(tile, replace(PIECE, from_minor=310_000), "en", "100vw")
    assert "3,100" in dearer
    assert "2,950" in first
    assert once(tile, PIECE, "en", "50vw", heading="h2") != first
    assert once(macro("fr"), PIECE, "fr", "100vw") != first


def test_markup_is_not_taken_for_the_same_letters() -> None:
    price = ENVIRONMENTS["en"].from_string("{% macro said(text) %}{{ text }}{% endmacro %}").module
    said = cast("Any", price).said
    assert once(said, "<b>a</b>") == "&lt;b&gt;a&lt;/b&gt;"
    assert once(said, Markup("<b>a</b>")) == "<b>a</b>"


def test_it_forgets_everything_before_it_grows_too_large(monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    monkeypatch.setattr(module, "_made", {})
    tile = macro("en")
    for cents in range(5):
        once(tile, replace(PIECE, from_minor=cents), "en", "100vw")
    assert len(module._made) <= 2  # pyright: ignore[reportPrivateUsage]


def test_what_is_made_once_sees_its_values_and_nothing_else() -> None:
    """A macro imported with the page's context would show one visitor's page to the next."""
    called = 0
    for path in WEB.rglob("*.html"):
        text = path.read_text()
        imported = dict[str, str]()
        for names, context in re.findall(r"\{% from \"[^\"]+\" import ([^%]+?)( with context)? %\}", text):
            imported |= {name.split(" as ")[-1].strip(): context for name in names.split(",")}
        for name in re.findall(r"\bonce\((\w+),", text):
            called += 1
            assert imported.get(name) == "", f"{path.name}: {name} is not imported without context"
    assert called > 8
