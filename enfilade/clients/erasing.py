"""Erasing a client: what names them goes at once; other packages hear of it, and read for a week what they were reached by.

Kept are the client's id, which names nobody, and what they consented to, without a name. What an order must keep stays with the
order as long as the law says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, maybe
from enfilade.clients.events import ClientErased

FORGET = "clients.forget_erased"
#: Those who are told have erased theirs by then, and may try again until then.
READ_FOR = timedelta(days=7)


class NoSuchPerson(Exception):
    """The maison has no client of this id."""

    def __init__(self) -> None:
        super().__init__("The maison has no such client")


@dataclass(frozen=True, slots=True)
class _Point:
    kind: str
    value: str


async def erase(conn: Conn, *, maison_id: UUID, client_id: UUID, now: datetime) -> bool:
    """Whether the client was not erased before. Signed in again with the same address, somebody is another client.

    Acts as an importer or a job. Raises NoSuchPerson.
    """
    # Whoever signs in meanwhile is waited for, or finds nobody afterwards: the lock of `sign_in`.
    for point in await many(
        conn,
        _Point,
        """
        select kind, value from clients.contact_point
        where maison_id = %(maison_id)s and client_id = %(client_id)s order by kind, value
        """,
        maison_id=maison_id,
        client_id=client_id,
    ):
        await execute(
            conn,
            "select pg_advisory_xact_lock(hashtextextended(%(point)s, 0))",
            point=f"{maison_id}:{point.kind}:{point.value}",
        )
    found = await execute(
        conn,
        "select from clients.client where maison_id = %(maison_id)s and id = %(client_id)s for no key update",
        maison_id=maison_id,
        client_id=client_id,
    )
    if not found:
        raise NoSuchPerson
    new = await execute(
        conn,
        """
        insert into clients.erasure (maison_id, client_id, points, erased_at, forget_at)
        select %(maison_id)s, %(client_id)s, coalesce((select jsonb_agg(jsonb_build_array(p.kind, p.value))
          from clients.contact_point p where p.maison_id = %(maison_id)s and p.client_id = %(client_id)s
            and p.kind in ('mail', 'phone')), '[]'), %(now)s, %(forget_at)s
        on conflict on constraint erased_once do nothing
        """,
        maison_id=maison_id,
        client_id=client_id,
        now=now,
        forget_at=now + READ_FOR,
    )
    if not new:
        return False
    await execute(
        conn,
        """
        with codes as (
          delete from clients.sign_in_code c using clients.contact_point p
          where p.maison_id = %(maison_id)s and p.client_id = %(client_id)s and c.maison_id = p.maison_id
            and c.kind = p.kind and c.value = p.value
        ), points as (
          delete from clients.contact_point where maison_id = %(maison_id)s and client_id = %(client_id)s
        ), sessions as (
          delete from clients.session where maison_id = %(maison_id)s and client_id = %(client_id)s
        ), addresses as (
          delete from clients.address where maison_id = %(maison_id)s and client_id = %(client_id)s
        ), wishes as (
          delete from clients.wish
          where maison_id = %(maison_id)s and holder_kind = 'client' and holder_id = %(client_id)s
        )
        update clients.client set name = '' where maison_id = %(maison_id)s and id = %(client_id)s
        """,
        maison_id=maison_id,
        client_id=client_id,
    )
    await facts.record(conn, maison_id=maison_id, now=now, facts=[ClientErased(client_id)])
    return True


@dataclass(frozen=True, slots=True)
class Erased:
    """`points`: by mail or phone, and what was written; empty once its day is over."""

    points: list[tuple[str, str]]


async def erased(conn: Conn, *, maison_id: UUID, client_id: UUID) -> Erased | None:
    """What an erased client was reached by; None where nobody was erased."""
    return await maybe(
        conn,
        Erased,
        "select points from clients.erasure where maison_id = %(maison_id)s and client_id = %(client_id)s",
        maison_id=maison_id,
        client_id=client_id,
    )


async def forget(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """What erased clients were reached by, when its day is over; that they were erased stays."""
    return await execute(
        conn,
        """
        update clients.erasure set points = '[]'
        where maison_id = %(maison_id)s and forget_at < %(now)s and points <> '[]'
        """,
        maison_id=maison_id,
        now=now,
    )
