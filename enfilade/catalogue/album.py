"""The pictures of a piece as the studio sees them: uploads chosen for it, what is seen on each, in which colour, in which order.

An upload is called `upload-{its id}`. Pictures an import told of stand among them; an import sets its own anew, never an upload.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many, maybe
from enfilade.catalogue.publish import publish_products, take_turns

UPLOAD = "upload-"
#: What is seen on a picture, in the order pieces are usually shown.
VIEWS = ("front", "worn", "detail", "back")
PICTURES_MAX = 24


class NoSuchProduct(Exception):
    """The maison has no such piece."""


class NotToBeShown(Exception):
    """The maison has no such upload, or it does not say yet what it shows, or its sizes are not made."""


class TooManyPictures(Exception):
    """A piece has PICTURES_MAX pictures at most."""


class AlbumChanged(Exception):
    """Somebody else changed the pictures of the piece meanwhile."""


class NotOfThePiece(Exception):
    """The piece is not made in this colour, or there is no such view."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A product, with the colours it is made in."""

    id: UUID
    slug: str
    handle: str
    name: str
    published: bool
    colours: list[str]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a piece; `medium_id` is None of one an import told of. `position` counts from 1.

    `width`: of the upload, 0 where it is none, or not published.
    """

    position: int
    name: str
    source_url: str
    alt: str
    medium_id: UUID | None
    view: str
    colour: str
    width: int
    alts: dict[str, str]

    @property
    def said(self) -> str:
        """What it shows, in English where that is said."""
        return self.alts.get("en") or next(iter(self.alts.values()), "") or self.alt


@dataclass(frozen=True, slots=True)
class Placed:
    """What becomes of the picture at `position`: its place among them, what is seen in which colour; `out`: it is taken out."""

    position: int
    place: int
    view: str
    colour: str
    out: bool


async def piece(conn: Conn, *, maison_id: UUID, product_id: UUID) -> Piece | None:
    """One of the maison's."""
    return await maybe(
        conn,
        Piece,
        """
        select p.id, p.slug, p.handle, coalesce(t.name, p.handle) as name, p.published,
          array(select v.colour from catalogue.variant v where v.maison_id = p.maison_id and v.product_id = p.id
            and v.colour <> '' group by v.colour order by min(v.position), v.colour) as colours
        from catalogue.product p
        left join lateral (select x.name from catalogue.product_text x
          where x.maison_id = p.maison_id and x.product_id = p.id
          order by (x.language = 'en') desc, x.language limit 1) t on true
        where p.maison_id = %(maison_id)s and p.id = %(product_id)s
        """,
        maison_id=maison_id,
        product_id=product_id,
    )


async def shots(conn: Conn, *, maison_id: UUID, product_id: UUID) -> list[Shot]:
    """In their order."""
    return await many(
        conn,
        Shot,
        """
        select i.position, i.name, i.source_url, i.alt, i.medium_id, i.view, i.colour, coalesce(m.width, 0) as width,
          coalesce(m.alts, '{}') as alts
        from catalogue.picture i left join public_facts.medium m on m.maison_id = i.maison_id and m.id = i.medium_id
        where i.maison_id = %(maison_id)s and i.product_id = %(product_id)s order by i.position
        """,
        maison_id=maison_id,
        product_id=product_id,
    )


def standing(shown: list[Shot]) -> str:
    """The pictures as a form saw them, to tell whether somebody changed them meanwhile."""
    return " ".join(f"{one.name or one.source_url}|{one.view}|{one.colour}" for one in shown)


async def choose(
    conn: Conn,
    *,
    maison_id: UUID,
    product_id: UUID,
    media: list[UUID],
    view: str,
    colour: str,
    now: datetime,
) -> None:
    """Shows these uploads of the maison with the piece, after those that stand there; one it has already is changed.

    Raises NoSuchProduct, NotOfThePiece, NotToBeShown, TooManyPictures.
    """
    known = await _locked(conn, maison_id, product_id)
    _checked(known, view, colour)
    wanted = list(dict.fromkeys(media))
    there = await many(
        conn,
        _Id,
        """
        select id from public_facts.medium where maison_id = %(maison_id)s and id = any(%(ids)s::uuid[]) for share
        """,
        maison_id=maison_id,
        ids=wanted,
    )
    if len(there) < len(wanted):
        raise NotToBeShown
    before = await shots(conn, maison_id=maison_id, product_id=product_id)
    after = [replace(one, view=view, colour=colour) if one.medium_id in wanted else one for one in before] + [
        Shot(0, f"{UPLOAD}{one}", "", "", one, view, colour, 0, {})
        for one in wanted
        if one not in {shot.medium_id for shot in before}
    ]
    if len(after) > PICTURES_MAX:
        raise TooManyPictures
    await _write(conn, maison_id, product_id, after, now)


