"""The waitlist: who asked a store to be told, once, when a piece can be had again; in the order of asking, a few for each piece.

Nothing is kept for anybody on it. `docs/algorithms/waitlist.md` tells it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import errors

from enfilade.base import jobs, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe
from enfilade.base.ids import new_id
from enfilade.base.jobs import Jobs
from enfilade.base.secrets import derived, hashed
from enfilade.clients.contact_points import NotAContactPoint, contact_point

#: For each piece that can be had, so many are told; those after them a day later, if it is still there.
TOLD_PER_PIECE = 3
PAUSE = timedelta(hours=24)
#: Somebody typed an address and its owner never said yes.
UNCONFIRMED_FOR = timedelta(days=7)
#: Nobody waits longer; told or gone, an address is kept so that its link still says so.
WAITS_FOR = timedelta(days=365)
KEPT_AFTER = timedelta(days=30)
WINDOW_SECONDS = 15 * 60
ASKED_PER_ADDRESS_MAX = 5
ASKED_PER_NETWORK_MAX = 40
DEMAND_MAX = 200
MAIL_ASKED, MAIL_TOLD = "orders.mail_wait_asked", "orders.mail_wait_told"
TELL, FORGET = "orders.tell_waiting", "orders.forget_waits"


class NotShown(Exception):
    """The store shows no such piece."""


class NoSuchWait(Exception):
    """It was forgotten meanwhile."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One mailbox that waits for one variant, and the piece as the store shows it; `slug` is '' where it does so no more."""

    id: UUID
    store_id: UUID
    mail: str
    language: str
    asked_at: datetime
    confirmed_at: datetime | None
    told_at: datetime | None
    left_at: datetime | None
    slug: str
    name: str
    text_language: str
    colour: str
    size: str
    pictures: list[Any]
    maison_name: str
    host: str

    @property
    def state(self) -> str:
        """asked, waiting, told or left; what was told stays told."""
        if self.told_at is not None:
            return "told"
        if self.left_at is not None:
            return "left"
        return "waiting" if self.confirmed_at is not None else "asked"


@dataclass(frozen=True, slots=True)
class Opened:
    """The wait of a link, with whose it is."""

    maison_id: UUID
    region: str
    wait_id: UUID
    store_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor.link(self.wait_id)


@dataclass(frozen=True, slots=True)
class Demand:
    """How many wait for a variant in the tenant's stores, since when the first, and how many were told within a year."""

    slug: str
    name: str
    brand: str
    colour: str
    size: str
    waiting: int
    since: datetime | None
    told: int


def link_secret(key: bytes, wait_id: UUID) -> str:
    """What the wait's link says; stored as its hash alone."""
    return derived(key, "wait", wait_id)


async def ask(
    db: Db,
    *,
    maison_id: UUID,
    store_id: UUID,
    variant_id: UUID,
    market: str,
    language: str,
    mail: str,
    key: bytes,
    network: str,
    now: datetime,
) -> UUID:
    """Sends a letter to `mail` whose link says yes; answers the same whether or not the address waits already.

    `maison_id` is the store's tenant. Raises NotAContactPoint (also for a phone number), TooManyAttempts, NotShown.
    """
    to = contact_point(mail, "")
    if to.kind != "mail":
        raise NotAContactPoint
    async with db.door() as conn:
        buckets = {
            f"waitlist asked from {network}": ASKED_PER_NETWORK_MAX,
            f"waitlist asked {maison_id} {to.value}": ASKED_PER_ADDRESS_MAX,
        }
        await limits.spend_each(conn, buckets=buckets, window_seconds=WINDOW_SECONDS, now=now)
    wait_id = new_id(now)
    async with db.acting(Actor.link(wait_id), maison_id) as conn:
        written = await execute(
            conn,
            """
            insert into orders.wait (maison_id, id, store_id, variant_id, market, language, mail, link_hash, asked_at)
            select %(maison_id)s, %(id)s, s.id, v.id, %(market)s, %(language)s, %(mail)s, %(link_hash)s, %(now)s
            from public_facts.store s
            join public_facts.variant v on v.id = %(variant_id)s
            where s.id = %(store_id)s and s.maison_id = %(maison_id)s and (v.maison_id = s.maison_id or exists (
              select 1 from public_facts.store_maison x where x.store_id = s.id and x.maison_id = v.maison_id))
            """,
            maison_id=maison_id,
            id=wait_id,
            store_id=store_id,
            variant_id=variant_id,
            market=market,
            language=language,
            mail=to.value,
            link_hash=hashed(link_secret(key, wait_id)),
            now=now,
        )
        if not written:
            raise NotShown
        await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(MAIL_ASKED, {"wait_id": wait_id})])
    return wait_id


