"""What a client keeps with a store and may look at, change and end: who they are, addresses, consents, sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from enfilade.base.db import Conn, execute, many, maybe, one
from enfilade.base.ids import new_id
from enfilade.base.secrets import hashed

ADDRESSES_MAX = 10
Purpose = Literal["news_by_mail", "news_by_phone", "advisor", "profile"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


class TooManyAddresses(Exception):
    """A client keeps ADDRESSES_MAX at most."""

    def __init__(self) -> None:
        super().__init__(f"Keep {ADDRESSES_MAX} addresses at most")


@dataclass(frozen=True, slots=True)
class Person:
    """The client's name ('' until said) and the first mail address they signed in with, '' for none."""

    name: str
    mail: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel may go."""

    id: UUID
    name: str
    line1: str
    line2: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What the client said last of a purpose, and when. `wording` is what they were asked."""

    purpose: Purpose
    given: bool
    said_at: datetime
    wording: str


@dataclass(frozen=True, slots=True)
class Session:
    """An open session; `id` names it without opening anything: half of what is stored of its secret."""

    id: UUID
    created_at: datetime
    expires_at: datetime


async def person(conn: Conn, *, maison_id: UUID, client_id: UUID) -> Person:
    """Who is signed in."""
    return await one(
        conn,
        Person,
        """
        select c.name, coalesce((select p.value from clients.contact_point p where p.maison_id = c.maison_id
            and p.client_id = c.id and p.kind = 'mail' order by p.verified_at limit 1), '') as mail, c.created_at as since
        from clients.client c where c.maison_id = %(maison_id)s and c.id = %(client_id)s
        """,
        maison_id=maison_id,
        client_id=client_id,
    )


@dataclass(frozen=True, slots=True)
class Known:
    """A client as the maison's people find them: `points` are their mail addresses and phone numbers."""

    id: UUID
    name: str
    language: str
    mail: str
    points: list[str]


async def known(conn: Conn, *, maison_id: UUID, client_id: UUID | None, written: str = "") -> Known | None:
    """The maison's own client of this id, or of this mail address or phone number as `contact_point` writes it."""
    return await maybe(
        conn,
        Known,
        """
        select c.id, c.name, c.language,
          coalesce((array_agg(p.value order by p.verified_at) filter (where p.kind = 'mail'))[1], '') as mail,
          coalesce(array_agg(p.value order by p.value) filter (where p.kind in ('mail', 'phone')), '{}') as points
        from clients.client c
        left join clients.contact_point p on p.maison_id = c.maison_id and p.client_id = c.id
        where c.maison_id = %(maison_id)s and c.id = coalesce(%(client_id)s::uuid, (select k.client_id
          from clients.contact_point k where k.maison_id = c.maison_id and k.kind in ('mail', 'phone') and k.value = %(written)s
          order by k.kind limit 1))
        group by c.id, c.name, c.language
        """,
        maison_id=maison_id,
        client_id=client_id,
        written=written,
    )


async def addresses(conn: Conn, *, maison_id: UUID, client_id: UUID) -> list[Address]:
    """The last kept first."""
    return await many(
        conn,
        Address,
        """
        select id, name, line1, line2, postcode, city, country from clients.address
        where maison_id = %(maison_id)s and client_id = %(client_id)s order by kept_at desc, id
        """,
        maison_id=maison_id,
        client_id=client_id,
    )


