"""The studio's stories: begun, written block by block, translated, kept as versions, published and taken back."""

from datetime import UTC, datetime
from typing import Annotated, Any, cast
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.editorial import blocks, complete, publishing
from enfilade.editorial import stories as writing
from enfilade.editorial.blocks import LANGUAGES, Block, Content, StoryRefused
from enfilade.editorial.publishing import ScheduleRefused
from enfilade.editorial.stories import DraftChangedMeanwhile, NoSuchStory, StoryAddressTaken
from enfilade.maisons.markets import markets_of
from enfilade.media import originals
from enfilade.media.films import FORMATS
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import screen
from enfilade.web.studio.stories import asked, reading
from enfilade.web.studio.stories.own import back, first_words, of_ones_own, spoken, story_of, title_of

refuse(StoryRefused, 409, "The story does not have the form it needs")
refuse(StoryAddressTaken, 409, "Another story has this address")
refuse(DraftChangedMeanwhile, 409, "A colleague changed the story meanwhile")
refuse(ScheduleRefused, 409, "The story cannot be scheduled so")
refuse(NoSuchStory, 404, "There is no such story")

Word = Annotated[str, Parameter(max_length=40)]
FILMS_MAX = 200
#: What a writer calls each block, in the order they are offered.
CALLED = {
    "text": "Text",
    "picture": "Picture",
    "quote": "Quote",
    "piece": "Piece",
    "look": "Look: several pieces",
    "gallery": "Gallery",
    "window": "Window of a maison",
    "map": "Map of boutiques",
    "film": "Film",
}


