"""The form of a story and the marks of its text: plain values, no database."""

from typing import Any

import pytest

from enfilade.editorial.blocks import StoryRefused, all_pieces, plain, read
from enfilade.editorial.complete import lacking, spoken, untranslated
from enfilade.editorial.marks import Run, led_to, paragraphs, unmarked


def story(*blocks: dict[str, Any], **head: Any) -> dict[str, Any]:
    return {"language": "fr", "title": {"fr": "Un titre"}, **head, "blocks": list(blocks)}


@pytest.mark.parametrize(
    ("block", "number", "field", "word"),
    [
        ({"kind": "dance"}, 1, "kind", "dance"),
        ({"kind": "text", "text": "not by language"}, 1, "text", "object"),
        ({"kind": "text", "text": {"fr": "x" * 12_001}}, 1, "text", "at most"),
        ({"kind": "text", "text": {"de": "Wort"}}, 1, "text", "de"),
        ({"kind": "piece", "piece": "../x"}, 1, "piece", "address"),
        (
            {"kind": "picture", "spots": [{"piece": "a", "x": 1.2, "y": 0}]},
            1,
            "pieces on the picture",
            "share",
        ),
        ({"kind": "picture", "picture": {"name": "../../etc/passwd"}}, 1, "picture", "name of a picture"),
        ({"kind": "film", "film": "https://elsewhere.example/a.mp4"}, 1, "film", "own host"),
        ({"kind": "film", "film": "//elsewhere.example/a.mp4"}, 1, "film", "own host"),
        ({"kind": "film", "film": "/films/../a.mp4"}, 1, "film", "own host"),
        ({"kind": "look", "pieces": [f"p-{n}" for n in range(9)]}, 1, "pieces", "at most 8"),
    ],
)
def test_a_refusal_names_the_block_and_the_field(
    block: dict[str, Any], number: int, field: str, word: str
) -> None:
    with pytest.raises(StoryRefused) as refused:
        read(story(block))
    fault = refused.value.faults[0]
    assert (fault.block, fault.field) == (number, field) and word in fault.reason, fault


def test_a_second_block_is_named_as_the_second() -> None:
    with pytest.raises(StoryRefused) as refused:
        read(story({"kind": "text"}, {"kind": "picture", "spots": [{"x": "left"}]}))
    assert refused.value.faults[0].block == 2


def test_what_is_written_is_read_again() -> None:
    written = story(
        {"kind": "text", "text": {"fr": "Un mot."}},
        {
            "kind": "picture",
            "picture": {"name": "bag-noir"},
            "spots": [{"piece": "alba-bag", "x": 0.25, "y": 0.5}],
        },
        {"kind": "look", "pieces": ["alba-ring", "alba-bag"]},
    )
    content = read(written)
    assert read(plain(content)) == content
    assert all_pieces(content) == ["alba-bag", "alba-ring"]


def test_a_draft_lacks_what_a_reader_would_stumble_over() -> None:
    content = read(
        story(
            {"kind": "text", "text": {"en": "Only in English."}},
            {"kind": "gallery", "pictures": [{"name": "bag-noir"}]},
            {"kind": "film"},
            standfirst={"fr": "Une phrase."},
        )
    )
    said = {(fault.block, fault.field) for fault in lacking(content)}
    assert said == {
        (0, "cover"),
        (1, "text"),
        (2, "pictures"),
        (2, "pictures.1, in words"),
        (3, "film"),
        (3, "poster"),
        (3, "caption"),
    }


def test_what_is_not_translated_is_listed() -> None:
    content = read(
        story(
            {"kind": "text", "text": {"fr": "Un mot.", "nl": "Een woord."}},
            {"kind": "quote", "text": {"fr": "Dit-elle."}},
            title={"fr": "Un titre", "nl": "Een titel"},
        )
    )
    assert [(f.block, f.field) for f in untranslated(content, "nl")] == [(2, "text")]
    assert [(f.block, f.field) for f in untranslated(content, "zh")] == [
        (0, "title"),
        (1, "text"),
        (2, "text"),
    ]
    assert spoken(content) == ["fr", "nl"]


def test_marks_are_few_and_everything_else_is_text() -> None:
    text = "A *fine* [bag](piece:alba-bag),\nat <b>noon</b>.\n\n[Read](story:alba-noon) [x](javascript:alert)"
    first, second = paragraphs(text)
    assert first == (
        Run("A "),
        Run("fine", stressed=True),
        Run(" "),
        Run("bag", to="piece", slug="alba-bag"),
        Run(", at <b>noon</b>."),
    )
    assert second[0] == Run("Read", to="story", slug="alba-noon")
    assert second[1].text == " [x](javascript:alert)" and not second[1].to
    assert led_to(text, "piece") == ["alba-bag"] and led_to(text, "story") == ["alba-noon"]
    assert unmarked("*One*\r\n\r\ntwo") == "One\n\ntwo"
