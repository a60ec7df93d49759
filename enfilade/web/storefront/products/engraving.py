"""A few words on a piece before they are cut: whether they can be, and where the picture shows them."""

from dataclasses import dataclass

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.catalogue.engraving import NotEngraved, TooLong, engraved
from enfilade.web.storefront.pictures import Picture

#: Kinds whose engraved place is seen in our own pictures of them; the style sheet says where. Others are shown enlarged.
SEEN = {"perfume", "trunk"}


@dataclass(frozen=True, slots=True)
class Engraving:
    """`words` as they would be cut, '' before any; `refused` says in the client's words why not.

    `picture` is the one they are shown on; without it they stand on a plate in the metal of the piece, enlarged.
    """

    letters_max: int
    asked: str
    words: str
    refused: str
    family: str
    picture: Picture | None


def engraving(
    letters_max: int, asked: str, family: str, shots: list[Picture], language: Language
) -> Engraving | None:
    """The preview, or None for a piece that is not engraved."""
    if not letters_max:
        return None
    words, refused = "", ""
    try:
        words = engraved(asked, letters_max)
    except NotEngraved as strange:
        refused = i18n.translations(language).gettext("These are not cut: %(letters)s") % {
            "letters": strange.letters
        }
    except TooLong as longer:
        refused = i18n.translations(language).gettext(
            "There is room for %(most)s letters; these are %(letters)s."
        ) % {
            "most": longer.letters_max,
            "letters": longer.letters,
        }
    picture = shots[0] if shots and family in SEEN and shots[0].kind == family else None
    return Engraving(letters_max, asked, words, refused, family, picture)
