"""Storefronts: a maison's own, or the multi-brand store of a retailer and the maisons that show in it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import errors

from enfilade.base.db import Conn, constraint, execute, scalar
from enfilade.base.ids import new_id


@dataclass(frozen=True, slots=True)
class Store:
    """`slug` is its address within the installation, `host` a name of its own in the DNS."""

    slug: str
    name: str
    multi_brand: bool = False
    host: str | None = None


def address(base_url: str, host: str) -> str:
    """Where a store is, without a path: at its own host, else ('') at that of the installation."""
    return f"{base_url.partition('://')[0]}://{host}" if host else base_url


class StoreAddressTaken(Exception):
    """Another store answers at this slug or host."""

    def __init__(self, store: Store) -> None:
        super().__init__(
            f"“{store.slug}” or its host {store.host or '–'} is another store's address; choose another"
        )
        self.store = store


async def open_store(conn: Conn, *, maison_id: UUID, store: Store, now: datetime) -> UUID:
    """Writes the store, known by slug, publishes it, returns its id. Repeatable. Raises StoreAddressTaken."""
    store_id = await scalar(
        conn,
        "select id from maisons.store where maison_id = %(maison_id)s and slug = %(slug)s",
        maison_id=maison_id,
        slug=store.slug,
    )
    store_id = store_id or new_id(now)
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into maisons.store as kept (maison_id, id, slug, name, multi_brand, host)
                values (%(maison_id)s, %(id)s, %(slug)s, %(name)s, %(multi_brand)s, %(host)s)
                on conflict (maison_id, id) do update
                set name = excluded.name, multi_brand = excluded.multi_brand, host = excluded.host
                where kept is distinct from excluded
                """,
                maison_id=maison_id,
                id=store_id,
                slug=store.slug,
                name=store.name,
                multi_brand=store.multi_brand,
                host=store.host,
            )
    except errors.UniqueViolation as error:
        if constraint(error) in ("store_slug_once", "store_host_once"):
            raise StoreAddressTaken(store) from None
        raise
    await execute(
        conn,
        """
        insert into public_facts.store as shown (id, maison_id, slug, name, multi_brand, host)
        select id, maison_id, slug, name, multi_brand, host from maisons.store where maison_id = %(maison_id)s
        on conflict (id) do update set slug = excluded.slug, name = excluded.name,
          multi_brand = excluded.multi_brand,
          host = excluded.host
        where shown is distinct from excluded
        """,
        maison_id=maison_id,
    )
    if not store.multi_brand:
        # A maison's own store sells the maison's pieces without being told to.
        await show_in(conn, maison_id=maison_id, store_id=store_id)
    return store_id


async def show_in(conn: Conn, *, maison_id: UUID, store_id: UUID) -> None:
    """The maison decides to show its published pieces in a store: a multi-brand one, or its own."""
    await execute(
        conn,
        """
        insert into public_facts.store_maison (store_id, maison_id) values (%(store_id)s, %(maison_id)s)
        on conflict do nothing
        """,
        maison_id=maison_id,
        store_id=store_id,
    )


async def show_own(conn: Conn, *, maison_id: UUID) -> None:
    """The pieces that a store of many maisons has of its own are shown in it. Repeatable."""
    await execute(
        conn,
        """
        insert into public_facts.store_maison (store_id, maison_id)
        select id, maison_id from public_facts.store where maison_id = %(maison_id)s on conflict do nothing
        """,
        maison_id=maison_id,
    )


async def withdraw_from(conn: Conn, *, maison_id: UUID, store_id: UUID) -> None:
    """The maison's pieces leave a multi-brand store; orders placed there stay."""
    await execute(
        conn,
        "delete from public_facts.store_maison where store_id = %(store_id)s and maison_id = %(maison_id)s",
        maison_id=maison_id,
        store_id=store_id,
    )
