"""Pieces that a workshop has finished: stock at its place, and their order line's in the same statement."""

from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute
from enfilade.base.ids import new_id
from enfilade.stock import pieces_told, positions
from enfilade.stock.allocations import LineDemand
from enfilade.stock.serials import Found, SayTheSerials, SerialRefused, once_each


async def finish(
    conn: Conn, *, maison_id: UUID, line: LineDemand, serials: list[str], by_id: UUID, now: datetime
) -> None:
    """So many new pieces are on hand there, and allocated to the line, which has no allocation yet: nobody else can take them.

    Raises SayTheSerials where the variant is counted piece by piece and not each is named, SerialRefused for a known one.
    """
    place = {"maison_id": maison_id, "location_id": line.location_id, "variant_id": line.variant_id}
    position = await positions.there(conn, maison_id, line.location_id, line.variant_id, now)
    if position.serialised:
        found = once_each([Found(serial) for serial in serials])
        if len(found) != line.quantity:
            raise SayTheSerials(line.quantity)
        came = await pieces_told.receive(conn, **place, found=found, by_id=by_id, now=now)
        if came != line.quantity:
            raise SerialRefused(found[0].serial, "is here already")
        await execute(
            conn,
            """
            with promised as (
              insert into stock.allocation (maison_id, order_line_id, location_id, variant_id, quantity, secured, allocated_at)
              values (%(maison_id)s, %(line_id)s, %(location_id)s, %(variant_id)s, %(quantity)s, true, %(now)s)
            ), written as (
              insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, allocated, cause_id)
              values (%(maison_id)s, %(id)s, %(now)s, %(location_id)s, %(variant_id)s, 'allocated', %(quantity)s, %(line_id)s)
            ), given as (
              update stock.piece set order_line_id = %(line_id)s, changed_at = %(now)s
              where maison_id = %(maison_id)s and variant_id = %(variant_id)s and serial = any(%(serials)s::text[])
                and location_id = %(location_id)s and whereabouts = 'here' and order_line_id is null and hold_id is null
              returning id
            )
            -- After its arrival in the history of the piece.
            insert into stock.piece_step (maison_id, id, piece_id, recorded_at, kind, location_id, cause_id)
            select %(maison_id)s, uuidv7(), g.id, %(now)s::timestamptz + interval '1 microsecond', 'allocated',
              %(location_id)s, %(line_id)s from given g
            """,
            **place,
            line_id=line.order_line_id,
            quantity=line.quantity,
            serials=[one.serial for one in found],
            id=new_id(now),
            now=now,
        )
        return
    await execute(
        conn,
        """
        with here as (
          update stock.position set on_hand = on_hand + %(quantity)s, allocated = allocated + %(quantity)s,
            as_of = greatest(as_of, %(now)s::timestamptz)
          where maison_id = %(maison_id)s and location_id = %(location_id)s and variant_id = %(variant_id)s
        ), promised as (
          insert into stock.allocation (maison_id, order_line_id, location_id, variant_id, quantity, secured, allocated_at)
          values (%(maison_id)s, %(line_id)s, %(location_id)s, %(variant_id)s, %(quantity)s, true, %(now)s)
        )
        insert into stock.movement (maison_id, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, cause_id)
        values (%(maison_id)s, %(id)s, %(now)s, %(location_id)s, %(variant_id)s, 'received', %(quantity)s, %(quantity)s,
          %(line_id)s)
        """,
        **place,
        line_id=line.order_line_id,
        quantity=line.quantity,
        id=new_id(now),
        now=now,
    )
