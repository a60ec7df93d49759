"""Enquiries: somebody asks what a piece on request costs; an advisor of its maison takes it, and answers by an offer or a call.

Who asks is the maison's to know, in its boutique app alone, and is forgotten. `docs/algorithms/enquiries.md`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, LiteralString, cast, get_args
from uuid import UUID

from enfilade.base import facts, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.base.jobs import Jobs
from enfilade.clients.contact_points import contact_point
from enfilade.orders.events import EnquiryAnswered, EnquiryAsked, EnquiryEnded, EnquiryTakenUp
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS

#: Closed, an enquiry is kept so long; one that nobody has closed, a little longer than anybody waits for an answer.
KEPT_AFTER = timedelta(days=30)
KEPT_OPEN = timedelta(days=90)
NAME_MAX, WORDS_MAX = 100, 500
WINDOW_SECONDS = 15 * 60
ASKED_PER_ADDRESS_MAX = 5
ASKED_PER_NETWORK_MAX = 40
LISTED_MAX = 200
FORGET = "orders.forget_enquiries"
#: Why one is closed without an offer.
Because = Literal["told", "unreachable", "nothing"]
REASONS: dict[Because, str] = {
    "told": "Answered by mail, phone or in the boutique",
    "unreachable": "Nobody answers there",
    "nothing": "It was nothing",
}


class NotOnRequest(Exception):
    """The store shows no such piece, or it has a price there."""


class SayWho(Exception):
    """A name is missing, or the word that the maison may answer."""


class NoSuchEnquiry(Exception):
    """No enquiry of this maison that is theirs to answer."""


class EnquiryTaken(Exception):
    """A colleague answers it."""


class EnquiryClosed(Exception):
    """It was answered, or closed."""


async def ask(
    db: Db,
    *,
    store_id: UUID,
    variant_id: UUID,
    market: str,
    country: str,
    language: str,
    name: str,
    written: str,
    city: str,
    words: str,
    agreed: bool,
    network: str,
    now: datetime,
) -> UUID:
    """Writes it down for the maison of the piece. `written`: a mail address or a phone number; `country` reads the latter.

    `city` where there is no boutique of the maison is as none. Raises SayWho, NotAContactPoint, TooManyAttempts, NotOnRequest.
    """
    who = " ".join(name.split())[:NAME_MAX]
    if not who or not agreed:
        raise SayWho
    point = contact_point(written, country)
    async with db.door() as conn:
        buckets = {
            f"enquiries from {network}": ASKED_PER_NETWORK_MAX,
            f"enquiries of {point.value}": ASKED_PER_ADDRESS_MAX,
        }
        await limits.spend_each(conn, buckets=buckets, window_seconds=WINDOW_SECONDS, now=now)
    async with db.public() as conn:
        maison_id = await scalar(
            conn,
            "select maison_id from public_facts.variant where id = %(variant_id)s",
            variant_id=variant_id,
        )
    if maison_id is None:
        raise NotOnRequest
    enquiry_id = new_id(now)
    async with db.acting(Actor.link(enquiry_id), maison_id) as conn:
        asked = await execute(
            conn,
            """
            insert into orders.enquiry (maison_id, id, variant_id, market, language, city, name, mail, phone, words, asked_at,
              agreed_at)
            select %(maison_id)s, %(id)s, v.id, %(market)s, %(language)s, coalesce((select b.city from public_facts.boutique b
              where b.maison_id = v.maison_id and b.kind = 'boutique' and b.city = %(city)s limit 1), ''), %(name)s, %(mail)s,
              %(phone)s, %(words)s, %(now)s, %(now)s
            from public_facts.variant v
            join public_facts.store s on s.id = %(store_id)s
            where v.id = %(variant_id)s and v.maison_id = %(maison_id)s
              and (v.maison_id = s.maison_id or exists (select 1 from public_facts.store_maison x
                where x.store_id = s.id and x.maison_id = v.maison_id))
              and not exists (select 1 from public_facts.price r where r.variant_id = v.id and r.market = %(market)s)
            """,
            maison_id=maison_id,
            id=enquiry_id,
            store_id=store_id,
            variant_id=variant_id,
            market=market,
            language=language,
            city=city,
            name=who,
            mail=point.value if point.kind == "mail" else "",
            phone=point.value if point.kind == "phone" else "",
            words=words.strip()[:WORDS_MAX],
            now=now,
        )
        if not asked:
            raise NotOnRequest
        fact = EnquiryAsked(enquiry_id, variant_id, market)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    return enquiry_id


@dataclass(frozen=True, slots=True)
class Enquiry:
    """As the boutique reads it. `piece` with its colour and size; `zone` that of whoever is to answer."""

    id: UUID
    variant_id: UUID
    piece: str
    picture: str
    market: str
    language: str
    city: str
    name: str
    mail: str
    phone: str
    words: str
    asked_at: datetime
    taken_at: datetime | None
    taken_by: UUID | None
    taken_by_name: str
    closed_at: datetime | None
    closed_because: str | None
    proposal_id: UUID | None
    zone: str

    @property
    def state(self) -> str:
        """asked, taken or closed."""
        if self.closed_at is not None:
            return "closed"
        return "taken" if self.taken_at is not None else "asked"


#: Enquiries `e` as they are shown, and those that are `by`'s to answer.
_SHOWN: LiteralString = """
        select e.id, e.variant_id, coalesce(concat_ws(', ', coalesce(n.name, d.handle), nullif(v.colour, ''),
          nullif(v.size, '')), '') as piece, coalesce((select z.name from catalogue.picture z where z.maison_id = v.maison_id
            and z.product_id = v.product_id order by z.position limit 1), '') as picture, e.market, e.language, e.city, e.name,
          e.mail, e.phone, e.words, e.asked_at, e.taken_at, e.taken_by, coalesce(p.name, '') as taken_by_name, e.closed_at,
          e.closed_because, e.proposal_id, coalesce((select l.zone from boutiques.location l where l.maison_id = e.maison_id
            and (%(everywhere)s or l.id = any(%(locations)s::uuid[])) order by l.city = e.city desc, l.name limit 1), 'UTC')
            as zone
        from orders.enquiry e
        left join catalogue.variant v on v.maison_id = e.maison_id and v.id = e.variant_id
        left join catalogue.product d on d.maison_id = v.maison_id and d.id = v.product_id
        left join lateral (select y.name from catalogue.product_text y where y.maison_id = v.maison_id
          and y.product_id = v.product_id order by (y.language = 'en') desc, y.language limit 1) n on true
        left join staff.person p on p.maison_id = e.maison_id and p.id = e.taken_by
        where e.maison_id = %(maison_id)s and (e.city = '' or %(everywhere)s or exists (select 1 from boutiques.location l
          where l.maison_id = e.maison_id and l.id = any(%(locations)s::uuid[]) and l.city = e.city))"""


def _theirs(by: Colleague) -> dict[str, Any]:
    return {"everywhere": by.role == "maison_manager", "locations": sorted(by.location_ids)}


async def listed(conn: Conn, *, maison_id: UUID, by: Colleague) -> list[Enquiry]:
    """Those that `by` may answer: the open ones by when they were asked, then those closed, the last first."""
    return await many(
        conn,
        Enquiry,
        f"""
        {_SHOWN}
        order by e.closed_at desc nulls first, e.asked_at, e.id limit %(most)s
        """,
        maison_id=maison_id,
        most=LISTED_MAX,
        **_theirs(by),
    )


async def read(conn: Conn, *, maison_id: UUID, enquiry_id: UUID, by: Colleague) -> Enquiry:
    """Raises NoSuchEnquiry."""
    found = await maybe(
        conn,
        Enquiry,
        f"""
        {_SHOWN}
          and e.id = %(enquiry_id)s
        """,
        maison_id=maison_id,
        enquiry_id=enquiry_id,
        **_theirs(by),
    )
    if found is None:
        raise NoSuchEnquiry
    return found


async def take(conn: Conn, *, maison_id: UUID, enquiry_id: UUID, by: Colleague, now: datetime) -> None:
    """`by` answers it, and nobody else does; a manager may take it over. Repeatable.

    Raises NoSuchEnquiry, EnquiryTaken, EnquiryClosed.
    """
    found = await _locked(conn, maison_id, enquiry_id, by)
    if found.taken_by == by.staff_id:
        return
    if found.closed_at is not None:
        raise EnquiryClosed("It is answered already")
    if found.taken_by is not None and by.role not in MANAGERS:
        raise EnquiryTaken(f"{found.taken_by_name} answers it")
    await execute(
        conn,
        """
        update orders.enquiry set taken_at = %(now)s, taken_by = %(by)s
        where maison_id = %(maison_id)s and id = %(id)s and closed_at is null
        """,
        maison_id=maison_id,
        id=enquiry_id,
        by=by.staff_id,
        now=now,
    )
    fact = EnquiryTakenUp(enquiry_id, by.staff_id)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def close(
    conn: Conn, *, maison_id: UUID, enquiry_id: UUID, by: Colleague, because: Because, now: datetime
) -> None:
    """Without an offer, for this reason. Repeatable. Raises NoSuchEnquiry, EnquiryTaken, EnquiryClosed."""
    assert because in get_args(Because)
    await _close(conn, maison_id, enquiry_id, by, cast("str", because), None, now)


async def offer(
    conn: Conn, *, maison_id: UUID, enquiry_id: UUID, by: Colleague, proposal_id: UUID, now: datetime
) -> None:
    """The proposal, made in the same transaction, answers it. Raises NoSuchEnquiry, EnquiryTaken, EnquiryClosed."""
    await _close(conn, maison_id, enquiry_id, by, "offered", proposal_id, now)


async def _close(
    conn: Conn,
    maison_id: UUID,
    enquiry_id: UUID,
    by: Colleague,
    because: str,
    proposal_id: UUID | None,
    now: datetime,
) -> None:
    found = await _locked(conn, maison_id, enquiry_id, by)
    if found.closed_at is not None:
        if (found.closed_because, found.proposal_id) == (because, proposal_id):
            return
        raise EnquiryClosed("It is answered already")
    if found.taken_by not in (None, by.staff_id) and by.role not in MANAGERS:
        raise EnquiryTaken(f"{found.taken_by_name} answers it")
    await execute(
        conn,
        """
        update orders.enquiry set taken_at = coalesce(taken_at, %(now)s), taken_by = coalesce(taken_by, %(by)s),
          closed_at = %(now)s, closed_by = %(by)s, closed_because = %(because)s, proposal_id = %(proposal_id)s::uuid
        where maison_id = %(maison_id)s and id = %(id)s and closed_at is null
        """,
        maison_id=maison_id,
        id=enquiry_id,
        by=by.staff_id,
        because=because,
        proposal_id=proposal_id,
        now=now,
    )
    fact = (
        EnquiryEnded(enquiry_id, because, by.staff_id)
        if proposal_id is None
        else EnquiryAnswered(enquiry_id, proposal_id, by.staff_id)
    )
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])


async def _locked(conn: Conn, maison_id: UUID, enquiry_id: UUID, by: Colleague) -> Enquiry:
    # Its row first, and then a look: what we waited for is seen. A closed one is nobody's to lock, and changes no more.
    await execute(
        conn,
        "select 1 from orders.enquiry where maison_id = %(maison_id)s and id = %(id)s for no key update",
        maison_id=maison_id,
        id=enquiry_id,
    )
    return await read(conn, maison_id=maison_id, enquiry_id=enquiry_id, by=by)


async def forget(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Removes who asked a month after the answer, or three after asking; returns how many."""
    return await execute(
        conn,
        """
        delete from orders.enquiry
        where maison_id = %(maison_id)s and (closed_at < %(closed)s or asked_at < %(asked)s)
        """,
        maison_id=maison_id,
        closed=now - KEPT_AFTER,
        asked=now - KEPT_OPEN,
    )


def register(known: Jobs) -> None:
    """Names the round that forgets."""
    known.at_each("41 3 * * *", FORGET, forget)