async def arrange(
    conn: Conn, *, maison_id: UUID, product_id: UUID, seen: str, placed: list[Placed], now: datetime
) -> None:
    """Orders the pictures of the piece anew, changes what they show, takes out; `seen` is what `standing` said of them before.

    Equal places keep the order they stood in. Raises NoSuchProduct, NotOfThePiece, AlbumChanged.
    """
    known = await _locked(conn, maison_id, product_id)
    before = await shots(conn, maison_id=maison_id, product_id=product_id)
    if standing(before) != seen or {one.position for one in before} != {one.position for one in placed}:
        raise AlbumChanged
    of = {one.position: one for one in before}
    after: list[Shot] = []
    for one in sorted(placed, key=lambda one: (one.place, one.position)):
        shot = of[one.position]
        if one.out:
            continue
        if shot.medium_id is not None and (shot.view, shot.colour) != (one.view, one.colour):
            _checked(known, one.view, one.colour)
            shot = replace(shot, view=one.view, colour=one.colour)
        after.append(shot)
    await _write(conn, maison_id, product_id, after, now)


async def shown_with(conn: Conn, *, maison_id: UUID, medium_id: UUID) -> list[Piece]:
    """The pieces that show the upload, published or not, by handle; whoever changes them waits until this transaction ends."""
    await take_turns(conn, maison_id=maison_id)
    return await many(
        conn,
        Piece,
        """
        select p.id, p.slug, p.handle, coalesce(t.name, p.handle) as name, p.published, '{}'::text[] as colours
        from catalogue.picture i
        join catalogue.product p on p.maison_id = i.maison_id and p.id = i.product_id
        left join lateral (select x.name from catalogue.product_text x
          where x.maison_id = p.maison_id and x.product_id = p.id
          order by (x.language = 'en') desc, x.language limit 1) t on true
        where i.maison_id = %(maison_id)s and i.medium_id = %(medium_id)s order by p.handle, p.id
        """,
        maison_id=maison_id,
        medium_id=medium_id,
    )


async def described(conn: Conn, *, maison_id: UUID, medium_id: UUID, now: datetime) -> None:
    """The upload says something else of itself: the pieces that show it say it, too."""
    of = await shown_with(conn, maison_id=maison_id, medium_id=medium_id)
    if of:
        await publish_products(conn, maison_id=maison_id, now=now, product_ids=[one.id for one in of])


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def _locked(conn: Conn, maison_id: UUID, product_id: UUID) -> Piece:
    await take_turns(conn, maison_id=maison_id)
    found = await piece(conn, maison_id=maison_id, product_id=product_id)
    if found is None:
        raise NoSuchProduct
    return found


def _checked(of: Piece, view: str, colour: str) -> None:
    if view not in ("", *VIEWS) or (colour and colour not in of.colours):
        raise NotOfThePiece


async def _write(conn: Conn, maison_id: UUID, product_id: UUID, after: list[Shot], now: datetime) -> None:
    await execute(
        conn,
        "delete from catalogue.picture where maison_id = %(maison_id)s and product_id = %(product_id)s",
        maison_id=maison_id,
        product_id=product_id,
    )
    rows: list[dict[str, Any]] = [
        {
            "position": position,
            "name": one.name,
            "source_url": one.source_url,
            "alt": one.alt,
            "medium_id": one.medium_id,
            "view": one.view,
            "colour": one.colour,
        }
        for position, one in enumerate(after, 1)
    ]
    await execute(
        conn,
        """
        insert into catalogue.picture (maison_id, product_id, position, name, source_url, alt, medium_id, view, colour)
        select %(maison_id)s, %(product_id)s, g.position, g.name, g.source_url, g.alt, g.medium_id, g.view, g.colour
        from jsonb_to_recordset(%(rows)s::jsonb) as g(position integer, name text, source_url text, alt text, medium_id uuid,
          view text, colour text)
        """,
        maison_id=maison_id,
        product_id=product_id,
        rows=msgspec.json.encode(rows).decode(),
    )
    await publish_products(conn, maison_id=maison_id, now=now, product_ids=[product_id])
