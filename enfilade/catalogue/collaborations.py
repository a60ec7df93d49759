"""Pieces a maison makes with others: drawn up by who sells them, approved by every house in it, sold where and while agreed.

Each house writes in its own tenant: the seller the terms, a partner its answer to one version of them; each reads the other's.
An artist has no studio: the seller keeps the day on which the agreement was signed. `docs/manual/collaborations.md`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, LiteralString
from uuid import UUID

import msgspec
from psycopg import errors

from enfilade.base import audit
from enfilade.base.db import Conn, constraint, execute, many, scalar
from enfilade.base.ids import new_id
from enfilade.catalogue.publish import take_turns

State = Literal["draft", "proposed", "in_force", "ended"]
Kind = Literal["seller", "house", "artist"]
WHOLE = 10_000
PARTNERS_MAX = 8
PIECES_MAX = 500
NAME_MAX = 80


@dataclass(frozen=True, slots=True)
class Partner:
    """`share_basis_points` of the price without tax. A house by its `maison_id`, an artist by the day of the signature."""

    kind: Kind
    name: str
    share_basis_points: int
    maison_id: UUID | None = None
    city: str = ""
    country: str = ""
    number: str = ""
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed. `ends_at` None: until it is ended; `stores`, `markets` None: wherever the maison sells."""

    name: str
    begins_at: datetime
    ends_at: datetime | None
    partners: tuple[Partner, ...]
    product_ids: tuple[UUID, ...]
    stores: tuple[UUID, ...] | None = None
    markets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Collaboration:
    """As it is kept. `maison_id` is the seller's; `answers`: what each house said to this version, by its id."""

    maison_id: UUID
    id: UUID
    name: str
    state: State
    version: int
    seller_name: str
    #: By the calendar of the seller.
    begins_on: date
    ends_on: date | None
    stores: list[UUID] | None
    markets: list[str] | None
    partners: list[dict[str, Any]]
    pieces: list[dict[str, Any]]
    answers: dict[str, bool] = field(default_factory=dict[str, bool])


class NoSuchCollaboration(Exception):
    """Not of this maison, and not proposed to it."""


class CollaborationRefused(Exception):
    """It cannot be agreed like this; the words say why."""


class CollaborationStands(Exception):
    """It is in force or over: what was agreed is not written anew."""


class AnotherVersion(Exception):
    """It was written anew meanwhile, or answered otherwise: read it again."""


class PieceInAnother(Exception):
    """A piece is of one collaboration only."""


def fault(terms: Terms) -> str:
    """Why it cannot be kept, '' where it can."""
    kinds = [partner.kind for partner in terms.partners]
    houses = [partner.maison_id for partner in terms.partners if partner.maison_id]
    if not 1 <= len(terms.name.strip()) <= NAME_MAX:
        return f"Give it a name of up to {NAME_MAX} letters"
    if kinds.count("seller") != 1 or not 2 <= len(kinds) <= PARTNERS_MAX:
        return f"Name one to {PARTNERS_MAX - 1} partners"
    if len(set(houses)) != len(houses):
        return "A house is in it once"
    if sum(partner.share_basis_points for partner in terms.partners) != WHOLE or any(
        partner.share_basis_points < 0 for partner in terms.partners
    ):
        return "The shares come to 100 per cent"
    if any(partner.kind == "artist" and partner.signed_on is None for partner in terms.partners):
        return "Say on which day the agreement with the artist was signed"
    if terms.ends_at is not None and terms.ends_at <= terms.begins_at:
        return "It ends after it begins"
    if not 1 <= len(set(terms.product_ids)) <= PIECES_MAX:
        return f"Name one to {PIECES_MAX} pieces"
    if terms.stores == () or terms.markets == ():
        return "Name a store and a market, or leave it open"
    return ""


