"""What every page about one story needs: the story of one's own maison, or 404; the act in the log; the way back to it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import audit
from enfilade.base.db import Conn, Db
from enfilade.editorial import stories as writing
from enfilade.editorial.blocks import Content
from enfilade.editorial.stories import NoSuchStory, Story
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


async def told(conn: Conn, manager: Manager, act: str, story_id: UUID) -> None:
    await audit.record(
        conn,
        maison_id=manager.maison_id,
        staff_id=manager.staff_id,
        act=act,
        subject_kind="story",
        subject_id=story_id,
        now=datetime.now(UTC),
    )


def back(story_id: UUID, form: Any, said: str, place: str = "") -> Redirect:
    chosen = {name: str(form.get(name, ""))[:2] for name in ("in", "beside")}
    query = "&".join(f"{name}={value}" for name, value in {**chosen, "said": said}.items() if value.isalpha())
    return Redirect(f"/studio/stories/{story_id}{f'?{query}' if query else ''}{place}", status_code=303)


def title_of(content: Content) -> str:
    return first_words(content.title, content.language)


def first_words(words: dict[str, str], language: str = "") -> str:
    return words.get(language) or next(iter(words.values()), "") or "Without a title"
