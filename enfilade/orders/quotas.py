"""Quotas: how many pieces of a family one client may buy in a period, inside one maison; set by the maison, read by everybody.

How a client is known and counted: `marks.py` and `quota_counts.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import errors

from enfilade.base.db import Conn, constraint, execute, many
from enfilade.base.ids import new_id


class QuotaNameTaken(Exception):
    """Another quota of this maison has this name."""


class NoSuchProduct(Exception):
    """Some product is not published by this maison, or has a quota already."""


@dataclass(frozen=True, slots=True)
class Quota:
    """`pieces_max` pieces of these products together, in each `period_days` days counted from `begins_at`."""

    id: UUID
    name: str
    pieces_max: int
    period_days: int
    begins_at: datetime
    changed_at: datetime
    product_ids: list[UUID]
    slugs: list[str]


@dataclass(frozen=True, slots=True)
class _Product:
    product_id: UUID


async def set_quota(
    conn: Conn,
    *,
    maison_id: UUID,
    name: str,
    pieces_max: int,
    period_days: int,
    product_ids: list[UUID],
    begins_at: datetime,
    now: datetime,
    changed_by: UUID | None = None,
    quota_id: UUID | None = None,
) -> UUID:
    """Puts a quota in force, or changes one; what was bought before counts. Returns its id.

    Raises QuotaNameTaken, NoSuchProduct.
    """
    asked = sorted(set(product_ids))
    assert 1 <= pieces_max <= 100 and 1 <= period_days <= 366 and asked
    quota_id = quota_id or new_id(now)
    try:
        await execute(
            conn,
            """
            insert into orders.quota (maison_id, id, name, pieces_max, period_days, begins_at, changed_at, changed_by)
            values (%(maison_id)s, %(id)s, %(name)s, %(pieces_max)s, %(period_days)s, %(begins_at)s, %(now)s,
              %(changed_by)s::uuid)
            on conflict (maison_id, id) do update set name = excluded.name, pieces_max = excluded.pieces_max,
              period_days = excluded.period_days, begins_at = excluded.begins_at, changed_at = excluded.changed_at,
              changed_by = excluded.changed_by
            """,
            maison_id=maison_id,
            id=quota_id,
            name=name,
            pieces_max=pieces_max,
            period_days=period_days,
            begins_at=begins_at,
            now=now,
            changed_by=changed_by,
        )
    except errors.UniqueViolation as error:
        if constraint(error) == "quota_name_once":
            raise QuotaNameTaken(name) from error
        raise
    await execute(
        conn,
        "delete from public_facts.quota where maison_id = %(maison_id)s and quota_id = %(id)s and product_id <> all(%(asked)s)",
        maison_id=maison_id,
        id=quota_id,
        asked=asked,
    )
    published = await many(
        conn,
        _Product,
        """
        insert into public_facts.quota as kept (product_id, maison_id, quota_id, pieces_max, period_days, begins_at)
        select p.id, %(maison_id)s, %(id)s, %(pieces_max)s, %(period_days)s, %(begins_at)s
        from public_facts.product p where p.maison_id = %(maison_id)s and p.id = any(%(asked)s) order by p.id
        on conflict (product_id) do update set pieces_max = excluded.pieces_max, period_days = excluded.period_days,
          begins_at = excluded.begins_at where kept.quota_id = excluded.quota_id
        returning product_id
        """,
        maison_id=maison_id,
        id=quota_id,
        pieces_max=pieces_max,
        period_days=period_days,
        begins_at=begins_at,
        asked=asked,
    )
    if len(published) != len(asked):
        raise NoSuchProduct
    return quota_id


async def end_quota(conn: Conn, *, maison_id: UUID, quota_id: UUID) -> bool:
    """Sells the family freely again, from the next checkout on. False when there is no such quota."""
    return bool(
        await execute(
            conn,
            "delete from orders.quota where maison_id = %(maison_id)s and id = %(quota_id)s",
            maison_id=maison_id,
            quota_id=quota_id,
        )
    )


async def quotas_of(conn: Conn, *, maison_id: UUID) -> list[Quota]:
    """The maison's quotas by name."""
    return await many(
        conn,
        Quota,
        """
        select q.id, q.name, q.pieces_max, q.period_days, q.begins_at, q.changed_at,
          array(select f.product_id from public_facts.quota f where f.maison_id = q.maison_id and f.quota_id = q.id
            order by f.product_id) as product_ids,
          array(select p.slug from public_facts.quota f join public_facts.product p on p.id = f.product_id
            where f.maison_id = q.maison_id and f.quota_id = q.id order by p.slug) as slugs
        from orders.quota q where q.maison_id = %(maison_id)s order by q.name collate "C"
        """,
        maison_id=maison_id,
    )
