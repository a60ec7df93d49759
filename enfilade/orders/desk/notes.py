"""Notes at the desk: what was said of an order or done to it, by which way, in somebody's own words. Only ever added to.

The maison's people read them, its clients never: no policy lets a link or a client see one.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many
from enfilade.base.ids import new_id
from enfilade.staff.people import Colleague

WORDS_MAX = 1000
WAYS: dict[str, str] = {"phone": "by phone", "chat": "by chat", "message": "by message"}
#: What a note stands beside, in words that follow a name.
ACTS: dict[str, str] = {
    "note": "noted",
    "cancellation": "cancelled pieces",
    "address": "changed the address",
    "letter": "had a letter sent again",
    "return": "opened a return",
    "withdrawal": "wrote down that the client withdraws",
    "goodwill": "gave something back, or asked to",
    "goodwill_approved": "approved what is given back",
    "goodwill_declined": "declined what was to be given back",
    "proposal": "put pieces together",
    "call": "called back",
}


class NotAtTheDesk(Exception):
    """Only the maison's client service and its managers act on any order at the client's word."""

    def __init__(self) -> None:
        super().__init__("This is for the maison’s client service")


class SayWhich(Exception):
    """A note says by which way somebody spoke, and something."""

    def __init__(self) -> None:
        super().__init__("Say by which way the client spoke to you, and what it was about.")


@dataclass(frozen=True, slots=True)
class Note:
    """`who` noted it; `way` and `act` are keys of WAYS and ACTS."""

    noted_at: datetime
    who: str
    way: str
    act: str
    words: str


async def add(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    order_id: UUID,
    way: str,
    act: str,
    words: str,
    now: datetime,
) -> None:
    """Written in the transaction of the act it stands beside. Raises NotAtTheDesk, SayWhich."""
    words = words.strip()
    if not by.serves_clients:
        raise NotAtTheDesk
    if way not in WAYS or act not in ACTS or not words or len(words) > WORDS_MAX:
        raise SayWhich
    await execute(
        conn,
        """
        insert into orders.desk_note (maison_id, id, order_id, staff_id, noted_at, way, act, words)
        values (%(maison_id)s, %(id)s, %(order_id)s, %(staff_id)s, %(now)s, %(way)s, %(act)s, %(words)s)
        """,
        maison_id=maison_id,
        id=new_id(now),
        order_id=order_id,
        staff_id=by.staff_id,
        now=now,
        way=way,
        act=act,
        words=words,
    )


async def of_order(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Note]:
    """The newest first."""
    return await many(
        conn,
        Note,
        """
        select n.noted_at, coalesce(s.name, '') as who, n.way, n.act, n.words
        from orders.desk_note n
        left join staff.person s on s.maison_id = n.maison_id and s.id = n.staff_id
        where n.maison_id = %(maison_id)s and n.order_id = %(order_id)s order by n.noted_at desc, n.id desc limit 200
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
