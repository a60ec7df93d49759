"""Seats: where clients sit during an appointment, room by room; any seat of the boutique serves any service that needs one."""

from dataclasses import dataclass
from uuid import UUID

from psycopg import errors

from enfilade.appointments import turns
from enfilade.appointments.rosters import RosterRefused, managed
from enfilade.base.db import Conn, execute, many
from enfilade.staff.people import Colleague


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat, with its room's name."""

    id: UUID
    room: str


async def seats(conn: Conn, *, maison_id: UUID, location_id: UUID) -> list[Seat]:
    """Those of the boutique, room by room."""
    return await many(
        conn,
        Seat,
        """
        select id, room from appointments.seat
        where maison_id = %(maison_id)s and location_id = %(location_id)s and active order by room, id
        """,
        maison_id=maison_id,
        location_id=location_id,
    )


async def add_seat(
    conn: Conn, *, maison_id: UUID, by: Colleague, seat_id: UUID, location_id: UUID, room: str
) -> None:
    """One more seat in a room of the boutique, under an id of the asker's choice. Repeatable. Raises RosterRefused."""
    managed(by, location_id)
    await turns.take(conn, maison_id=maison_id, location_ids=[location_id])
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into appointments.seat (maison_id, id, location_id, room)
                values (%(maison_id)s, %(seat_id)s, %(location_id)s, %(room)s) on conflict (maison_id, id) do nothing
                """,
                maison_id=maison_id,
                seat_id=seat_id,
                location_id=location_id,
                room=room.strip(),
            )
    except errors.CheckViolation:
        raise RosterRefused from None


async def retire_seat(
    conn: Conn, *, maison_id: UUID, by: Colleague, seat_id: UUID, location_id: UUID
) -> None:
    """Nobody is seated there any more, except who is booked already. Repeatable."""
    managed(by, location_id)
    await turns.take(conn, maison_id=maison_id, location_ids=[location_id])
    await execute(
        conn,
        """
        update appointments.seat set active = false
        where maison_id = %(maison_id)s and id = %(seat_id)s and location_id = %(location_id)s
        """,
        maison_id=maison_id,
        seat_id=seat_id,
        location_id=location_id,
    )