async def keep(
    conn: Conn,
    *,
    maison_id: UUID,
    terms: Terms,
    now: datetime,
    collaboration_id: UUID | None = None,
    changed_by: UUID | None = None,
) -> UUID:
    """Draws it up, or writes it anew while it is not in force: then it is proposed again, to everybody. Returns its id.

    Raises CollaborationRefused, NoSuchCollaboration, CollaborationStands, PieceInAnother.
    """
    if wrong := fault(terms):
        raise CollaborationRefused(wrong)
    await take_turns(conn, maison_id=maison_id)
    kept_id = collaboration_id or new_id(now)
    state: State | None = await scalar(
        conn,
        "select state from catalogue.collaboration where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=kept_id,
    )
    if collaboration_id is not None and state is None:
        raise NoSuchCollaboration
    if state in ("in_force", "ended"):
        raise CollaborationStands
    own: int = await scalar(
        conn,
        """
        select count(*) from catalogue.product p where p.maison_id = %(maison_id)s and p.id = any(%(products)s::uuid[])
          and not exists (select 1 from catalogue.brand b where b.maison_id = p.maison_id and lower(b.name) = lower(p.brand))
        """,
        maison_id=maison_id,
        products=list(terms.product_ids),
    )
    if own != len(set(terms.product_ids)):
        raise CollaborationRefused("A piece is not of this maison’s own catalogue")
    await execute(
        conn,
        """
        insert into catalogue.collaboration as c (maison_id, id, name, state, version, begins_at, ends_at, stores, markets,
          houses, changed_at, changed_by)
        values (%(maison_id)s, %(id)s, %(name)s, 'draft', 1, %(begins_at)s, %(ends_at)s, %(stores)s::uuid[], %(markets)s::text[],
          %(houses)s::uuid[], %(now)s, %(by)s)
        on conflict (maison_id, id) do update set name = excluded.name, state = 'draft', version = c.version + 1,
          begins_at = excluded.begins_at, ends_at = excluded.ends_at, stores = excluded.stores, markets = excluded.markets,
          houses = excluded.houses, changed_at = excluded.changed_at, changed_by = excluded.changed_by
        """,
        maison_id=maison_id,
        id=kept_id,
        name=terms.name.strip(),
        begins_at=terms.begins_at,
        ends_at=terms.ends_at,
        stores=list(terms.stores) if terms.stores is not None else None,
        markets=list(terms.markets) if terms.markets is not None else None,
        houses=[one.maison_id for one in terms.partners if one.kind == "house"],
        now=now,
        by=changed_by,
    )
    for cleared in _CLEARED:
        await execute(conn, cleared, maison_id=maison_id, id=kept_id)
    await execute(
        conn,
        """
        insert into catalogue.collaboration_partner (maison_id, collaboration_id, id, kind, partner_maison_id, name, city,
          country, number, share_basis_points, signed_on)
        select %(maison_id)s, %(id)s, p.id, p.kind, p.maison_id, p.name, p.city, p.country, p.number, p.share_basis_points,
          p.signed_on
        from jsonb_to_recordset(%(partners)s::jsonb) as p(id uuid, kind text, maison_id uuid, name text, city text, country text,
          number text, share_basis_points integer, signed_on date)
        """,
        maison_id=maison_id,
        id=kept_id,
        partners=msgspec.json.encode(
            [msgspec.to_builtins(partner) | {"id": str(new_id(now))} for partner in terms.partners]
        ).decode(),
    )
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into catalogue.collaboration_piece (maison_id, product_id, collaboration_id)
                select distinct %(maison_id)s::uuid, p, %(id)s::uuid from unnest(%(products)s::uuid[]) p
                """,
                maison_id=maison_id,
                id=kept_id,
                products=list(terms.product_ids),
            )
    except errors.UniqueViolation as error:
        if constraint(error) == "one_collaboration_a_piece":
            raise PieceInAnother("A piece is of one collaboration only") from None
        raise
    await _show(conn, maison_id, kept_id)
    await _told(conn, maison_id, changed_by, "keep_collaboration", kept_id, now)
    return kept_id


_CLEARED: tuple[LiteralString, ...] = (
    "delete from catalogue.collaboration_partner where maison_id = %(maison_id)s and collaboration_id = %(id)s",
    "delete from catalogue.collaboration_piece where maison_id = %(maison_id)s and collaboration_id = %(id)s",
)


async def propose(
    conn: Conn, *, maison_id: UUID, collaboration_id: UUID, now: datetime, changed_by: UUID | None = None
) -> None:
    """The seller approves it and lets the others read it; from now on its pieces are sold under it or not at all. Repeatable.

    With artists alone it is in force at once. Raises NoSuchCollaboration, CollaborationStands.
    """
    await take_turns(conn, maison_id=maison_id)
    state: State | None = await scalar(
        conn,
        """
        update catalogue.collaboration set state = 'proposed', changed_at = %(now)s
        where maison_id = %(maison_id)s and id = %(id)s and state in ('draft', 'proposed') returning state
        """,
        maison_id=maison_id,
        id=collaboration_id,
        now=now,
    )
    if state is None:
        if await scalar(
            conn,
            "select true from catalogue.collaboration where maison_id = %(maison_id)s and id = %(id)s",
            maison_id=maison_id,
            id=collaboration_id,
        ):
            raise CollaborationStands
        raise NoSuchCollaboration
    await _told(conn, maison_id, changed_by, "propose_collaboration", collaboration_id, now)
    await _show(conn, maison_id, collaboration_id)
    await settle(conn, maison_id=maison_id, now=now)


async def answer(
    conn: Conn,
    *,
    maison_id: UUID,
    selling_maison_id: UUID,
    collaboration_id: UUID,
    version: int,
    approved: bool,
    now: datetime,
    answered_by: UUID | None = None,
) -> None:
    """This house's word on the version it read, written in its own tenant; the seller's worker hears it within a minute.

    Repeatable. Raises NoSuchCollaboration, AnotherVersion.
    """
    known: int | None = await scalar(
        conn,
        """
        select c.version from catalogue.collaboration c
        where c.maison_id = %(seller)s and c.id = %(id)s and c.maison_id <> %(maison_id)s and %(maison_id)s = any(c.houses)
          and c.state = 'proposed'
        """,
        maison_id=maison_id,
        seller=selling_maison_id,
        id=collaboration_id,
    )
    if known is None:
        raise NoSuchCollaboration
    if known != version:
        raise AnotherVersion
    fresh = await execute(
        conn,
        """
        insert into catalogue.collaboration_answer (maison_id, selling_maison_id, collaboration_id, version, approved,
          answered_at, answered_by)
        values (%(maison_id)s, %(seller)s, %(id)s, %(version)s, %(approved)s, %(now)s, %(by)s)
        on conflict on constraint answered_once do nothing
        """,
        maison_id=maison_id,
        seller=selling_maison_id,
        id=collaboration_id,
        version=version,
        approved=approved,
        now=now,
        by=answered_by,
    )
    if fresh:
        await _told(
            conn,
            maison_id,
            answered_by,
            "approve_collaboration" if approved else "decline_collaboration",
            collaboration_id,
            now,
        )
    elif approved != await scalar(
        conn,
        """
        select approved from catalogue.collaboration_answer
        where maison_id = %(maison_id)s and collaboration_id = %(id)s and version = %(version)s
        """,
        maison_id=maison_id,
        id=collaboration_id,
        version=version,
    ):
        raise AnotherVersion


@dataclass(frozen=True, slots=True)
class _Settled:
    id: UUID


async def settle(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Puts in force what every house in it has approved as it stands; returns how many. Repeatable."""
    settled = await many(
        conn,
        _Settled,
        """
        update catalogue.collaboration c set state = 'in_force', in_force_at = %(now)s, changed_at = %(now)s
        where c.maison_id = %(maison_id)s and c.state = 'proposed' and not exists (
          select 1 from unnest(c.houses) h where not exists (select 1 from catalogue.collaboration_answer a
            where a.maison_id = h and a.selling_maison_id = c.maison_id and a.collaboration_id = c.id and a.version = c.version
              and a.approved))
        returning c.id
        """,
        maison_id=maison_id,
        now=now,
    )
    for one in settled:
        await _show(conn, maison_id, one.id)
    return len(settled)


