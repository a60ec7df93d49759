"""Which serialised pieces order lines sold: for who takes them back, and who certifies them."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many


@dataclass(frozen=True, slots=True)
class SoldPieces:
    """A line of a serialised variant; `serials` with the client now, none where it left before its pieces were told apart."""

    order_line_id: UUID
    serials: list[str]


async def sold_by(
    conn: Conn, *, maison_id: UUID, order_line_ids: list[UUID], variant_ids: list[UUID]
) -> dict[UUID, list[str]]:
    """Of these order lines, each with its variant, those of serialised variants, with what the client has of them."""
    rows = await many(
        conn,
        SoldPieces,
        """
        select l.order_line_id, array(select p.serial from stock.piece p where p.maison_id = %(maison_id)s
          and p.order_line_id = l.order_line_id and p.whereabouts = 'sold' order by p.serial) as serials
        from unnest(%(lines)s::uuid[], %(variants)s::uuid[]) as l(order_line_id, variant_id)
        join stock.serialised s on s.maison_id = %(maison_id)s and s.variant_id = l.variant_id
        """,
        maison_id=maison_id,
        lines=order_line_ids,
        variants=variant_ids,
    )
    return {row.order_line_id: row.serials for row in rows}