async def keep_address(
    conn: Conn, *, maison_id: UUID, client_id: UUID, address: Address, now: datetime
) -> None:
    """Keeps an address (its id is made here); the same one again is moved to the front. Raises TooManyAddresses."""
    said = {
        "name": address.name,
        "line1": address.line1,
        "line2": address.line2,
        "postcode": address.postcode,
        "city": address.city,
        "country": address.country,
    }
    again = await execute(
        conn,
        """
        update clients.address set kept_at = %(now)s, name = %(name)s
        where maison_id = %(maison_id)s and client_id = %(client_id)s and line1 = %(line1)s and line2 = %(line2)s
          and postcode = %(postcode)s and city = %(city)s and country = %(country)s
        """,
        maison_id=maison_id,
        client_id=client_id,
        now=now,
        **said,
    )
    if again:
        return
    written = await execute(
        conn,
        """
        insert into clients.address (maison_id, id, client_id, name, line1, line2, postcode, city, country, kept_at)
        select %(maison_id)s, %(id)s, %(client_id)s, %(name)s, %(line1)s, %(line2)s, %(postcode)s, %(city)s, %(country)s,
          %(now)s
        where (select count(*) from clients.address where maison_id = %(maison_id)s and client_id = %(client_id)s) < %(most)s
        """,
        maison_id=maison_id,
        id=new_id(now),
        client_id=client_id,
        now=now,
        most=ADDRESSES_MAX,
        **said,
    )
    if not written:
        raise TooManyAddresses


async def forget_address(conn: Conn, *, maison_id: UUID, client_id: UUID, address_id: UUID) -> bool:
    """Whether it was the client's and is gone."""
    gone = await execute(
        conn,
        """
        delete from clients.address
        where maison_id = %(maison_id)s and client_id = %(client_id)s and id = %(address_id)s
        """,
        maison_id=maison_id,
        client_id=client_id,
        address_id=address_id,
    )
    return gone == 1


async def consents(conn: Conn, *, maison_id: UUID, client_id: UUID) -> dict[Purpose, Consent]:
    """What holds now, by purpose; what was never asked is absent, which means no."""
    found = await many(
        conn,
        Consent,
        """
        select distinct on (purpose) purpose, given, said_at, wording from clients.consent
        where maison_id = %(maison_id)s and client_id = %(client_id)s order by purpose, said_at desc
        """,
        maison_id=maison_id,
        client_id=client_id,
    )
    return {consent.purpose: consent for consent in found}


async def say(
    conn: Conn,
    *,
    maison_id: UUID,
    client_id: UUID,
    said: dict[Purpose, bool],
    wordings: dict[Purpose, str],
    now: datetime,
) -> int:
    """Writes what has changed, with its day and the words it was asked in; returns how much that was."""
    before = await consents(conn, maison_id=maison_id, client_id=client_id)
    changed: list[Purpose] = [p for p, given in said.items() if given != (p in before and before[p].given)]
    if not changed:
        return 0
    return await execute(
        conn,
        """
        insert into clients.consent (maison_id, client_id, purpose, given, said_at, wording)
        select %(maison_id)s, %(client_id)s, c.purpose, c.given, %(now)s, c.wording
        from unnest(%(purposes)s::text[], %(given)s::boolean[], %(wordings)s::text[]) as c(purpose, given, wording)
        """,
        maison_id=maison_id,
        client_id=client_id,
        now=now,
        purposes=changed,
        given=[said[p] for p in changed],
        wordings=[wordings[p] for p in changed],
    )


def session_id(token: str) -> UUID:
    """The id of the session this secret opens."""
    return UUID(bytes=hashed(token)[:16])


async def sessions(conn: Conn, *, maison_id: UUID, client_id: UUID, now: datetime) -> list[Session]:
    """The open ones, newest first."""
    return await many(
        conn,
        Session,
        """
        select encode(substring(token_hash from 1 for 16), 'hex')::uuid as id, created_at, expires_at
        from clients.session
        where maison_id = %(maison_id)s and client_id = %(client_id)s and revoked_at is null and expires_at > %(now)s
        order by created_at desc, id limit 100
        """,
        maison_id=maison_id,
        client_id=client_id,
        now=now,
    )


async def end_session(
    conn: Conn, *, maison_id: UUID, client_id: UUID, session_id: UUID, now: datetime
) -> bool:
    """Whether it was an open one of the client's and is ended now."""
    ended = await execute(
        conn,
        """
        update clients.session set revoked_at = %(now)s
        where maison_id = %(maison_id)s and client_id = %(client_id)s and revoked_at is null
          and encode(substring(token_hash from 1 for 16), 'hex')::uuid = %(session_id)s
        """,
        maison_id=maison_id,
        client_id=client_id,
        session_id=session_id,
        now=now,
    )
    return ended == 1
