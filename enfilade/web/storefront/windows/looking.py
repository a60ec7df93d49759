"""A window as one passer-by sees it: its line in their language, its picture where it is there, the story it leads to."""

from dataclasses import dataclass

from enfilade.base.i18n import Language
from enfilade.editorial import scenes
from enfilade.web.storefront.pictures import Picture, pictures
from enfilade.web.storefront.stories.telling import Said, said


@dataclass(frozen=True, slots=True)
class Scene:
    """What its maison composed; `story` is the address of the story it leads to, '' for none."""

    picture: Picture
    line: Said
    story: str
    story_title: Said


def scene(
    composed: scenes.Scene | None, language: Language, told: dict[str, str] | None = None
) -> Scene | None:
    """None where none is composed, or its picture is there no more: the first pieces stand for it.

    `told` is the title, by language, of the story it leads to; without one it leads nowhere.
    """
    if composed is None:
        return None
    alt = said(composed.picture.alt, language, composed.language)
    entry = {"name": composed.picture.name, "alt": alt.text, "medium": composed.picture.medium}
    shots = pictures([entry], language, alt.text)
    if not shots:
        return None
    line = said(composed.line, language, composed.language)
    title = said(told or {}, language, composed.language)
    return Scene(shots[0], line, f"/{language}/stories/{composed.story}" if title.text else "", title)
