"""Room in a workshop for what is engraved: held with a checkout, kept by its order, given back as its lines end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from uuid import UUID

from enfilade.base.db import Conn, one
from enfilade.boutiques import workshops
from enfilade.stock.brought import PROMISED_WITHIN


class Engraved(Protocol):
    """A line that may want a workshop's room."""

    @property
    def quantity(self) -> int: ...
    @property
    def engrave_by(self) -> date | None: ...


def needed_by(lines: Sequence[Engraved]) -> tuple[int, date] | None:
    """How many pieces need a workshop's room, and the day they are promised back; None: none."""
    promised = [line for line in lines if line.engrave_by is not None]
    if not promised:
        return None
    return sum(line.quantity for line in promised), max(
        line.engrave_by for line in promised if line.engrave_by
    )


def end_of(day: date) -> datetime:
    """When the day is over wherever it is prepared, at the latest: noon of the next, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(12), UTC)


def in_time(day: date, now: datetime) -> bool:
    """Whether money asked for today is still kept when it is done, and the client has a day to collect."""
    return end_of(day) <= now + PROMISED_WITHIN


async def hold(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    lines: Sequence[Engraved],
    until: datetime,
    now: datetime,
) -> None:
    """Claims what the checkout's lines at this maison need, until then. Raises workshops.NoRoom."""
    needed = needed_by(lines)
    if needed:
        await workshops.claim(
            conn,
            maison_id=maison_id,
            holder_id=checkout_id,
            pieces=needed[0],
            by=needed[1],
            expires_at=until,
            now=now,
        )


async def keep(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    order_id: UUID,
    lines: Sequence[Engraved],
    now: datetime,
) -> None:
    """The order has what its checkout claimed. Raises workshops.NoRoom where it lapsed and others have it."""
    needed = needed_by(lines)
    if needed:
        await workshops.keep(
            conn,
            maison_id=maison_id,
            holder_id=checkout_id,
            order_id=order_id,
            pieces=needed[0],
            by=needed[1],
            now=now,
        )


@dataclass(frozen=True, slots=True)
class Ended:
    """What lines of an order that end leave behind: `cut` are those whose words are on their pieces already."""

    cut: list[UUID]
    #: How many pieces of the order still need its room; None: it never had any.
    still: int | None


async def ended(conn: Conn, *, maison_id: UUID, order_id: UUID, line_ids: list[UUID]) -> Ended:
    """Read after these lines of the locked order were set to their end."""
    return await one(
        conn,
        Ended,
        """
        select array(select id from orders.order_line where maison_id = %(maison_id)s and id = any(%(lines)s::uuid[])
            and engraving_begun_at is not null order by id) as cut,
          (select coalesce(sum(case when kept_at is not null and engraving_begun_at is null then quantity - returned else quantity
              end) filter (where state not in ('cancelled', 'refused')), 0)::integer
            from orders.order_line where maison_id = %(maison_id)s and order_id = %(order_id)s and engrave_by is not null
            having count(*) > 0) as still
        """,
        maison_id=maison_id,
        order_id=order_id,
        lines=line_ids,
    )


async def give_back(conn: Conn, *, maison_id: UUID, order_id: UUID, still: int | None) -> None:
    """The order keeps room for what is still to be given, and no more. Repeated, nothing changes."""
    if still is not None:
        await workshops.leave(conn, maison_id=maison_id, holder_id=order_id, pieces=still)
