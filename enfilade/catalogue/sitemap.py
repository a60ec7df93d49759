"""What search engines are told of the pieces of a store: how many there are in parts, and each one's address and last change."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, Db, many

#: Addresses in one file. The protocol allows 50,000; smaller ones are fetched again sooner.
PART_PIECES = 10_000
PIECES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """Up to PART_PIECES pieces of a maison, in its order; `changed_at` is the last change among them."""

    slug: str
    part: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A piece's slug, and when what is published of it last changed."""

    id: UUID
    position: int
    slug: str
    changed_at: datetime


async def parts(conn: Conn, *, store_id: UUID, part_pieces: int = PART_PIECES) -> list[Part]:
    """The parts of every maison of the store that shows pieces."""
    return await many(
        conn,
        Part,
        """
        select m.slug, n.part, n.changed_at
        from public_facts.store_maison s join public_facts.maison m on m.maison_id = s.maison_id
        cross join lateral (
          select ((x.number - 1) / %(part_pieces)s)::integer + 1 as part, max(x.changed_at) as changed_at
          from (select p.changed_at, row_number() over (order by p.position, p.id) as number
            from public_facts.product p where p.maison_id = m.maison_id) x
          group by 1) n
        where s.store_id = %(store_id)s
        order by m.slug collate "C", n.part
        """,
        store_id=store_id,
        part_pieces=part_pieces,
    )


async def addresses(
    db: Db, *, store_id: UUID, slug: str, part: int, part_pieces: int = PART_PIECES
) -> AsyncIterator[list[Address]]:
    """The pieces of one part, PIECES_AT_ONCE at a time: no connection is kept while a slow reader reads."""
    left, skipped = part_pieces, (part - 1) * part_pieces
    last: Address | None = None
    while left > 0:
        async with db.public() as conn:
            found = await many(
                conn,
                Address,
                """
                select p.id, p.position, p.slug, p.changed_at
                from public_facts.maison m
                join public_facts.store_maison s on s.maison_id = m.maison_id and s.store_id = %(store_id)s
                join public_facts.product p on p.maison_id = m.maison_id
                where m.slug = %(slug)s and (p.position, p.id) > (%(position)s::integer, %(id)s::uuid)
                order by p.position, p.id limit %(most)s offset %(skipped)s
                """,
                store_id=store_id,
                slug=slug,
                position=last.position if last else -(2**31),
                id=last.id if last else UUID(int=0),
                most=min(left, PIECES_AT_ONCE),
                skipped=skipped,
            )
        if not found:
            return
        yield found
        left, skipped, last = left - len(found), 0, found[-1]
        if len(found) < PIECES_AT_ONCE:
            return
