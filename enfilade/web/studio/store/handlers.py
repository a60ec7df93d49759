"""Store: a manager decides in which stores the maison appears, how it looks there, and by what tree its pieces are found."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.base import idempotency
from enfilade.base.db import Conn, Db
from enfilade.base.i18n import LANGUAGES
from enfilade.catalogue import navigation
from enfilade.catalogue.navigation import NODES_MAX, TreeChanged
from enfilade.maisons import looks, stores, themes, wordmarks
from enfilade.maisons.looks import LookChanged
from enfilade.maisons.stores import NoSuchStore
from enfilade.maisons.themes import TooFaint
from enfilade.web.shared.refusals import refuse
from enfilade.web.shared.wordmarks import cleaned, wordmark
from enfilade.web.studio.entering import Maison, Manager, NotOfTheStudio, acted
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen
from enfilade.web.studio.store import nodes
from enfilade.web.studio.store.nodes import Row

refuse(NoSuchStore, 404, "No store of many maisons is here")

BODY_MAX = 200_000
#: What is said when an act is done, by the act.
SAVED = {
    "appearance": "Done: it is so on the next page anybody opens.",
    "theme": "The theme is in force on the next page anybody opens.",
    "wordmark": "The wordmark is in force on the next page anybody opens.",
    "tree": "The tree is in force on the next page anybody opens.",
}
FRAME = " Where the look is that of a whole store, its frame follows within a minute."

Act = Callable[[Conn, datetime], Awaitable[object]]


@get("/store", include_in_schema=False)
async def store(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    temper: Annotated[str, Parameter(max_length=20)] = "",
    ground: Annotated[str, Parameter(max_length=7)] = "",
    accent: Annotated[str, Parameter(max_length=7)] = "",
    saved: Annotated[str, Parameter(max_length=20)] = "",
) -> Response[str]:
    """What is in force; with `temper`, and colours or the temper's own, a look that is only thought of."""
    return await _page(request, db, manager, choice=(temper, ground, accent), saved=saved)