@get("/stories", include_in_schema=False)
async def stories(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """All of the maison's, the last written first, and a form to begin one."""
    return await _list(request, db, manager)


@post("/stories", include_in_schema=False)
async def begin(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """A title is enough."""
    form = await request.form()
    title, language = str(form.get("title", "")).strip()[:200], str(form.get("language", ""))[:2]

    async def verb(conn: Conn) -> UUID:
        story_id = await writing.begin(
            conn,
            maison_id=manager.maison_id,
            title=title,
            language=language,
            now=datetime.now(UTC),
            begun_by=manager.staff_id,
        )
        await acted(conn, manager, "begin_story", "story", story_id, datetime.now(UTC))
        return story_id

    try:
        story_id = await db.run(manager.actor, manager.maison_id, verb)
    except (StoryRefused, StoryAddressTaken) as refusal:
        return await _list(request, db, manager, title=title, wrong=_sentence(refusal), status=409)
    return Redirect(f"/studio/stories/{story_id}", status_code=303)


@get("/stories/{story_id:uuid}", include_in_schema=False)
async def story(
    request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID, said: Word = ""
) -> Response[str]:
    """The editor."""
    return await _editor(request, db, manager, story_id, said=said)


@post("/stories/{story_id:uuid}", include_in_schema=False)
async def save(request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID) -> Response[Any]:
    """Saves the draft. Asked for JSON (by the editor's script, while one writes) it says only that, and what is missing."""
    form = await request.form()
    try:
        draft, revision = await _saved(db, manager, story_id, form)
    except (StoryRefused, DraftChangedMeanwhile) as refusal:
        if _by_script(request):
            body = {"wrong": _sentence(refusal), "changed": isinstance(refusal, DraftChangedMeanwhile)}
            return Response(body, status_code=409)
        return await _editor(request, db, manager, story_id, form=form, refusal=refusal)
    if _by_script(request):
        lacks = len(complete.lacking(draft))
        said = {"seen": revision, "at": f"{datetime.now(UTC):%H:%M} UTC", "lacks": lacks}
        return Response(said, status_code=200)
    return back(story_id, form, "saved")


@post("/stories/{story_id:uuid}/blocks/{at:int}/{act:str}", include_in_schema=False)
async def change_blocks(
    request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID, at: int, act: str
) -> Response[Any]:
    """Saves what is written, with a block added after `at`, taken away, raised or lowered."""
    form = await request.form()
    kind = str(form.get(f"add{at}", ""))

    def change(found: list[Block]) -> int:
        if act == "addition" and kind in blocks.KINDS and 0 <= at <= len(found):
            found.insert(at, blocks.KINDS[kind]())
            return at + 1
        if act == "removal" and 1 <= at <= len(found):
            del found[at - 1]
            return max(at - 1, 1)
        if act in ("raising", "lowering") and 1 <= at <= len(found):
            to = min(max(at + (1 if act == "lowering" else -1), 1), len(found))
            found.insert(to - 1, found.pop(at - 1))
            return to
        raise NotFoundException

    try:
        focus = (await _saved(db, manager, story_id, form, change))[1]
    except (StoryRefused, DraftChangedMeanwhile) as refusal:
        return await _editor(request, db, manager, story_id, form=form, refusal=refusal)
    return back(story_id, form, "", f"#b{focus}")


@post("/stories/{story_id:uuid}/publication", include_in_schema=False)
async def publish(request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID) -> Response[Any]:
    """Saves what is written and shows it to the clients of its markets."""
    form = await request.form()

    async def verb(conn: Conn) -> None:
        await _write(conn, manager, story_id, form)
        await publishing.publish(
            conn,
            maison_id=manager.maison_id,
            story_id=story_id,
            now=datetime.now(UTC),
            published_by=manager.staff_id,
        )
        await acted(conn, manager, "publish_story", "story", story_id, datetime.now(UTC))

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchStory:
        raise NotFoundException from None
    except (StoryRefused, DraftChangedMeanwhile) as refusal:
        return await _editor(request, db, manager, story_id, form=form, refusal=refusal, publishing_=True)
    return back(story_id, form, "published")


@post("/stories/{story_id:uuid}/withdrawal", include_in_schema=False)
async def withdraw(
    request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID
) -> Response[Any]:
    """Takes the story back from every market."""

    async def verb(conn: Conn) -> None:
        await publishing.unpublish(
            conn, maison_id=manager.maison_id, story_id=story_id, now=datetime.now(UTC)
        )
        await acted(conn, manager, "unpublish_story", "story", story_id, datetime.now(UTC))

    await of_ones_own(db, manager, verb)
    return back(story_id, {}, "withdrawn")


@post("/stories/{story_id:uuid}/versions", include_in_schema=False)
async def keep(request: Request[Any, Any, Any], db: Db, manager: Manager, story_id: UUID) -> Response[Any]:
    """Saves what is written and keeps it as a version."""
    form = await request.form()

    async def verb(conn: Conn) -> None:
        await _write(conn, manager, story_id, form)
        await writing.keep(
            conn,
            maison_id=manager.maison_id,
            story_id=story_id,
            now=datetime.now(UTC),
            kept_by=manager.staff_id,
        )

    try:
        await of_ones_own(db, manager, verb)
    except (StoryRefused, DraftChangedMeanwhile) as refusal:
        return await _editor(request, db, manager, story_id, form=form, refusal=refusal)
    return back(story_id, form, "kept")


async def _list(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    title: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await writing.stories(conn, maison_id=manager.maison_id)
        markets = await markets_of(conn, maison_id=manager.maison_id)
    return screen(
        request,
        "studio/stories/list.html",
        member=manager,
        maison=maison,
        tab="stories",
        status=status,
        stories=found,
        languages=spoken(markets),
        title=title,
        wrong=wrong,
        title_of=first_words,
    )


async def _editor(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    story_id: UUID,
    *,
    form: Any = None,
    refusal: Exception | None = None,
    publishing_: bool = False,
    said: str = "",
) -> Response[str]:
    asked_for = form if form is not None else request.query_params
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await story_of(conn, manager, story_id)
        draft = found.draft if form is None else asked.read(form, found.draft.language)
        markets = await markets_of(conn, maison_id=manager.maison_id)
        languages = spoken(markets, draft.language)
        left = _chosen(asked_for, "in", languages, draft.language)
        right = _chosen(asked_for, "beside", languages, next((one for one in languages if one != left), ""))
        pieces = await reading.pieces(conn, maison_id=manager.maison_id, language=draft.language)
        pictures = await reading.pictures(conn, maison_id=manager.maison_id)
        films = (
            await originals.originals(conn, maison_id=manager.maison_id, formats=FORMATS, most=FILMS_MAX)
            if any(isinstance(one, blocks.FilmBlock) for one in draft.blocks)
            else []
        )
        showings = await publishing.showings(conn, maison_id=manager.maison_id, story_id=story_id)
    faults = refusal.faults if isinstance(refusal, StoryRefused) else []
    return screen(
        request,
        "studio/stories/editor.html",
        member=manager,
        maison=maison,
        tab="stories",
        status=200 if refusal is None else 409,
        story=found,
        title=title_of(draft),
        draft=draft,
        blocks=[(number, blocks.kind_of(block), block) for number, block in enumerate(draft.blocks, 1)],
        # Who corrects what was refused still wrote on the draft they saw; who saw a colleague's may put theirs instead.
        seen=asked.text(form, "seen")
        if form is not None and isinstance(refusal, StoryRefused)
        else found.revision,
        left=left,
        right=right if right != left else "",
        spoken=languages,
        hidden=[one for one in LANGUAGES if one not in (left, right)],
        pieces=pieces,
        pictures=pictures,
        films=films,
        addresses={picture.name: picture.address for picture in pictures},
        called=CALLED,
        faults=faults,
        publishing=publishing_,
        notice=_sentence(refusal) if isinstance(refusal, DraftChangedMeanwhile) else "",
        said=said,
        lacks=complete.lacking(draft),
        missing={one: complete.untranslated(draft, one) for one in languages},
        showings=showings,
        now=datetime.now(UTC),
    )


async def _saved(
    db: Db, manager: Manager, story_id: UUID, form: Any, change: Any = None
) -> tuple[Content, int]:
    """Writes the form, changed; returns the draft, and its revision or (where blocks change) the block to go to."""

    async def verb(conn: Conn) -> tuple[Content, int]:
        return await _write(conn, manager, story_id, form, change)

    try:
        return await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchStory:
        raise NotFoundException from None


async def _write(
    conn: Conn, manager: Manager, story_id: UUID, form: Any, change: Any = None
) -> tuple[Content, int]:
    found = await writing.story(conn, maison_id=manager.maison_id, story_id=story_id)
    draft = asked.read(form, found.draft.language)
    focus = 0
    if change is not None:
        changed = list(draft.blocks)
        focus = cast("int", change(changed))
        draft = Content(
            draft.language, draft.title, draft.standfirst, draft.author, draft.cover, draft.spots, changed
        )
    revision = await writing.write(
        conn,
        maison_id=manager.maison_id,
        story_id=story_id,
        draft=draft,
        seen=asked.seen(form),
        now=datetime.now(UTC),
        written_by=manager.staff_id,
    )
    return draft, focus or revision


def _by_script(request: Request[Any, Any, Any]) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _chosen(form: Any, name: str, among: list[str], otherwise: str) -> str:
    asked_for = str(form.get(name, ""))
    return asked_for if asked_for in among else otherwise


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, DraftChangedMeanwhile):
        return f"{refusal} What you wrote is below; save again to put it instead of theirs."
    if isinstance(refusal, StoryRefused):
        return str(refusal.faults[0])
    return str(refusal)
