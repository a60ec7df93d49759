"""A maison's windows: composed, scheduled by market, shown and taken down. What is shown is published in the same transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many, scalar
from enfilade.base.ids import new_id
from enfilade.editorial import scenes
from enfilade.editorial.blocks import Fault
from enfilade.editorial.pictures import pictures_there, with_uploads
from enfilade.editorial.publishing import Showing, markets_of, may_show, possible
from enfilade.editorial.scenes import Scene, SceneRefused


@dataclass(frozen=True, slots=True)
class Window:
    """A window as its makers see it. `shown_at` None: nobody else sees it; `differs`: what is shown is not the draft."""

    id: UUID
    name: str
    revision: int
    drafted_at: datetime
    shown_at: datetime | None
    differs: bool
    draft: Scene
    showings: list[Showing]


@dataclass(frozen=True, slots=True)
class _Window:
    id: UUID
    name: str
    revision: int
    drafted_at: datetime
    shown_at: datetime | None
    differs: bool
    draft: Any
    showings: list[Any]


class NoSuchWindow(Exception):
    """The maison has no window of this id."""

    def __init__(self) -> None:
        super().__init__("there is no such window here")


class WindowChangedMeanwhile(Exception):
    """Somebody saved the window after its maker had opened it."""

    def __init__(self, revision: int) -> None:
        super().__init__("A colleague saved this window after you had opened it.")
        self.revision = revision


async def begin(
    conn: Conn, *, maison_id: UUID, name: str, language: str, now: datetime, begun_by: UUID | None = None
) -> UUID:
    """An empty window under a working name. Raises SceneRefused."""
    draft = _named(name, {"language": language})
    window_id = new_id(now)
    await execute(
        conn,
        """
        insert into editorial.window (maison_id, id, name, draft, drafted_at, drafted_by)
        values (%(maison_id)s, %(id)s, %(name)s, %(draft)s::jsonb, %(now)s, %(by)s)
        """,
        maison_id=maison_id,
        id=window_id,
        name=name.strip(),
        draft=msgspec.json.encode(draft).decode(),
        by=begun_by,
        now=now,
    )
    return window_id


async def write(
    conn: Conn,
    *,
    maison_id: UUID,
    window_id: UUID,
    name: str,
    draft: Scene,
    seen: int,
    now: datetime,
    written_by: UUID | None = None,
) -> int:
    """Saves name and draft and returns the revision; unchanged ones keep theirs. `seen` is the revision they were written on.

    Raises SceneRefused, NoSuchWindow, WindowChangedMeanwhile.
    """
    draft = await with_uploads(conn, maison_id=maison_id, content=_named(name, msgspec.to_builtins(draft)))
    revision = await _locked(conn, maison_id, window_id)
    if revision != seen:
        raise WindowChangedMeanwhile(revision)
    return revision + await execute(
        conn,
        """
        update editorial.window set name = %(name)s, draft = %(draft)s::jsonb, revision = revision + 1,
          drafted_at = %(now)s, drafted_by = %(by)s
        where maison_id = %(maison_id)s and id = %(id)s and (name, draft) is distinct from (%(name)s, %(draft)s::jsonb)
        """,
        maison_id=maison_id,
        id=window_id,
        name=name.strip(),
        draft=msgspec.json.encode(draft).decode(),
        by=written_by,
        now=now,
    )


async def windows(conn: Conn, *, maison_id: UUID, window_id: UUID | None = None) -> list[Window]:
    """The maison's windows with their schedules, those that are lit first; or the one."""
    rows = await many(
        conn,
        _Window,
        """
        select w.id, w.name, w.revision, w.drafted_at, w.shown_at, w.draft,
          coalesce(w.draft <> s.content, false) as differs,
          coalesce((select jsonb_agg(to_jsonb(c) - array['maison_id', 'window_id'] order by c.market collate "C")
            from editorial.window_schedule c where c.maison_id = w.maison_id and c.window_id = w.id), '[]') as showings
        from editorial.window w left join public_facts.window s on s.maison_id = w.maison_id and s.id = w.id
        where w.maison_id = %(maison_id)s and (%(id)s::uuid is null or w.id = %(id)s)
        order by w.shown_at is null, w.drafted_at desc, w.id limit 200
        """,
        maison_id=maison_id,
        id=window_id,
    )
    return [msgspec.convert(row, Window, from_attributes=True) for row in rows]


async def window(conn: Conn, *, maison_id: UUID, window_id: UUID) -> Window:
    """One of them. Raises NoSuchWindow."""
    found = await windows(conn, maison_id=maison_id, window_id=window_id)
    if not found:
        raise NoSuchWindow
    return found[0]