async def end(
    conn: Conn, *, maison_id: UUID, collaboration_id: UUID, now: datetime, changed_by: UUID | None = None
) -> None:
    """From now on its pieces are sold no more; what was sold stays due. Repeatable.

    Raises NoSuchCollaboration, CollaborationStands.
    """
    await take_turns(conn, maison_id=maison_id)
    ended = await execute(
        conn,
        """
        update catalogue.collaboration set state = 'ended', changed_at = %(now)s,
          ends_at = greatest(least(ends_at, %(now)s), begins_at + interval '1 second')
        where maison_id = %(maison_id)s and id = %(id)s and state = 'in_force'
        """,
        maison_id=maison_id,
        id=collaboration_id,
        now=now,
    )
    if not ended:
        state: State | None = await scalar(
            conn,
            "select state from catalogue.collaboration where maison_id = %(maison_id)s and id = %(id)s",
            maison_id=maison_id,
            id=collaboration_id,
        )
        if state is None:
            raise NoSuchCollaboration
        if state != "ended":
            raise CollaborationStands
        return
    await _show(conn, maison_id, collaboration_id)
    await _told(conn, maison_id, changed_by, "end_collaboration", collaboration_id, now)


async def collaborations(
    conn: Conn, *, maison_id: UUID, collaboration_id: UUID | None = None
) -> list[Collaboration]:
    """The maison's own, and those proposed to it, the newest first; or one of them."""
    return await many(
        conn,
        Collaboration,
        """
        select c.maison_id, c.id, c.name, c.state, c.version, m.name as seller_name,
          (c.begins_at at time zone public_facts.zone_of(c.maison_id))::date as begins_on,
          (c.ends_at at time zone public_facts.zone_of(c.maison_id))::date as ends_on, c.stores, c.markets,
          (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'kind', p.kind, 'name', p.name, 'maison_id',
              p.partner_maison_id, 'share_basis_points', p.share_basis_points, 'signed_on', p.signed_on, 'city', p.city,
              'country', p.country, 'number', p.number)
              order by p.kind <> 'seller', p.share_basis_points desc, p.name), '[]')
            from catalogue.collaboration_partner p where p.maison_id = c.maison_id and p.collaboration_id = c.id) as partners,
          (select coalesce(jsonb_agg(jsonb_build_object('id', x.product_id, 'slug', coalesce(f.slug, ''), 'name',
              coalesce(t.name, '')) order by t.name, x.product_id), '[]')
            from catalogue.collaboration_piece x
            left join public_facts.product f on f.id = x.product_id
            left join lateral (select y.name from public_facts.product_text y where y.product_id = x.product_id
              order by y.language = 'en' desc, y.language limit 1) t on true
            where x.maison_id = c.maison_id and x.collaboration_id = c.id) as pieces,
          (select coalesce(jsonb_object_agg(a.maison_id, a.approved), '{}') from catalogue.collaboration_answer a
            where a.selling_maison_id = c.maison_id and a.collaboration_id = c.id and a.version = c.version) as answers
        from catalogue.collaboration c
        join public_facts.maison m on m.maison_id = c.maison_id
        where (c.maison_id = %(maison_id)s or %(maison_id)s = any(c.houses))
          and (%(id)s::uuid is null or c.id = %(id)s)
        order by c.id desc limit 200
        """,
        maison_id=maison_id,
        id=collaboration_id,
    )