async def opened(db: Db, secret: str) -> Opened | None:
    """The wait behind the link."""
    async with db.door() as conn:
        return await maybe(
            conn,
            Opened,
            "select maison_id, region, wait_id, store_id from door.wait_of_link(%(link)s)",
            link=hashed(secret),
        )


async def read(conn: Conn, *, maison_id: UUID, wait_id: UUID, language: str = "") -> Wait | None:
    """As its link's holder or a job; `language` for the piece's name, else the one it was asked in."""
    return await maybe(
        conn,
        Wait,
        """
        select w.id, w.store_id, w.mail, w.language, w.asked_at, w.confirmed_at, w.told_at, w.left_at,
          coalesce(p.slug, '') as slug, coalesce(t.name, '') as name, coalesce(t.language, '') as text_language,
          coalesce(v.colour, '') as colour, coalesce(v.size, '') as size, coalesce(p.pictures, '[]') as pictures,
          coalesce(m.name, '') as maison_name,
          coalesce((select s.host from public_facts.store s where s.id = w.store_id), '') as host
        from orders.wait w
        left join public_facts.variant v on v.id = w.variant_id
        left join public_facts.product p on p.id = v.product_id
        left join public_facts.maison m on m.maison_id = p.maison_id
        left join lateral (select x.language, x.name from public_facts.product_text x where x.product_id = p.id
          order by x.language = coalesce(nullif(%(language)s, ''), w.language) desc, x.language = m.default_language desc,
            x.language limit 1) t on true
        where w.maison_id = %(maison_id)s and w.id = %(wait_id)s
        """,
        maison_id=maison_id,
        wait_id=wait_id,
        language=language,
    )


async def confirm(conn: Conn, *, maison_id: UUID, wait_id: UUID, now: datetime) -> None:
    """The mailbox waits from now on, once for each variant of a store: an older wait of it keeps its turn. Repeatable.

    Raises NoSuchWait.
    """
    try:
        # A savepoint: who waits already by another link is not for this one to read, the index alone knows.
        async with conn.transaction():
            said = await execute(
                conn,
                """
                update orders.wait set confirmed_at = coalesce(confirmed_at, %(now)s::timestamptz),
                  left_at = case when told_at is null then null else left_at end
                where maison_id = %(maison_id)s and id = %(wait_id)s
                """,
                maison_id=maison_id,
                wait_id=wait_id,
                now=now,
            )
    except errors.UniqueViolation:
        return
    if not said:
        raise NoSuchWait


async def leave(conn: Conn, *, maison_id: UUID, wait_id: UUID, now: datetime) -> None:
    """Nothing is sent any more. Repeatable; raises NoSuchWait."""
    gone = await execute(
        conn,
        """
        update orders.wait set left_at = coalesce(left_at, %(now)s::timestamptz)
        where maison_id = %(maison_id)s and id = %(wait_id)s
        """,
        maison_id=maison_id,
        wait_id=wait_id,
        now=now,
    )
    if not gone:
        raise NoSuchWait


@dataclass(frozen=True, slots=True)
class _Told:
    id: UUID


