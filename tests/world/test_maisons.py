"""The seventy-five maisons: present, weighted, legible, and with something to say in four languages."""

import re
import xml.etree.ElementTree as ET

import pytest

from enfilade.maisons.themes import FACES, TEXT_MIN, contrast
from enfilade.world.maisons import SEGMENTS, Maison, group, maisons, store
from enfilade.world.words import LANGUAGES

ALL = [*maisons(), store()]
every_maison = pytest.mark.parametrize("maison", ALL, ids=lambda maison: maison.slug)


def test_there_are_seventy_five_in_six_segments_and_six_are_drawn_in_full():
    assert len(maisons()) == 75
    assert {m.segment for m in maisons()} == set(SEGMENTS)
    assert [m.drawn for m in maisons()] == [True] * 6 + [False] * 69
    assert store().kind == "retailer"
    assert group().slug not in {m.slug for m in ALL}


def test_slugs_codes_and_names_are_unique():
    for values in ([m.slug for m in ALL], [m.code for m in ALL], [m.name for m in ALL]):
        assert len(set(values)) == len(values)


def test_weights_sum_to_one_and_the_largest_has_a_third():
    weights = [m.weight for m in maisons()]
    assert sum(weights) == pytest.approx(1.0, abs=1e-6)
    assert max(weights) == pytest.approx(1 / 3, abs=1e-3)
    assert min(weights) > 0


@every_maison
def test_a_theme_can_be_read(maison: Maison):
    theme = maison.theme
    for colour in (theme.ink, theme.muted, theme.accent):
        assert contrast(colour, theme.paper) >= TEXT_MIN
    assert {theme.display, theme.body} <= set(FACES)
    assert theme.case in ("none", "uppercase", "lowercase")
    assert re.fullmatch(r"-?\d+(\.\d+)?em", theme.tracking)
    assert re.fullmatch(r"\d/\d", theme.ratio)


def test_contrast_is_the_one_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_maisons_do_not_look_like_one_shop_in_two_colours():
    themes = [m.theme for m in maisons()]
    looks = {(theme.display, theme.case, theme.tracking, theme.ratio, theme.rhythm) for theme in themes}
    assert len(looks) >= 18
    assert len({theme.paper for theme in themes}) >= 50


@every_maison
def test_a_maison_speaks_four_languages(maison: Maison):
    for words in (maison.voice.tagline, maison.voice.story):
        texts = [words.in_(language) for language in LANGUAGES]
        assert all(texts)
        assert not any("{" in text for text in texts)
        assert re.search("[\u4e00-\u9fff]", words.zh)
        assert len(set(texts)) == 4


@pytest.mark.parametrize("maison", [m for m in ALL if m.drawn], ids=lambda maison: maison.slug)
def test_a_story_written_out_has_the_length_of_one(maison: Maison):
    for language in ("en", "fr", "nl"):
        assert 120 <= len(maison.voice.story.in_(language).split()) <= 200
    assert 200 <= len(maison.voice.story.zh) <= 400


@every_maison
def test_a_wordmark_is_svg_in_the_ink_of_its_page_with_a_title(maison: Maison):
    svg = ET.fromstring(maison.wordmark)
    title = svg.find("{http://www.w3.org/2000/svg}title")
    assert title is not None and title.text is not None and maison.name in title.text
    assert svg.get("fill") == "currentColor"
    assert svg.get("viewBox")
