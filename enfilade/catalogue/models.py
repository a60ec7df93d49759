"""A piece in three dimensions: which uploaded model stands for it, one for every colour or one for each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many, scalar
from enfilade.catalogue.album import NoSuchProduct, NotOfThePiece, piece
from enfilade.catalogue.publish import publish_products, take_turns
from enfilade.media import originals


@dataclass(frozen=True, slots=True)
class Model:
    """Of a piece in one colour, '' in those that have none of their own; its file as it was called, and its name."""

    colour: str
    original_id: UUID
    name: str
    file_name: str
    bytes: int


async def models(conn: Conn, *, maison_id: UUID, product_id: UUID) -> list[Model]:
    """By colour."""
    return await many(
        conn,
        Model,
        """
        select k.colour, k.original_id, o.name, o.file_name, o.bytes
        from catalogue.model k join media.original o on o.maison_id = k.maison_id and o.id = k.original_id
        where k.maison_id = %(maison_id)s and k.product_id = %(product_id)s order by k.colour
        """,
        maison_id=maison_id,
        product_id=product_id,
    )


async def put(
    conn: Conn, *, maison_id: UUID, product_id: UUID, colour: str, original_id: UUID, now: datetime
) -> None:
    """The model of this colour from now on. Raises NoSuchProduct, NotOfThePiece."""
    await take_turns(conn, maison_id=maison_id)
    of = await piece(conn, maison_id=maison_id, product_id=product_id)
    if of is None:
        raise NoSuchProduct
    if colour and colour not in of.colours:
        raise NotOfThePiece
    before = await _of(conn, maison_id, product_id, colour)
    await execute(
        conn,
        """
        insert into catalogue.model (maison_id, product_id, colour, original_id)
        values (%(maison_id)s, %(product_id)s, %(colour)s, %(original_id)s)
        on conflict (maison_id, product_id, colour) do update set original_id = excluded.original_id
        """,
        maison_id=maison_id,
        product_id=product_id,
        colour=colour,
        original_id=original_id,
    )
    await _let_go(conn, maison_id, before)
    await publish_products(conn, maison_id=maison_id, now=now, product_ids=[product_id])


async def take_away(conn: Conn, *, maison_id: UUID, product_id: UUID, colour: str, now: datetime) -> bool:
    """Nobody turns it around any more. False: there was none."""
    await take_turns(conn, maison_id=maison_id)
    before = await _of(conn, maison_id, product_id, colour)
    if before is None:
        return False
    await execute(
        conn,
        """
        delete from catalogue.model
        where maison_id = %(maison_id)s and product_id = %(product_id)s and colour = %(colour)s
        """,
        maison_id=maison_id,
        product_id=product_id,
        colour=colour,
    )
    await _let_go(conn, maison_id, before)
    await publish_products(conn, maison_id=maison_id, now=now, product_ids=[product_id])
    return True


async def _of(conn: Conn, maison_id: UUID, product_id: UUID, colour: str) -> UUID | None:
    return await scalar(
        conn,
        """
        select original_id from catalogue.model
        where maison_id = %(maison_id)s and product_id = %(product_id)s and colour = %(colour)s
        """,
        maison_id=maison_id,
        product_id=product_id,
        colour=colour,
    )


async def _let_go(conn: Conn, maison_id: UUID, original_id: UUID | None) -> None:
    """A file that stands for no piece any more is removed."""
    if original_id is None:
        return
    used = await scalar(
        conn,
        """
        select exists (select 1 from catalogue.model where maison_id = %(maison_id)s and original_id = %(original_id)s)
        """,
        maison_id=maison_id,
        original_id=original_id,
    )
    if not used:
        await originals.remove(conn, maison_id=maison_id, original_id=original_id)
