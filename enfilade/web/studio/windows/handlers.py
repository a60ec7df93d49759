"""The studio's windows: composed, scheduled market by market, lit and darkened."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.base.db import Conn, Db
from enfilade.editorial import scenes
from enfilade.editorial import windows as composing
from enfilade.editorial.published import told_by
from enfilade.editorial.scenes import PIECES_MAX, Scene, SceneRefused
from enfilade.editorial.windows import NoSuchWindow, WindowChangedMeanwhile
from enfilade.maisons.markets import markets_of
from enfilade.web.shared.guards import FRAMING_POLICY
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import Manager, acted, maison_of
from enfilade.web.studio.showing import screen
from enfilade.web.studio.stories import asked, reading
from enfilade.web.studio.stories.own import first_words, spoken
from enfilade.web.studio.stories.schedule import row

refuse(SceneRefused, 409, "The window does not have the form it needs")
refuse(WindowChangedMeanwhile, 409, "A colleague changed the window meanwhile")
refuse(NoSuchWindow, 404, "There is no such window")

Word = Annotated[str, Parameter(max_length=40)]


@get("/windows", include_in_schema=False)
async def windows(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[str]:
    """All of the maison's, and a form to begin one."""
    return await _list(request, db, manager)


@post("/windows", include_in_schema=False)
async def begin(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """A name among colleagues is enough."""
    form = await request.form()
    name, language = asked.text(form, "name", 200), asked.text(form, "language", 2)

    async def verb(conn: Conn) -> UUID:
        window_id = await composing.begin(
            conn,
            maison_id=manager.maison_id,
            name=name,
            language=language,
            now=datetime.now(UTC),
            begun_by=manager.staff_id,
        )
        await acted(conn, manager, "begin_window", "window", window_id, datetime.now(UTC))
        return window_id

    try:
        window_id = await db.run(manager.actor, manager.maison_id, verb)
    except SceneRefused as refusal:
        return await _list(request, db, manager, name=name, wrong=_sentence(refusal), status=409)
    return Redirect(f"/studio/windows/{window_id}", status_code=303)


@get("/windows/{window_id:uuid}", include_in_schema=False)
async def window(
    request: Request[Any, Any, Any], db: Db, manager: Manager, window_id: UUID, said: Word = ""
) -> Response[str]:
    """The scene, its schedule, and how it would look."""
    return await _editor(request, db, manager, window_id, said=said)


@post("/windows/{window_id:uuid}", include_in_schema=False)
async def save(request: Request[Any, Any, Any], db: Db, manager: Manager, window_id: UUID) -> Response[Any]:
    """Saves the draft. Asked for JSON (by the editor's script) it says only that, and how much is missing."""
    form = await request.form()
    by_script = "application/json" in request.headers.get("accept", "")

    async def verb(conn: Conn) -> tuple[Scene, int]:
        return await _write(conn, manager, window_id, form)

    try:
        draft, revision = await _of_ones_own(db, manager, verb)
    except (SceneRefused, WindowChangedMeanwhile) as refusal:
        if by_script:
            body = {"wrong": _sentence(refusal), "changed": isinstance(refusal, WindowChangedMeanwhile)}
            return Response(body, status_code=409)
        return await _editor(request, db, manager, window_id, form=form, refusal=refusal)
    if by_script:
        lacks = len(scenes.lacking(draft))
        said = {"seen": revision, "at": f"{datetime.now(UTC):%H:%M} UTC", "lacks": lacks}
        return Response(said, status_code=200)
    return _back(window_id, "saved")


@post("/windows/{window_id:uuid}/light", include_in_schema=False)
async def light(request: Request[Any, Any, Any], db: Db, manager: Manager, window_id: UUID) -> Response[Any]:
    """Saves what is composed and shows it to the passers-by of its markets."""
    form = await request.form()

    async def verb(conn: Conn) -> None:
        await _write(conn, manager, window_id, form)
        await composing.show(conn, maison_id=manager.maison_id, window_id=window_id, now=datetime.now(UTC))
        await acted(conn, manager, "light_window", "window", window_id, datetime.now(UTC))

    try:
        await _of_ones_own(db, manager, verb)
    except (SceneRefused, WindowChangedMeanwhile) as refusal:
        return await _editor(request, db, manager, window_id, form=form, refusal=refusal, lighting=True)
    return _back(window_id, "lit")


@post("/windows/{window_id:uuid}/darkness", include_in_schema=False)
async def darken(db: Db, manager: Manager, window_id: UUID) -> Response[Any]:
    """Nobody outside the maison sees it any more."""

    async def verb(conn: Conn) -> None:
        await composing.take_down(conn, maison_id=manager.maison_id, window_id=window_id)
        await acted(conn, manager, "darken_window", "window", window_id, datetime.now(UTC))

    await _of_ones_own(db, manager, verb)
    return _back(window_id, "dark")


@post("/windows/{window_id:uuid}/schedule", include_in_schema=False)
async def schedule(
    request: Request[Any, Any, Any], db: Db, manager: Manager, window_id: UUID
) -> Response[Any]:
    """A window that is lit follows at once."""
    form = await request.form()
    async with db.acting(manager.actor, manager.maison_id) as conn:
        markets = await markets_of(conn, maison_id=manager.maison_id)
    showings, wrong = asked.showings(form, markets)
    if wrong:
        return await _editor(request, db, manager, window_id, scheduled=form, wrong=wrong)

    async def verb(conn: Conn) -> None:
        await composing.schedule(conn, maison_id=manager.maison_id, window_id=window_id, showings=showings)
        await acted(conn, manager, "schedule_window", "window", window_id, datetime.now(UTC))

    await _of_ones_own(db, manager, verb)
    return _back(window_id, "scheduled")


async def _list(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    name: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await composing.windows(conn, maison_id=manager.maison_id)
        markets = await markets_of(conn, maison_id=manager.maison_id)
    return screen(
        request,
        "studio/windows/list.html",
        member=manager,
        maison=maison,
        tab="windows",
        status=status,
        windows=found,
        languages=spoken(markets),
        name=name,
        wrong=wrong,
        now=datetime.now(UTC),
        line_of=first_words,
    )


async def _editor(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    window_id: UUID,
    *,
    form: Any = None,
    refusal: Exception | None = None,
    lighting: bool = False,
    scheduled: Any = None,
    wrong: dict[str, str] | None = None,
    said: str = "",
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await _window_of(conn, manager, window_id)
        draft = found.draft if form is None else _read(form, found.draft.language)
        markets = await markets_of(conn, maison_id=manager.maison_id)
        pieces = await reading.pieces(conn, maison_id=manager.maison_id, language=draft.language)
        pictures = await reading.pictures(conn, maison_id=manager.maison_id)
        stories = await told_by(conn, maison_id=manager.maison_id, language=draft.language)
    response = screen(
        request,
        "studio/windows/editor.html",
        member=manager,
        maison=maison,
        tab="windows",
        status=400 if wrong else 200 if refusal is None else 409,
        window=found,
        name=asked.text(form, "name", 200) if form is not None else found.name,
        # Who corrects what was refused still wrote on the draft they saw; who saw a colleague's may put theirs instead.
        seen=asked.text(form, "seen")
        if form is not None and isinstance(refusal, SceneRefused)
        else found.revision,
        draft=draft,
        spoken=spoken(markets, draft.language),
        pieces=pieces,
        pieces_max=PIECES_MAX,
        pictures=pictures,
        addresses={picture.name: picture.address for picture in pictures},
        stories=stories,
        faults=refusal.faults if isinstance(refusal, SceneRefused) else [],
        lighting=lighting,
        notice=_sentence(refusal) if isinstance(refusal, WindowChangedMeanwhile) else "",
        said=said,
        lacks=scenes.lacking(draft),
        rows=[row(market, found.showings, scheduled) for market in markets],
        wrong=wrong or {},
        now=datetime.now(UTC),
    )
    response.headers["content-security-policy"] = FRAMING_POLICY
    return response


async def _write(conn: Conn, manager: Manager, window_id: UUID, form: Any) -> tuple[Scene, int]:
    found = await composing.window(conn, maison_id=manager.maison_id, window_id=window_id)
    draft = _read(form, found.draft.language)
    revision = await composing.write(
        conn,
        maison_id=manager.maison_id,
        window_id=window_id,
        name=asked.text(form, "name", 200),
        draft=draft,
        seen=asked.seen(form),
        now=datetime.now(UTC),
        written_by=manager.staff_id,
    )
    return draft, revision


def _read(form: Any, language: str) -> Scene:
    return Scene(
        language,
        asked.picture(form, "picture"),
        asked.words(form, "line"),
        asked.slugs(form, "pieces"),
        asked.text(form, "story", 200),
    )


async def _of_ones_own(db: Db, manager: Manager, verb: Any) -> Any:
    try:
        return await db.run(manager.actor, manager.maison_id, verb)
    except NoSuchWindow:
        raise NotFoundException from None


async def _window_of(conn: Conn, manager: Manager, window_id: UUID) -> composing.Window:
    try:
        return await composing.window(conn, maison_id=manager.maison_id, window_id=window_id)
    except NoSuchWindow:
        raise NotFoundException from None


def _back(window_id: UUID, said: str) -> Redirect:
    return Redirect(f"/studio/windows/{window_id}?said={said}", status_code=303)


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, SceneRefused):
        return f"{refusal.faults[0].field.capitalize()}: {refusal.faults[0].reason}."
    return f"{refusal} What you wrote is below; save again to put it instead of theirs."