async def tell(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Writes to those whose turn it is; returns how many. Of two rounds at once each wait is told by one."""
    told = await many(
        conn,
        _Told,
        """
        with waiting as (
          select w.id, w.variant_id, w.store_id, w.market,
            row_number() over (partition by w.variant_id order by w.confirmed_at, w.id) as turn
          from orders.wait w
          where w.maison_id = %(maison_id)s and w.confirmed_at is not null and w.told_at is null and w.left_at is null
        ), there as (
          -- The same pieces that the store shows: of a boutique or of a parcel, whichever method gives more.
          select k.variant_id, sum(greatest(a.ship, case when b.kind = 'boutique' then greatest(a.collect, a.reserve) else 0 end))
            as pieces
          from (select distinct variant_id from waiting) k
          join public_facts.variant v on v.id = k.variant_id
          join public_facts.availability a on a.maison_id = v.maison_id and a.variant_id = v.id
          left join public_facts.boutique b on b.id = a.location_id
          group by k.variant_id
        ), before as (
          select w.variant_id, count(*) as told from orders.wait w
          where w.maison_id = %(maison_id)s and w.told_at > %(since)s
          group by w.variant_id
        ), due as (
          select w.id from waiting w
          join there t on t.variant_id = w.variant_id
          left join before b on b.variant_id = w.variant_id
          where w.turn <= t.pieces * %(per_piece)s - coalesce(b.told, 0)
            and exists (select 1 from public_facts.price r where r.variant_id = w.variant_id and r.market = w.market)
            and exists (select 1 from public_facts.variant v join public_facts.store s on s.id = w.store_id
              where v.id = w.variant_id and (v.maison_id = s.maison_id or exists (
                select 1 from public_facts.store_maison x where x.store_id = s.id and x.maison_id = v.maison_id)))
        )
        update orders.wait w set told_at = %(now)s from due
        where w.maison_id = %(maison_id)s and w.id = due.id and w.told_at is null and w.left_at is null
        returning w.id
        """,
        maison_id=maison_id,
        now=now,
        since=now - PAUSE,
        per_piece=TOLD_PER_PIECE,
    )
    if told:
        await jobs.defer(
            conn, maison_id=maison_id, jobs=[jobs.Job(MAIL_TOLD, {"wait_id": one.id}) for one in told]
        )
    return len(told)


async def forget(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Removes addresses that nobody confirmed, that were told or left, and that waited for a year."""
    return await execute(
        conn,
        """
        delete from orders.wait where maison_id = %(maison_id)s and (
          (confirmed_at is null and asked_at < %(unconfirmed)s)
          or greatest(told_at, left_at) < %(ended)s
          or asked_at < %(longest)s)
        """,
        maison_id=maison_id,
        unconfirmed=now - UNCONFIRMED_FOR,
        ended=now - KEPT_AFTER,
        longest=now - WAITS_FOR,
    )


async def demand(conn: Conn, *, maison_id: UUID, language: str = "en") -> list[Demand]:
    """What is waited for in the tenant's stores, most wanted first; no address is read."""
    return await many(
        conn,
        Demand,
        """
        select coalesce(p.slug, '') as slug, coalesce(t.name, '') as name, coalesce(p.brand, '') as brand,
          coalesce(v.colour, '') as colour, coalesce(v.size, '') as size, g.waiting, g.since, g.told
        from (
          select w.variant_id, count(*) filter (where w.told_at is null and w.left_at is null)::integer as waiting,
            min(w.confirmed_at) filter (where w.told_at is null and w.left_at is null) as since,
            count(w.told_at)::integer as told
          from orders.wait w where w.maison_id = %(maison_id)s and w.confirmed_at is not null
          group by w.variant_id) g
        left join public_facts.variant v on v.id = g.variant_id
        left join public_facts.product p on p.id = v.product_id
        left join public_facts.maison m on m.maison_id = p.maison_id
        left join lateral (select x.name from public_facts.product_text x where x.product_id = p.id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        where g.waiting > 0 or g.told > 0
        order by g.waiting desc, g.told desc, g.since, p.slug, v.position limit %(most)s
        """,
        maison_id=maison_id,
        language=language,
        most=DEMAND_MAX,
    )


def register(known: Jobs) -> None:
    """Names the rounds that tell and forget."""
    known.at_each("*/5 * * * *", TELL, tell)
    known.at_each("37 3 * * *", FORGET, forget)