@post("/store/appearance", include_in_schema=False)
async def appear(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Appears in a store of many maisons, or leaves it. What is ordered there stays ordered."""
    form = await request.form()
    try:
        store_id = UUID(str(form.get("store", "")))
    except ValueError:
        raise NotFoundException from None
    shown = form.get("shown") == "yes"

    async def act(conn: Conn, now: datetime) -> None:
        await stores.decide(conn, maison_id=manager.maison_id, store_id=store_id, shown=shown)
        await acted(conn, manager, "appear_in_store" if shown else "leave_store", "store", store_id, now)

    return await _done(request, db, manager, form, "appearance", [str(store_id), shown], act)


@post("/store/theme", include_in_schema=False)
async def set_theme(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts a temper in these colours in force, unless something of it would be too faint to read."""
    form = await request.form()
    temper, ground, accent = (str(form.get(name, ""))[:20] for name in ("temper", "ground", "accent"))
    theme = themes.chosen(temper, ground, accent)
    if theme is None:
        words = "Choose a temper, a ground and an accent, each colour as # and six figures."
        return await _page(request, db, manager, status=400, notice=words)

    async def act(conn: Conn, now: datetime) -> None:
        seen = str(form.get("seen", ""))
        await looks.set_theme(conn, maison_id=manager.maison_id, theme=theme, seen=seen, now=now)
        await acted(conn, manager, "set_theme", "maison", manager.maison_id, now)

    choice = (temper, ground, accent)
    return await _done(request, db, manager, form, "theme", list(choice), act, choice=choice)


@post("/store/wordmark", include_in_schema=False, request_max_body_size=BODY_MAX)
async def set_wordmark(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts a wordmark in force: a drawing, cleaned, or letters in the theme's display face."""
    form = await request.form()
    drawing = form.get("drawing")
    letters = " ".join(str(form.get("letters", "")).split())[: wordmarks.CHARACTERS_MAX]
    svg = ""
    if isinstance(drawing, UploadFile) and drawing.filename:
        svg = cleaned((await drawing.read()).decode("utf-8", "replace"))
        if not svg:
            words = "Nothing is drawn in this file that we may show: an SVG with a viewBox, of paths, shapes and letters."
            return await _page(request, db, manager, status=400, notice=words)
        if len(svg.encode()) > wordmarks.SVG_BYTES_MAX:
            words = (
                f"The drawing has {len(svg.encode()):,} bytes, {wordmarks.SVG_BYTES_MAX:,} are the most: "
                "it stands in every page. Ask for one with fewer points."
            )
            return await _page(request, db, manager, status=400, notice=words)
    elif not letters:
        words = "Write the wordmark’s letters, or choose a drawing."
        return await _page(request, db, manager, status=400, notice=words)

    async def act(conn: Conn, now: datetime) -> None:
        look = await looks.look_of(conn, maison_id=manager.maison_id)
        theme = themes.theme_of(look.theme if look else {})
        await looks.set_wordmark(
            conn,
            maison_id=manager.maison_id,
            wordmark=svg or wordmarks.lettered(letters, theme),
            seen=str(form.get("seen", "")),
            now=now,
        )
        await acted(conn, manager, "set_wordmark", "maison", manager.maison_id, now)

    return await _done(request, db, manager, form, "wordmark", [letters, svg], act)


@post("/store/tree", include_in_schema=False)
async def arrange(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Puts the nodes in force in their order; or lets the tree follow from the pieces again."""
    form = await request.form()
    follow = form.get("follow") == "yes"
    rows = [] if follow else nodes.read(form)
    async with db.acting(manager.actor, manager.maison_id) as conn:
        _, counts = await navigation.arranged(conn, maison_id=manager.maison_id)
    wanted, wrong = nodes.arranged(rows, counts)
    if not follow and not wanted:
        wrong = ["Name at least one node, or let the tree follow from your pieces."]
    if wrong:
        notice = "Nothing is changed yet. " + " ".join(wrong)
        return await _page(request, db, manager, status=400, notice=notice, rows=rows)

    async def act(conn: Conn, now: datetime) -> None:
        seen = str(form.get("seen", ""))
        await navigation.arrange(conn, maison_id=manager.maison_id, nodes=wanted, seen=seen)
        await acted(conn, manager, "arrange_tree", "maison", manager.maison_id, now)

    said = [[node.key, node.gender, node.families, node.names] for node in wanted]
    return await _done(request, db, manager, form, "tree", said, act, rows=rows)


async def _done(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    form: FormMultiDict,
    what: str,
    said: list[Any],
    act: Act,
    *,
    choice: tuple[str, str, str] = ("", "", ""),
    rows: list[Row] | None = None,
) -> Response[Any]:
    """Acts once for the form's key, and shows what came of it; a refusal shows what was written."""
    _deciding(manager)
    key, now = str(form.get("key", "")), datetime.now(UTC)
    if not complete(key):
        return await _page(request, db, manager, status=400, notice=INCOMPLETE, choice=choice, rows=rows)

    async def verb(conn: Conn) -> None:
        asked = [what, *said]
        if await idempotency.claim(conn, actor=manager.actor, key=key, request=asked, now=now, answer={}):
            return
        await act(conn, now)

    try:
        await db.run(manager.actor, manager.maison_id, verb)
    except (TooFaint, LookChanged, TreeChanged) as refusal:
        return await _page(
            request,
            db,
            manager,
            status=409,
            notice=f"Nothing is changed. {refusal}",
            choice=choice,
            rows=rows,
        )
    return Redirect(f"/studio/store?saved={what}#{what}", status_code=303)


def _deciding(manager: Manager) -> None:
    """What a maison looks like and where it appears, its own managers decide."""
    if manager.role != "maison_manager":
        raise NotOfTheStudio(manager.role)


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    *,
    status: int = 200,
    notice: str = "",
    saved: str = "",
    choice: tuple[str, str, str] = ("", "", ""),
    rows: list[Row] | None = None,
) -> Response[str]:
    _deciding(manager)
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        look = await looks.look_of(conn, maison_id=manager.maison_id)
        if look is None:
            raise NotFoundException
        showings = await stores.showings(conn, maison_id=manager.maison_id)
        own, counts = await navigation.arranged(conn, maison_id=manager.maison_id)
    in_force = themes.theme_of(look.theme)
    temper, ground, accent = choice
    if temper in themes.ready():
        ground, accent = (ground or themes.ready()[temper].paper), (accent or themes.ready()[temper].accent)
    draft = themes.chosen(temper, ground, accent)
    shown = draft or in_force
    framed = any(one.own and (one.multi_brand or one.host) for one in showings)
    return screen(
        request,
        "studio/store/store.html",
        member=manager,
        maison=Maison(look.name, look.kind),
        tab="store",
        status=status,
        notice=notice,
        saved=SAVED.get(saved, "") + (FRAME if framed and saved in ("theme", "wordmark") else ""),
        look=look,
        showings=showings,
        visible=any(one.multi_brand and one.shown for one in showings),
        ready=themes.ready(),
        theme=shown,
        temper=temper if draft else themes.temper_of(in_force),
        by_hand=not themes.temper_of(in_force),
        draft=themes.draft(temper, ground, accent) if draft else "",
        contrasts=themes.contrasts(shown),
        faint={pair.name: pair for pair in themes.faint(shown)},
        mark=wordmark(
            wordmarks.carried(look.wordmark, in_force, shown) if draft else look.wordmark, look.name
        ),
        letters=wordmarks.letters_of(look.wordmark, in_force) or look.name,
        letters_max=wordmarks.CHARACTERS_MAX,
        kilobytes_max=wordmarks.SVG_BYTES_MAX // 1000,
        rows=nodes.with_free(rows if rows is not None else nodes.rows_of(own, counts)),
        own_tree=bool(own),
        tree_seen=navigation.seen_of(own),
        nodes_max=NODES_MAX,
        families=sorted({count.family for count in counts}),
        genders=nodes.GENDER_NAMES
        | {count.gender: count.gender for count in counts if count.gender not in nodes.GENDER_NAMES},
        tongues=LANGUAGES,
    )
