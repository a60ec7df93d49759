"""The stories and windows of the demo world: told and lit through the verbs, once; what a smaller world lacks is left out."""

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import msgspec

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, scalar
from enfilade.base.ids import repeatable
from enfilade.editorial import arranging, publishing, scenes, stories, windows
from enfilade.editorial.blocks import Content, plain, read
from enfilade.editorial.complete import lacking
from enfilade.editorial.pictures import pictures_there
from enfilade.editorial.published import told_by
from enfilade.editorial.publishing import Showing
from enfilade.editorial.scenes import Scene
from enfilade.maisons import founding
from enfilade.world.generate import World
from enfilade.world.pictures import INDEX

HERE = Path(__file__).parent / "editorial"
WINDOWS = Path(__file__).parent / "windows.toml"
#: How long before the world's day its windows were lit, and their row was first arranged.
LIT_DAYS, ARRANGED_DAYS = 20, 60


@dataclass(frozen=True, slots=True)
class Written:
    """A story as its file tells it; `days` before the world's day it was published."""

    maison: str
    slug: str
    days: int
    content: Content


@cache
def written() -> tuple[Written, ...]:
    """All of them, by file. Pieces of the maison's own are named by their handle alone."""
    return tuple(_written(path) for path in sorted(HERE.glob("*.toml")))


def _written(path: Path) -> Written:
    entry = tomllib.loads(path.read_text("utf-8"))
    maison: str = entry["maison"]
    head = {name: entry[name] for name in ("title", "standfirst", "author") if name in entry}
    return Written(
        maison,
        path.stem,
        entry["days"],
        read(
            {
                "language": entry.get("language", "fr"),
                **head,
                "cover": _picture(entry["cover"]),
                "spots": [_spot(maison, spot) for spot in entry.get("spots", [])],
                "blocks": [_block(maison, block) for block in entry["block"]],
            }
        ),
    )


def _block(maison: str, block: dict[str, Any]) -> dict[str, Any]:
    said = {name: _stripped(value) for name, value in block.items()}
    if "picture" in said:
        said["picture"] = _picture(said["picture"])
    if block["kind"] == "gallery":
        said["pictures"] = [_picture(name) for name in said["pictures"]]
    if "pieces" in said:
        said["pieces"] = [_slug(maison, piece) for piece in said["pieces"]]
    if "piece" in said:
        said["piece"] = _slug(maison, said["piece"])
    if "spots" in said:
        said["spots"] = [_spot(maison, spot) for spot in said["spots"]]
    return said


def _stripped(value: Any) -> Any:
    if isinstance(value, dict):
        return {language: text.strip() for language, text in cast("dict[str, str]", value).items()}
    return value


def _slug(maison: str, piece: str) -> str:
    return piece if maison == "claire-voie" else f"{maison}-{piece}"


def _spot(maison: str, spot: dict[str, Any]) -> dict[str, Any]:
    return spot | {"piece": _slug(maison, spot["piece"])}


def _picture(name: str) -> dict[str, Any]:
    return {"name": name, "alt": _album().get(name, {})}


@cache
def _album() -> dict[str, dict[str, str]]:
    return (
        {entry["name"]: entry["alt"] for entry in json.loads(INDEX.read_text("utf-8"))}
        if INDEX.exists()
        else {}
    )


async def tell(db: Db, world: World, now: datetime) -> int:
    """Publishes those of the world's maisons that are not there yet; returns how many. Belongs after the pieces."""
    here = {maison.slug for maison in (*world.maisons, world.store)}
    told = 0
    for story in written():
        if story.maison not in here:
            continue
        maison_id = await _founded(db, story.maison)
        with repeatable(f"{world.scale.seed}/ids/stories/{story.slug}"):
            async with db.acting(Actor.importer(), maison_id) as conn:
                told += await _tell(conn, maison_id, story, now - timedelta(days=story.days))
    return told


async def _tell(conn: Conn, maison_id: UUID, story: Written, at: datetime) -> bool:
    if await scalar(
        conn,
        "select exists (select 1 from editorial.story where maison_id = %(maison_id)s and slug = %(slug)s)",
        maison_id=maison_id,
        slug=story.slug,
    ):
        return False
    content = await _of_this_world(conn, maison_id, story.content)
    if content is None:
        return False
    language = content.language
    story_id = await stories.begin(
        conn, maison_id=maison_id, title=content.title[language], language=language, slug=story.slug, now=at
    )
    await stories.write(conn, maison_id=maison_id, story_id=story_id, draft=content, seen=1, now=at)
    await publishing.publish(conn, maison_id=maison_id, story_id=story_id, now=at)
    return True


