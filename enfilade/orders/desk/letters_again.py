"""A client who has lost them gets the letters of their order again: the confirmation, and what is ready or on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from enfilade.base import audit, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, maybe
from enfilade.base.ids import new_id
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Message, Messages
from enfilade.orders import confirmation, letters, returns
from enfilade.orders.desk.notes import NotAtTheDesk
from enfilade.staff.people import Colleague

MAIL_AGAIN = "orders.mail_again"


class NowhereToWrite(Exception):
    """The order has no mail address, or its contact was erased."""

    def __init__(self) -> None:
        super().__init__("This order has no mail address to write to.")


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID


async def ask(conn: Conn, *, maison_id: UUID, by: Colleague, order_id: UUID, now: datetime) -> None:
    """They go by a job, to the order's own address and nowhere else. Raises NotAtTheDesk, NoSuchOrder, NowhereToWrite."""
    if not by.serves_clients:
        raise NotAtTheDesk
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    written_to = await maybe(
        conn,
        _Row,
        """
        select c.id from orders.order o join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and c.mail <> '' and c.erased_at is null
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if written_to is None:
        raise NowhereToWrite
    await audit.record(
        conn,
        maison_id=maison_id,
        staff_id=by.staff_id,
        act="send_letters_again",
        subject_kind="order",
        subject_id=order_id,
        now=now,
    )
    work = jobs.Job(MAIL_AGAIN, {"order_id": order_id, "again_id": new_id(now)})
    await jobs.defer(conn, maison_id=maison_id, jobs=[work])


async def written(
    conn: Conn, *, maison_id: UUID, order_id: UUID, again_id: UUID, key: bytes, base_url: str
) -> list[Message]:
    """As they would be written now, each under a key of its own, so that a mail program shows them again."""
    found: list[Message | None] = []
    order = await confirmation.read(conn, maison_id=maison_id, order_id=order_id)
    if order is not None:
        found.append(confirmation.letter(*order, key=key, base_url=base_url))
    works = await many(
        conn,
        _Row,
        """
        select id from orders.fulfilment
        where maison_id = %(maison_id)s and order_id = %(order_id)s and state in ('ready', 'dispatched') order by asked_at, id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    for work in works:
        about = await letters.of_fulfilment(conn, maison_id=maison_id, fulfilment_id=work.id)
        if about is not None:
            write = letters.ready_letter if about.state == "ready" else letters.dispatched_letter
            found.append(write(about, fulfilment_id=work.id, key=key, base_url=base_url))
    return [replace(one, key=f"{one.key}-{again_id}") for one in found if one is not None]


def register(known: Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the work `orders.mail_again`."""

    async def mail(maison_id: UUID, ids: Mapping[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            found = await written(conn, maison_id=maison_id, key=key, base_url=base_url, **ids)
        for one in found:
            await messages.send(one)

    known.add(MAIL_AGAIN, mail)
