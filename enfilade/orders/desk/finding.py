"""Finding an order by one box: its number, its parcel's, a client's name or a part of it, their mail, the last digits of a phone.

Names stand behind row security, which no index of trigrams survives: a door looks them up, for client service and managers of
the maison alone, and gives ids. What is shown is then read as everything is.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from enfilade.base import audit
from enfilade.base.db import Conn, many
from enfilade.staff.people import Colleague

WORDS_MAX = 100
#: An index of trigrams needs three letters; a name of fewer, as in Chinese, is looked for from its beginning.
DIGITS_MIN, LETTERS_MIN, BEGINNING_MIN = 4, 3, 2
#: The same letters as `base.folded` takes for each other.
_PLAIN = str.maketrans("łøđıðþ", "lodidt")

Key = tuple[datetime, UUID]
FIRST: Key = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


@dataclass(frozen=True, slots=True)
class Sought:
    """What the words in the box are taken for. `patterns`: as `door.orders_sought` asks for them."""

    kind: Literal["mail", "phone", "name", "begins", "nothing"]
    patterns: list[str]


def folded(text: str) -> str:
    """Small letters, no accents: as `base.folded` has it."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f").lower().translate(_PLAIN)


def read(words: str) -> Sought:
    """A mail address has an @, a phone nothing but digits and what stands between them; all else is a name."""
    words = words.strip()[:WORDS_MAX]
    if "@" in words:
        return Sought("mail", [words.lower()])
    if re.fullmatch(r"[\d\s+()./-]+", words):
        # As it is dialled at home or from abroad: the last digits are the same.
        digits = re.sub(r"\D", "", words).lstrip("0")
        return Sought("phone", [digits[::-1]]) if len(digits) >= DIGITS_MIN else Sought("nothing", [])
    parts = sorted(folded(words).split(), key=len, reverse=True)
    if not parts or len("".join(parts)) < BEGINNING_MIN:
        return Sought("nothing", [])
    if len(parts[0]) < LETTERS_MIN:
        return Sought("begins", [folded(words)])
    return Sought("name", ["%" + re.sub(r"([%_\\])", r"\\\1", part) + "%" for part in parts])


@dataclass(frozen=True, slots=True)
class Found:
    """An order in the list; `place` and `zone` of its newest work, '' before there is any."""

    id: UUID
    number: str
    placed_at: datetime
    state: str
    work: str
    method: str
    client_name: str
    mail: str
    phone: str
    pieces: int
    total_minor: int
    currency: str
    place: str
    zone: str


@dataclass(frozen=True, slots=True)
class _Id:
    order_id: UUID


async def find(
    conn: Conn, *, maison_id: UUID, by: Colleague, words: str, after: Key, most: int, now: datetime
) -> list[Found]:
    """Newest first; who looked, and at which orders, is written down. Nothing for whoever does not serve clients.

    A number of an order or a parcel goes before a name; a name nobody has is looked for once more as one that was misspelt.
    """
    if not by.serves_clients:
        return []
    words = words.strip()[:WORDS_MAX]
    found = await _numbered(conn, maison_id, words) if words and after == FIRST else []
    if not found:
        sought = read(words)
        if sought.kind == "nothing":
            return []
        found = await _sought(conn, sought.kind, sought.patterns, after, most)
        if not found and sought.kind == "name" and after == FIRST:
            found = await _sought(conn, "alike", [folded(words)], after, most)
    if not found:
        return []
    ids = [one.order_id for one in found]
    await audit.record_all(
        conn,
        maison_id=maison_id,
        staff_id=by.staff_id,
        act="find_order",
        subject_kind="order",
        subject_ids=ids,
        now=now,
    )
    return await _shown(conn, maison_id, ids)


async def looked(conn: Conn, *, maison_id: UUID, by: Colleague, order_id: UUID, now: datetime) -> None:
    """Writes down that somebody has opened an order with its client's name."""
    await audit.record(
        conn,
        maison_id=maison_id,
        staff_id=by.staff_id,
        act="look_at_order",
        subject_kind="order",
        subject_id=order_id,
        now=now,
    )


async def _numbered(conn: Conn, maison_id: UUID, words: str) -> list[_Id]:
    number = re.sub(r"[\s-]", "", words).upper()
    return await many(
        conn,
        _Id,
        """
        select o.id as order_id from orders.order o where o.maison_id = %(maison_id)s and o.number = %(number)s
        union
        select f.order_id from orders.fulfilment f
        where f.maison_id = %(maison_id)s and f.tracking = any(%(tracking)s::text[]) and f.tracking <> '' limit 20
        """,
        maison_id=maison_id,
        number=f"{number[:4]}-{number[4:]}",
        tracking=[words, words.upper(), words.replace(" ", "")],
    )


async def _sought(conn: Conn, kind: str, patterns: list[str], after: Key, most: int) -> list[_Id]:
    return await many(
        conn,
        _Id,
        "select order_id from door.orders_sought(%(kind)s, %(patterns)s::text[], %(before)s, %(before_id)s, %(most)s)",
        kind=kind,
        patterns=patterns,
        before=after[0],
        before_id=after[1],
        most=most,
    )


async def _shown(conn: Conn, maison_id: UUID, ids: list[UUID]) -> list[Found]:
    return await many(
        conn,
        Found,
        """
        select o.id, o.number, o.placed_at, o.state, coalesce(f.state, '') as work, o.method, c.name as client_name, c.mail,
          c.phone, (select coalesce(sum(l.quantity), 0)::integer from orders.order_line l
            where l.maison_id = o.maison_id and l.order_id = o.id) as pieces,
          o.total_minor, o.currency, coalesce(p.name, '') as place, coalesce(p.zone, '') as zone
        from orders.order o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        left join lateral (select x.maison_id, x.state, x.location_id from orders.fulfilment x
          where x.maison_id = o.maison_id and x.order_id = o.id
          order by x.attempt desc, x.asked_at desc, x.id desc limit 1) f on true
        left join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        where o.maison_id = %(maison_id)s and o.id = any(%(ids)s::uuid[])
        order by o.placed_at desc, o.id desc
        """,
        maison_id=maison_id,
        ids=ids,
    )
