"""Four languages: known by name, complete, with the same places to fill as the source."""

import re

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from enfilade.base.i18n import LANGUAGES, LOCALE, LOCALES, NAMES, TAGS, known, translations

OTHERS = [language for language in LANGUAGES if language != "en"]
PLACES = re.compile(r"%\((\w+)\)[sd]")


def test_only_our_languages_are_known() -> None:
    assert [known(language) for language in ("fr", "en", "nl", "zh")] == ["fr", "en", "nl", "zh"]
    for other in ("de", "FR", "fr-FR", "", "zh-Hans", "../en"):
        assert known(other) is None


def test_each_language_has_a_tag_a_locale_and_a_name() -> None:
    assert set(TAGS) == set(LOCALES) == set(NAMES) == set(LANGUAGES)
    for language in LANGUAGES:
        assert Locale.parse(LOCALES[language]).language == language


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_fills_the_same_places_as_its_source(language: str) -> None:
    with (LOCALE / f"{language}.po").open("rb") as source:
        catalogue = read_po(source)
    checked = 0
    for entry in catalogue:
        if not entry.id:
            continue
        sources = entry.id if isinstance(entry.id, tuple) else (entry.id,)
        targets = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        for target in targets:
            assert set(PLACES.findall(target)) <= set().union(*(PLACES.findall(text) for text in sources)), (  # type: ignore
                entry.id
            )
        assert set(PLACES.findall(targets[-1])) == set(PLACES.findall(sources[-1])), entry.id  # type: ignore
        checked += 1
    assert checked > 100


def test_english_reads_as_the_source_and_the_others_do_not() -> None:
    assert translations("en").gettext("Back to the store") == "Back to the store"
    told = {translations(language).gettext("Back to the store") for language in OTHERS}
    assert len(told) == 3 and "Back to the store" not in told


def test_what_nobody_has_translated_reads_as_the_source() -> None:
    assert translations("fr").gettext("A sentence of this test alone") == "A sentence of this test alone"
