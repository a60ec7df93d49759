"""The catalogues are complete: whatever the store or its letters say stands in all of them, translated, with its places kept."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg  # pyright: ignore[reportUnknownVariableType]
from babel.messages.pofile import read_po

import enfilade
from enfilade.base.i18n import LOCALE

PACKAGE = Path(enfilade.__file__).parent
#: Letters are written outside a request and call their gettext `say`.
KEYWORDS = {**DEFAULT_KEYWORDS, "say": None}
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")


def said() -> set[str | tuple[str, ...]]:
    """Every msgid of a template or handler that speaks to clients."""
    with (LOCALE / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = cast("tuple[Any, Any]", parse_mapping_cfg(file))
    found = extract_from_dir(PACKAGE, methods, options, keywords=KEYWORDS)
    return {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def strings_of(entry: Message) -> list[str]:
    """The translation, one string a plural form."""
    return [
        str(string or "")
        for string in (entry.string if isinstance(entry.string, (tuple, list)) else [entry.string])
    ]


def test_what_is_said_is_found() -> None:
    found = said()
    assert len(found) > 250 and "Add to basket" in found and ("boutique", "boutiques") in found


@pytest.mark.parametrize("language", ["fr", "nl", "zh"])
def test_everything_is_translated(language: str) -> None:
    known = catalogue(language)
    for message in sorted(said(), key=str):
        source = message if isinstance(message, str) else message[0]
        entry = known.get(source)
        assert entry is not None, f"{language}.po lacks {source!r}"
        strings = strings_of(entry)
        assert not entry.fuzzy and all(strings), f"{language}.po leaves {source!r} open"
        if not isinstance(message, str):
            assert len(strings) == known.num_plurals
        for string in strings:
            kept = set(PLACES.findall(string)) - {"%(num)s"}
            assert kept == set(PLACES.findall(source)) - {"%(num)s"}, f"{language}.po: {source!r}"


def test_french_punctuation_does_not_begin_a_line() -> None:
    for entry in catalogue("fr"):
        for string in strings_of(entry):
            assert not re.search(r" [;!?:»]|« |\w'\w", string), string
