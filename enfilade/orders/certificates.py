"""Certificates of serialised pieces: one that stands for each piece that is with its buyer, void once it came back.

What stands follows from where the pieces are now, not from the news that made us look: news may come late, twice, or in
another order. `docs/algorithms/certificates.md`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from enfilade.base import facts, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe
from enfilade.base.facts import Heard
from enfilade.base.ids import new_id
from enfilade.base.jobs import Jobs
from enfilade.base.secrets import CODE_LETTERS, derived_code, hashed
from enfilade.base.tenants import each
from enfilade.orders.events import (
    CertificateIssued,
    CertificateVoided,
    FulfilmentDispatched,
    FulfilmentHandedOver,
    HandOverUndone,
    ReturnReceived,
)

#: Twenty letters of 32: a hundred bits, which nobody guesses.
CODE_LENGTH = 20
#: How far back the round looks for pieces that were sold and have none.
MISSED_FOR = timedelta(days=3)
MISSED_MAX = 200
#: Codes asked for from one network in a quarter of an hour; a boutique's guests share one.
ASKED_PER_NETWORK_MAX = 60
WINDOW_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Certificate:
    """As it was issued; `sold_at` is '' where the piece was sent, `language` the order's, '' for who holds only a code."""

    id: UUID
    piece_id: UUID
    maison_name: str
    maison_slug: str
    maison_theme: dict[str, object]
    maison_wordmark: str
    serial: str
    sku: str
    brand: str
    name: str
    colour: str
    size: str
    sold_on: date
    sold_at: str
    void_since: datetime | None
    void_because: str | None
    language: str


def code(key: bytes, certificate_id: UUID) -> str:
    """What is printed on it and scanned: ABCD-EFGH-JKLM-NPQR-STUV. Only its hash is stored."""
    letters = derived_code(key, "certificate", certificate_id, CODE_LENGTH)
    return "-".join(letters[n : n + 4] for n in range(0, CODE_LENGTH, 4))


def as_printed(written: str) -> str:
    """A code as somebody wrote it, with whatever blanks and strokes, as it is printed; '' where it can be none."""
    letters = [letter for letter in written.upper() if letter.isalnum()]
    if len(letters) != CODE_LENGTH or any(letter not in CODE_LETTERS for letter in letters):
        return ""
    return "-".join("".join(letters[n : n + 4]) for n in range(0, CODE_LENGTH, 4))


@dataclass(frozen=True, slots=True)
class _Piece:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Void:
    id: UUID
    order_id: UUID
    piece_id: UUID
    variant_id: UUID
    serial: str
    because: str


@dataclass(frozen=True, slots=True)
class _Sold:
    piece_id: UUID
    variant_id: UUID
    order_line_id: UUID
    serial: str
    sku: str
    brand: str
    name: str
    colour: str
    size: str
    sold_on: date
    sold_at: str