async def _show(conn: Conn, maison_id: UUID, collaboration_id: UUID) -> None:
    """Brings in line what is published of it, and of where and while its pieces may be sold: never, before it is in force."""
    await execute(
        conn,
        """
        delete from public_facts.exclusive x using catalogue.collaboration c
        where c.maison_id = %(maison_id)s and c.id = %(id)s and x.collaboration_id = c.id and (c.state = 'draft' or not exists (
          select 1 from catalogue.collaboration_piece p where p.maison_id = c.maison_id and p.collaboration_id = c.id
            and p.product_id = x.product_id))
        """,
        maison_id=maison_id,
        id=collaboration_id,
    )
    await execute(
        conn,
        """
        insert into public_facts.exclusive as shown (product_id, maison_id, collaboration_id, sold, stores, markets)
        select p.product_id, c.maison_id, c.id, case c.state when 'in_force' then tstzrange(c.begins_at, c.ends_at)
          else 'empty' end, c.stores, c.markets
        from catalogue.collaboration c
        join catalogue.collaboration_piece p on p.maison_id = c.maison_id and p.collaboration_id = c.id
        where c.maison_id = %(maison_id)s and c.id = %(id)s and c.state <> 'draft'
        on conflict (product_id) do update set collaboration_id = excluded.collaboration_id, sold = excluded.sold,
          stores = excluded.stores, markets = excluded.markets
        """,
        maison_id=maison_id,
        id=collaboration_id,
    )
    await execute(
        conn,
        """
        insert into public_facts.collaboration as shown (id, maison_id, name, partners)
        select c.id, c.maison_id, c.name, (select jsonb_agg(jsonb_build_object('name', p.name, 'maison_id', p.partner_maison_id)
            order by p.kind <> 'seller', p.share_basis_points desc, p.name)
          from catalogue.collaboration_partner p where p.maison_id = c.maison_id and p.collaboration_id = c.id)
        from catalogue.collaboration c where c.maison_id = %(maison_id)s and c.id = %(id)s and c.state in ('in_force', 'ended')
        on conflict (id) do update set name = excluded.name, partners = excluded.partners
        """,
        maison_id=maison_id,
        id=collaboration_id,
    )


async def _told(
    conn: Conn, maison_id: UUID, staff_id: UUID | None, act: str, collaboration_id: UUID, now: datetime
) -> None:
    if staff_id is not None:
        await audit.record(
            conn,
            maison_id=maison_id,
            staff_id=staff_id,
            act=act,
            subject_kind="collaboration",
            subject_id=collaboration_id,
            now=now,
        )
