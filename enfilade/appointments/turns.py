"""Turns: who books at a boutique, moves, or changes who works there, does so one after the other.

What is read after the turn was taken stays true until the transaction ends: free times are looked at after it, never before.
"""

from dataclasses import dataclass
from uuid import UUID

from psycopg import errors

from enfilade.base.db import Conn, many, scalar

WAITS = "5s"


class NoAppointmentsThere(Exception):
    """The boutique offers no appointments, or not this one."""

    def __init__(self) -> None:
        super().__init__("No such appointment is offered there")


class Crowded(Exception):
    """Too many book at this boutique at this moment."""

    def __init__(self) -> None:
        super().__init__("Many are booking there just now; please try again")


@dataclass(frozen=True, slots=True)
class _Turn:
    location_id: UUID


async def take(conn: Conn, *, maison_id: UUID, location_ids: list[UUID], all_offer: bool = True) -> None:
    """Waits until these boutiques are one's own for the rest of the transaction; before the rows of any appointment.

    `all_offer` False: those without appointments need no turn. Raises NoAppointmentsThere, Crowded after some seconds.
    """
    wanted = sorted(set(location_ids))
    await scalar(conn, "select set_config('lock_timeout', %(waits)s, true)", waits=WAITS)
    try:
        taken = await many(
            conn,
            _Turn,
            """
            select location_id from appointments.turn
            where maison_id = %(maison_id)s and location_id = any(%(wanted)s::uuid[]) order by location_id for no key update
            """,
            maison_id=maison_id,
            wanted=wanted,
        )
    except errors.LockNotAvailable:
        raise Crowded from None
    if all_offer and len(taken) < len(wanted):
        raise NoAppointmentsThere
