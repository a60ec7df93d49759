"""What can be cut, and what cannot."""

import pytest

from enfilade.catalogue.engraving import NotEngraved, TooLong, engraved


def test_letters_are_composed_and_spaces_single() -> None:
    assert engraved("  Noe\u0301   &  Zoë ", 12) == "Noé & Zoë"
    assert engraved("Noe\u0301", 3) == "Noé", "an accent takes no room of its own"
    assert engraved("", 4) == ""


@pytest.mark.parametrize(
    ("words", "strange"), [("Ana ♥", "♥"), ("李", "李"), ("<b>", "<>"), ("a\u202eb", "\u202e"), ("ſ", "ſ")]
)
def test_what_no_burin_cuts_is_named(words: str, strange: str) -> None:
    with pytest.raises(NotEngraved) as refused:
        engraved(words, 10)
    assert refused.value.letters == strange


def test_there_is_only_so_much_room() -> None:
    with pytest.raises(TooLong):
        engraved("ABCDE", 4)
    with pytest.raises(NotEngraved):
        engraved("A", 0)