async def schedule(conn: Conn, *, maison_id: UUID, window_id: UUID, showings: list[Showing]) -> None:
    """Says anew in which markets the window is shown, and when; one that is shown follows at once.

    Raises NoSuchWindow, ScheduleRefused.
    """
    await _locked(conn, maison_id, window_id)
    possible(showings, await markets_of(conn, maison_id))
    await execute(
        conn,
        """
        with gone as (
          delete from editorial.window_schedule where maison_id = %(maison_id)s and window_id = %(window_id)s
            and market <> all(%(markets)s::text[])
        )
        insert into editorial.window_schedule as kept (maison_id, window_id, market, shown_from, shown_until)
        select %(maison_id)s, %(window_id)s, s.market, s.shown_from, s.shown_until
        from jsonb_to_recordset(%(showings)s::jsonb) as s(market text, shown_from timestamptz, shown_until timestamptz)
        on conflict (maison_id, window_id, market) do update
        set shown_from = excluded.shown_from, shown_until = excluded.shown_until
        """,
        maison_id=maison_id,
        window_id=window_id,
        markets=[one.market for one in showings],
        showings=msgspec.json.encode(showings).decode(),
    )
    await _show_markets(conn, maison_id, window_id)


async def show(conn: Conn, *, maison_id: UUID, window_id: UUID, now: datetime) -> None:
    """Shows the draft to passers-by of its markets; without a schedule in all markets of the maison, from now on. Repeatable.

    Raises NoSuchWindow, SceneRefused.
    """
    # What is looked through is what is shown: nobody writes in between.
    await _locked(conn, maison_id, window_id)
    found = await window(conn, maison_id=maison_id, window_id=window_id)
    scene = await with_uploads(conn, maison_id=maison_id, content=found.draft)
    faults = [*scenes.lacking(scene), *await _unknown(conn, maison_id, scene)]
    if faults:
        raise SceneRefused(faults)
    if not found.showings:
        everywhere = [Showing(market, now) for market in await markets_of(conn, maison_id)]
        await schedule(conn, maison_id=maison_id, window_id=window_id, showings=everywhere)
    await execute(
        conn,
        """
        with shown as (
          update editorial.window set shown_at = coalesce(shown_at, %(now)s), draft = %(scene)s::jsonb
          where maison_id = %(maison_id)s and id = %(id)s returning id, maison_id, draft, shown_at)
        insert into public_facts.window (id, maison_id, content, shown_at)
        select id, maison_id, draft, shown_at from shown
        on conflict (id) do update set content = excluded.content
        """,
        maison_id=maison_id,
        id=window_id,
        scene=msgspec.json.encode(scene).decode(),
        now=now,
    )
    await _show_markets(conn, maison_id, window_id)


async def take_down(conn: Conn, *, maison_id: UUID, window_id: UUID) -> None:
    """Nobody outside the maison sees it any more; draft and schedule stay. Repeatable. Raises NoSuchWindow."""
    await _locked(conn, maison_id, window_id)
    await execute(
        conn,
        "update editorial.window set shown_at = null where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=window_id,
    )
    await execute(
        conn,
        "delete from public_facts.window where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=window_id,
    )


async def _locked(conn: Conn, maison_id: UUID, window_id: UUID) -> int:
    """Its revision; whoever else wants to change the window waits until the transaction ends."""
    revision: int | None = await scalar(
        conn,
        "select revision from editorial.window where maison_id = %(maison_id)s and id = %(id)s for update",
        maison_id=maison_id,
        id=window_id,
    )
    if revision is None:
        raise NoSuchWindow
    return revision


def _named(name: str, scene: Any) -> Scene:
    found = scenes.read(scene)
    if not 0 < len(name.strip()) <= 120 or "\x00" in name:
        raise SceneRefused([Fault(0, "name", "a window has a name of up to 120 letters")])
    return found


async def _unknown(conn: Conn, maison_id: UUID, scene: Scene) -> list[Fault]:
    pieces = await may_show(conn, maison_id=maison_id, slugs=scene.pieces)
    faults = [
        Fault(0, "pieces", f"“{slug}” is no published piece this window may show")
        for slug in scene.pieces
        if slug not in pieces
    ]
    if not await pictures_there(conn, maison_id=maison_id, names=[scene.picture.name]):
        faults.append(Fault(0, "picture", f"“{scene.picture.name}” is no picture this maison has"))
    if scene.story and not await _told(conn, maison_id, scene.story):
        faults.append(Fault(0, "story", f"“{scene.story}” is no published story of this maison"))
    return faults


async def _told(conn: Conn, maison_id: UUID, slug: str) -> UUID | None:
    return await scalar(
        conn,
        "select id from public_facts.story where maison_id = %(maison_id)s and slug = %(slug)s",
        maison_id=maison_id,
        slug=slug,
    )


async def _show_markets(conn: Conn, maison_id: UUID, window_id: UUID) -> None:
    await execute(
        conn,
        """
        with gone as (
          delete from public_facts.window_market m where m.maison_id = %(maison_id)s and m.window_id = %(window_id)s
            and not exists (select 1 from editorial.window_schedule c where c.maison_id = m.maison_id
              and c.window_id = m.window_id and c.market = m.market)
        )
        insert into public_facts.window_market as shown (window_id, maison_id, market, shown_from, shown_until)
        select c.window_id, c.maison_id, c.market, c.shown_from, c.shown_until
        from editorial.window_schedule c join public_facts.window s on s.id = c.window_id and s.maison_id = c.maison_id
        where c.maison_id = %(maison_id)s and c.window_id = %(window_id)s
        on conflict (window_id, market) do update
        set shown_from = excluded.shown_from, shown_until = excluded.shown_until
        """,
        maison_id=maison_id,
        window_id=window_id,
    )