@dataclass(frozen=True, slots=True)
class Composed:
    """A window as its file says it; `markets` empty: all of the maison's."""

    maison: str
    name: str
    markets: list[str]
    scene: Scene


@cache
def composed() -> tuple[Composed, ...]:
    """All of them, in the order of the file."""
    return tuple(
        Composed(
            entry["maison"],
            entry["name"],
            entry.get("markets", []),
            scenes.read(
                {
                    "language": entry["language"],
                    "picture": _picture(entry["picture"]),
                    "line": entry["line"],
                    "pieces": [_slug(entry["maison"], piece) for piece in entry["pieces"]],
                    "story": entry.get("story", ""),
                }
            ),
        )
        for entry in tomllib.loads(WINDOWS.read_text("utf-8"))["window"]
    )


async def light(db: Db, world: World, now: datetime) -> int:
    """Lights the windows of the world's maisons that are not there yet, and arranges their row, day by day as the shop would
    have done; returns how many are lit. Belongs after the stories they lead to.
    """
    here = {maison.slug for maison in (*world.maisons, world.store)}
    at, lit = now - timedelta(days=LIT_DAYS), 0
    for window in composed():
        if window.maison not in here:
            continue
        maison_id = await _founded(db, window.maison)
        with repeatable(f"{world.scale.seed}/ids/windows/{window.maison}/{window.name}"):
            async with db.acting(Actor.importer(), maison_id) as conn:
                lit += await _light(conn, maison_id, window, at)
    store_id = await _founded(db, world.store.slug)
    async with db.acting(Actor.job(), store_id) as conn:
        for days in range(ARRANGED_DAYS, -2, -1):
            await arranging.arrange(conn, maison_id=store_id, day=now.date() - timedelta(days=days))
    return lit


async def _light(conn: Conn, maison_id: UUID, window: Composed, at: datetime) -> bool:
    there = await windows.windows(conn, maison_id=maison_id)
    if window.name in {one.name for one in there}:
        return False
    scene, here = (
        window.scene,
        await publishing.may_show(conn, maison_id=maison_id, slugs=window.scene.pieces),
    )
    scene = msgspec.structs.replace(scene, pieces=[slug for slug in scene.pieces if slug in here])
    if not scene.pieces or not await pictures_there(conn, maison_id=maison_id, names=[scene.picture.name]):
        return False
    told = {story.slug for story in await told_by(conn, maison_id=maison_id, language=scene.language)}
    if scene.story not in told:
        scene = msgspec.structs.replace(scene, story="")
    window_id = await windows.begin(
        conn, maison_id=maison_id, name=window.name, language=scene.language, now=at
    )
    await windows.write(
        conn, maison_id=maison_id, window_id=window_id, name=window.name, draft=scene, seen=1, now=at
    )
    # The one of a single market began last, so that it is seen there before the others.
    showings = [Showing(market, at + timedelta(days=1)) for market in window.markets]
    if showings:
        await windows.schedule(conn, maison_id=maison_id, window_id=window_id, showings=showings)
    await windows.show(conn, maison_id=maison_id, window_id=window_id, now=at)
    return True


async def _founded(db: Db, slug: str) -> UUID:
    async with db.door() as conn:
        maison_id = await founding.id_of(conn, slug=slug)
    assert maison_id is not None, f"{slug} is founded before it tells anything"
    return maison_id


async def _of_this_world(conn: Conn, maison_id: UUID, content: Content) -> Content | None:
    """Without the blocks that name what this world has not; None where too little would be left."""
    missing = {fault.block for fault in await publishing.unknown(conn, maison_id=maison_id, content=content)}
    if 0 in missing:
        content = read(plain(content) | {"spots": []})
    blocks = [block for number, block in enumerate(content.blocks, 1) if number not in missing]
    kept = read(plain(content) | {"blocks": [plain(block) for block in blocks]})
    if lacking(kept) or await publishing.unknown(conn, maison_id=maison_id, content=kept):
        return None
    return kept if len(blocks) * 2 >= len(content.blocks) else None