async def follow(conn: Conn, *, maison_id: UUID, order_id: UUID, key: bytes, now: datetime) -> int:
    """Makes the order's certificates say where its pieces are; returns how many were issued or made void. Repeatable."""
    # The pieces stand still from here on: who sells or takes one back is waited for, and seen by the next statements.
    pieces = await many(
        conn,
        _Piece,
        """
        select p.id from stock.piece p
        where p.maison_id = %(maison_id)s and (p.order_line_id in (select l.id from orders.order_line l
            where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s)
          or p.id in (select c.piece_id from orders.certificate c
            where c.maison_id = %(maison_id)s and c.order_id = %(order_id)s and c.void_since is null))
        order by p.id
        for no key update
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if not pieces:
        return 0
    ids = [piece.id for piece in pieces]
    voided = await many(
        conn,
        _Void,
        """
        update orders.certificate c set void_since = %(now)s, void_because = case when exists (
            select 1 from orders.return_line r where r.maison_id = c.maison_id and r.order_line_id = c.order_line_id
              and r.disposition is not null) then 'returned' else 'undone' end
        from stock.piece p
        where c.maison_id = %(maison_id)s and c.piece_id = any(%(ids)s::uuid[]) and c.void_since is null
          and p.maison_id = c.maison_id and p.id = c.piece_id
          and not (p.whereabouts = 'sold' and p.order_line_id is not distinct from c.order_line_id)
        returning c.id, c.order_id, c.piece_id, p.variant_id, c.serial, c.void_because as because
        """,
        maison_id=maison_id,
        ids=ids,
        now=now,
    )
    sold = await many(
        conn,
        _Sold,
        """
        select p.id as piece_id, p.variant_id, l.id as order_line_id, p.serial, l.sku, l.brand, l.name, l.colour, l.size,
          (coalesce(f.ended_at, %(now)s) at time zone b.zone)::date as sold_on,
          case when l.state = 'handed_over' then b.name else coalesce(s.name, '') end as sold_at
        from stock.piece p
        join orders.order_line l on l.maison_id = p.maison_id and l.id = p.order_line_id
        join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
        join boutiques.location b on b.maison_id = p.maison_id and b.id = p.location_id
        left join boutiques.location s on s.maison_id = o.maison_id and s.id = o.sold_by_location_id
        left join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
        where p.maison_id = %(maison_id)s and p.id = any(%(ids)s::uuid[]) and p.whereabouts = 'sold'
          and l.order_id = %(order_id)s and not exists (select 1 from orders.certificate c
            where c.maison_id = p.maison_id and c.piece_id = p.id and c.void_since is null)
        order by p.id
        """,
        maison_id=maison_id,
        order_id=order_id,
        ids=ids,
        now=now,
    )
    news: list[facts.Fact] = [
        CertificateVoided(one.id, one.order_id, one.piece_id, one.variant_id, one.serial, one.because)
        for one in voided
    ]
    for one in sold:
        certificate_id = new_id(now)
        await execute(
            conn,
            """
            insert into orders.certificate (maison_id, id, code_hash, piece_id, order_line_id, order_id, serial, sku, brand,
              name, colour, size, sold_on, sold_at, issued_at)
            values (%(maison_id)s, %(id)s, %(code_hash)s, %(piece_id)s, %(order_line_id)s, %(order_id)s, %(serial)s, %(sku)s,
              %(brand)s, %(name)s, %(colour)s, %(size)s, %(sold_on)s, %(sold_at)s, %(now)s)
            """,
            maison_id=maison_id,
            id=certificate_id,
            code_hash=hashed(code(key, certificate_id)),
            piece_id=one.piece_id,
            order_line_id=one.order_line_id,
            order_id=order_id,
            serial=one.serial,
            sku=one.sku,
            brand=one.brand,
            name=one.name,
            colour=one.colour,
            size=one.size,
            sold_on=one.sold_on,
            sold_at=one.sold_at,
            now=now,
        )
        news.append(CertificateIssued(certificate_id, order_id, one.piece_id, one.variant_id, one.serial))
    await facts.record(conn, maison_id=maison_id, now=now, facts=news)
    return len(news)


@dataclass(frozen=True, slots=True)
class _Missed:
    order_id: UUID


async def follow_missed(db: Db, *, maison_id: UUID, key: bytes, now: datetime) -> None:
    """Does what a lost or failed job has not: sold pieces of the last days without one, and what should be void."""
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await many(
            conn,
            _Missed,
            """
            select l.order_id from stock.piece p
            join orders.order_line l on l.maison_id = p.maison_id and l.id = p.order_line_id
            where p.maison_id = %(maison_id)s and p.whereabouts = 'sold' and p.order_line_id is not null
              and p.changed_at > %(since)s and not exists (select 1 from orders.certificate c
                where c.maison_id = p.maison_id and c.piece_id = p.id and c.void_since is null)
            union
            select c.order_id from orders.certificate c
            join stock.piece p on p.maison_id = c.maison_id and p.id = c.piece_id
            where c.maison_id = %(maison_id)s and c.void_since is null
              and not (p.whereabouts = 'sold' and p.order_line_id is not distinct from c.order_line_id)
            order by 1 limit %(most)s
            """,
            maison_id=maison_id,
            since=now - MISSED_FOR,
            most=MISSED_MAX,
        )
    for missed in found:

        async def verb(conn: Conn, order_id: UUID = missed.order_id) -> int:
            return await follow(conn, maison_id=maison_id, order_id=order_id, key=key, now=now)

        await db.run(Actor.job(), maison_id, verb)


@dataclass(frozen=True, slots=True)
class Opened:
    """The certificate of a code."""

    maison_id: UUID
    region: str
    certificate_id: UUID


async def opened(db: Db, *, written: str, network: str, now: datetime) -> Opened | None:
    """The certificate of this code, None for none. Raises TooManyAttempts."""
    printed = as_printed(written)
    async with db.door() as conn:
        await limits.spend(
            conn,
            bucket=f"certificates asked from {network}",
            most=ASKED_PER_NETWORK_MAX,
            window_seconds=WINDOW_SECONDS,
            now=now,
        )
        return (
            await maybe(
                conn,
                Opened,
                "select maison_id, region, certificate_id from door.certificate_of_code(%(code)s)",
                code=hashed(printed),
            )
            if printed
            else None
        )


async def read(conn: Conn, *, maison_id: UUID, certificate_id: UUID) -> Certificate | None:
    """One certificate: for who holds its code or its order's link, its client, or the maison."""
    return await maybe(
        conn,
        Certificate,
        """
        select c.id, c.piece_id, m.name as maison_name, m.slug as maison_slug, m.theme as maison_theme,
          m.wordmark as maison_wordmark, c.serial, c.sku, c.brand, c.name, c.colour, c.size, c.sold_on, c.sold_at,
          c.void_since, c.void_because, coalesce(o.language, '') as language
        from orders.certificate c
        join public_facts.maison m on m.maison_id = c.maison_id
        left join orders.order o on o.maison_id = c.maison_id and o.id = c.order_id
        where c.maison_id = %(maison_id)s and c.id = %(certificate_id)s
        """,
        maison_id=maison_id,
        certificate_id=certificate_id,
    )


@dataclass(frozen=True, slots=True)
class Issued:
    """One of a piece's certificates, or of an order's."""

    id: UUID
    order_id: UUID
    serial: str
    sold_on: date
    void_since: datetime | None
    void_because: str | None


async def of_piece(conn: Conn, *, maison_id: UUID, piece_id: UUID) -> list[Issued]:
    """All that were issued for it, the last one first."""
    return await many(
        conn,
        Issued,
        """
        select id, order_id, serial, sold_on, void_since, void_because from orders.certificate
        where maison_id = %(maison_id)s and piece_id = %(piece_id)s order by issued_at desc, id desc
        """,
        maison_id=maison_id,
        piece_id=piece_id,
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate of an order whose link somebody holds, at whatever maison."""

    maison_id: UUID
    order_id: UUID
    certificate_id: UUID
    serial: str
    name: str
    void: bool


async def of_links(db: Db, *, links: list[str]) -> list[Held]:
    """The certificates of the orders these links open, the last one first."""
    if not links:
        return []
    async with db.door() as conn:
        return await many(
            conn,
            Held,
            """
            select maison_id, order_id, certificate_id, serial, name, void
            from door.certificates_of_links(%(links)s::bytea[])
            """,
            links=[hashed(link) for link in links],
        )


def register(known: Jobs, db: Db, *, key: bytes) -> None:
    """Listens to what lets pieces leave and come back, and names the round for what was missed."""

    async def heard(conn: Conn, fact: Heard) -> None:
        await follow(
            conn,
            maison_id=fact.maison_id,
            order_id=UUID(fact.body["order_id"]),
            key=key,
            now=datetime.now(UTC),
        )

    for fact, name in (
        (FulfilmentHandedOver, "orders.certify_handed_over"),
        (FulfilmentDispatched, "orders.certify_dispatched"),
        (HandOverUndone, "orders.void_undone"),
        (ReturnReceived, "orders.void_returned"),
    ):
        known.listen(fact, name, heard)

    async def missed(now: datetime) -> None:
        await each(db, lambda maison_id: follow_missed(db, maison_id=maison_id, key=key, now=now))

    known.every("23 * * * *", "orders.certificates", missed)
