"""What every page about one story needs: the story of one's own maison, or 404; the way back to it."""

from typing import Any
from uuid import UUID

from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.editorial import stories as writing
from enfilade.editorial.blocks import LANGUAGES, Content
from enfilade.editorial.stories import NoSuchStory, Story
from enfilade.maisons.markets import Market
from enfilade.web.studio.entering import Manager


async def of_ones_own(db: Db, manager: Manager, verb: Any) -> None:
    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchStory:
        raise NotFoundException from None


async def story_of(conn: Conn, manager: Manager, story_id: UUID) -> Story:
    try:
        return await writing.story(conn, maison_id=manager.maison_id, story_id=story_id)
    except NoSuchStory:
        raise NotFoundException from None


def back(story_id: UUID, form: Any, said: str, place: str = "") -> Redirect:
    chosen = {name: str(form.get(name, ""))[:2] for name in ("in", "beside")}
    query = "&".join(f"{name}={value}" for name, value in {**chosen, "said": said}.items() if value.isalpha())
    return Redirect(f"/studio/stories/{story_id}{f'?{query}' if query else ''}{place}", status_code=303)


def title_of(content: Content) -> str:
    return first_words(content.title, content.language)


def first_words(words: dict[str, str], language: str = "") -> str:
    return words.get(language) or next(iter(words.values()), "") or "Without a title"


def spoken(markets: list[Market], own: str = "") -> list[str]:
    """The languages of the maison's markets that the store speaks; the one something is written in (`own`) first."""
    found = {language for market in markets for language in market.languages} & set(LANGUAGES)
    if own:
        found.add(own)
    return sorted(found or set(LANGUAGES), key=lambda one: (one != own, LANGUAGES.index(one)))
