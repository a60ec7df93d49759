"""Wish lists: the pieces somebody wants to find again, a visitor's by the browser, a client's wherever they sign in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, tuples
from enfilade.base.money import Money
from enfilade.catalogue.published import NAME_AND_PRICE

WISHES_MAX = 100
#: As long as the visitor's cookie is kept.
VISITOR_DAYS = 90


@dataclass(frozen=True, slots=True)
class Wish:
    """A piece somebody wishes for, as the store shows it today."""

    id: UUID
    slug: str
    family: str
    brand: str
    pictures: list[Any]
    language: str
    name: str
    currency: str | None
    from_minor: int | None
    maison_name: str

    @property
    def price(self) -> Money | None:
        """The lowest price of its variants."""
        if self.from_minor is None or self.currency is None:
            return None
        return Money(self.from_minor, self.currency)


def _held_by(holder: Actor) -> dict[str, object]:
    assert holder.kind in ("visitor", "client"), holder.kind
    return {"kind": holder.kind, "holder": holder.id}


async def wish(
    conn: Conn, *, maison_id: UUID, store_id: UUID, holder: Actor, product_id: UUID, now: datetime
) -> bool:
    """Puts a piece of the store on the list. False where the store does not show it; beyond WISHES_MAX the oldest goes."""
    written = await execute(
        conn,
        """
        with shown as (
          select p.id from public_facts.product p
          join public_facts.store_maison s on s.store_id = %(store_id)s and s.maison_id = p.maison_id
          where p.id = %(product_id)s
        ), gone as (
          delete from clients.wish w using (
            select product_id from clients.wish
            where maison_id = %(maison_id)s and holder_kind = %(kind)s and holder_id = %(holder)s
              and store_id = %(store_id)s and product_id <> %(product_id)s
            order by wished_at desc offset %(most)s - 1) old
          where w.maison_id = %(maison_id)s and w.holder_kind = %(kind)s and w.holder_id = %(holder)s
            and w.store_id = %(store_id)s and w.product_id = old.product_id
        )
        insert into clients.wish (maison_id, store_id, holder_kind, holder_id, product_id, wished_at)
        select %(maison_id)s, %(store_id)s, %(kind)s, %(holder)s, id, %(now)s from shown
        on conflict on constraint wished_once do update set wished_at = excluded.wished_at
        """,
        maison_id=maison_id,
        store_id=store_id,
        product_id=product_id,
        most=WISHES_MAX,
        now=now,
        **_held_by(holder),
    )
    return written == 1


async def unwish(conn: Conn, *, maison_id: UUID, store_id: UUID, holder: Actor, product_id: UUID) -> None:
    """Takes a piece off the list."""
    await execute(
        conn,
        """
        delete from clients.wish where maison_id = %(maison_id)s and store_id = %(store_id)s
          and holder_kind = %(kind)s and holder_id = %(holder)s and product_id = %(product_id)s
        """,
        maison_id=maison_id,
        store_id=store_id,
        product_id=product_id,
        **_held_by(holder),
    )


async def wished(conn: Conn, *, maison_id: UUID, store_id: UUID, holder: Actor) -> list[UUID]:
    """The ids of the pieces on the list, the last one first."""
    rows = await tuples(
        conn,
        """
        select product_id from clients.wish where maison_id = %(maison_id)s and store_id = %(store_id)s
          and holder_kind = %(kind)s and holder_id = %(holder)s order by wished_at desc, product_id
        """,
        maison_id=maison_id,
        store_id=store_id,
        **_held_by(holder),
    )
    return [product_id for (product_id,) in rows]


async def read(
    conn: Conn, *, maison_id: UUID, store_id: UUID, holder: Actor, language: str, market: str
) -> list[Wish]:
    """The list with today's names and prices, the last wish first; pieces no longer shown are left out, not forgotten."""
    return await many(
        conn,
        Wish,
        f"""
        select p.id, p.slug, p.family, p.brand, p.pictures, t.language, t.name, r.currency, r.from_minor,
          m.name as maison_name
        from clients.wish w
        join public_facts.product p on p.id = w.product_id
        join public_facts.maison m on m.maison_id = p.maison_id
        {NAME_AND_PRICE}
        where w.maison_id = %(maison_id)s and w.store_id = %(store_id)s
          and w.holder_kind = %(kind)s and w.holder_id = %(holder)s
        order by w.wished_at desc, p.id
        """,
        maison_id=maison_id,
        store_id=store_id,
        language=language,
        market=market,
        **_held_by(holder),
    )


async def keep_at_sign_in(
    db: Db, *, maison_id: UUID, store_id: UUID, visitor: Actor, client: Actor, now: datetime
) -> None:
    """Moves what the visitor wished for to the client's list, each list as its own holder; again, it changes nothing."""
    async with db.acting(visitor, maison_id) as conn:
        found = await wished(conn, maison_id=maison_id, store_id=store_id, holder=visitor)
    if not found:
        return
    async with db.acting(client, maison_id) as conn:
        # The last wish stays the last.
        await execute(
            conn,
            """
            insert into clients.wish (maison_id, store_id, holder_kind, holder_id, product_id, wished_at)
            select %(maison_id)s, %(store_id)s, %(kind)s, %(holder)s, f.id,
              %(now)s::timestamptz - f.number * interval '1 microsecond'
            from unnest(%(found)s::uuid[]) with ordinality as f(id, number)
            on conflict on constraint wished_once do nothing
            """,
            maison_id=maison_id,
            store_id=store_id,
            found=found,
            now=now,
            **_held_by(client),
        )
    async with db.acting(visitor, maison_id) as conn:
        await execute(
            conn,
            """
            delete from clients.wish where maison_id = %(maison_id)s and store_id = %(store_id)s
              and holder_kind = %(kind)s and holder_id = %(holder)s and product_id = any(%(found)s)
            """,
            maison_id=maison_id,
            store_id=store_id,
            found=found,
            **_held_by(visitor),
        )


async def forget_old(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Removes what visitors wished for longer ago than their cookie lasts."""
    return await execute(
        conn,
        "delete from clients.wish where maison_id = %(maison_id)s and holder_kind = 'visitor' and wished_at < %(before)s",
        maison_id=maison_id,
        before=now - timedelta(days=VISITOR_DAYS),
    )
