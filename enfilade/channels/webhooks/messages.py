"""What a message says: the fact's own ids and figures, and the names other systems know things by: SKU, number, code.

Written once, when its delivery is; no name, address or person's id is in it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, many
from enfilade.channels.webhooks.types import BY_FACT, RENAMED, TEST, Type

#: Raised when a field goes away or means something else; new fields may come at any time.
VERSION = 1
#: Lines of an order that a message shows.
LINES_MAX = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with what belongs to it. `xid` is the transaction that wrote it."""

    id: UUID
    xid: str
    kind: str
    subject_id: UUID
    recorded_at: datetime
    body: dict[str, Any]
    order_id: UUID | None
    order_number: str | None
    channel: str | None
    market: str | None
    tax_minor: int | None
    location_code: str | None
    sku: str | None
    quantity: int | None
    lines: list[dict[str, Any]] | None
    lines_count: int | None


async def told(
    conn: Conn, *, maison_id: UUID, first_xid: str, end_xid: str, kinds: list[str], most: int
) -> list[Told]:
    """Facts of transactions from `first_xid` up to, not including, `end_xid`, in their order; never half a transaction.

    At least `most` of them, unless these are all.
    """
    return await many(
        conn,
        Told,
        """
        with f as (
          select f.* from base.fact f
          where f.maison_id = %(maison_id)s and f.region = base.region() and f.kind = any(%(kinds)s::text[])
            and f.xid >= %(first_xid)s::text::xid8 and f.xid < %(end_xid)s::text::xid8
          order by f.xid fetch first %(most)s rows with ties
        )
        select f.id, f.xid::text as xid, f.kind, f.subject_id, f.recorded_at, f.body, o.id as order_id,
          o.number as order_number, o.channel, o.market, o.tax_minor, p.code as location_code,
          coalesce(l.sku, v.sku) as sku, l.quantity, shown.lines, shown.lines_count
        from f
        left join orders.order_line l on l.maison_id = f.maison_id and l.id = f.subject_id and l.region = f.region
        left join orders.order paid on paid.maison_id = f.maison_id and paid.payment_id = f.subject_id
          and f.kind like 'Payment%%'
        left join orders.order o on o.maison_id = f.maison_id and o.region = f.region
          and o.id = coalesce((f.body ->> 'order_id')::uuid, l.order_id, paid.id, f.subject_id)
        left join boutiques.location p on p.maison_id = f.maison_id and p.id = f.location_id
        left join catalogue.variant v on v.maison_id = f.maison_id and v.id = (f.body ->> 'variant_id')::uuid
        left join lateral (
          select jsonb_agg(jsonb_build_object('line_id', n.id, 'sku', n.sku, 'quantity', n.quantity,
              'total_minor', n.total_minor) order by n.id) filter (where n.at <= %(lines_max)s) as lines,
            count(*)::integer as lines_count
          from (select m.id, m.sku, m.quantity, m.total_minor, row_number() over (order by m.id) as at
            from orders.order_line m where m.maison_id = f.maison_id and m.order_id = o.id
              and (f.kind = 'OrderPlaced' or m.fulfilment_id = f.subject_id)) n
        ) shown on f.kind in ('OrderPlaced', 'FulfilmentAsked', 'FulfilmentAwaited')
        order by f.xid, f.id
        """,
        maison_id=maison_id,
        first_xid=first_xid,
        end_xid=end_xid,
        kinds=kinds,
        most=most,
        lines_max=LINES_MAX,
    )


def message_of(fact: Told) -> tuple[Type, str]:
    """The type and the whole body."""
    kind = BY_FACT[fact.kind]
    renamed = RENAMED.get(kind.fact, {})
    known: dict[str, Any] = {renamed.get(name, name): value for name, value in fact.body.items()}
    beside = {
        "order_id": fact.order_id,
        "order_number": fact.order_number,
        "channel": fact.channel,
        "market": fact.market,
        "tax_minor": fact.tax_minor,
        "location_code": fact.location_code,
        "sku": fact.sku,
        "lines": fact.lines or [],
        "lines_count": fact.lines_count,
    }
    known |= {name: value for name, value in beside.items() if value is not None or name not in known}
    if fact.quantity is not None:
        known["quantity"] = fact.quantity
    known[kind.subject] = fact.subject_id
    return kind, written(kind.name, fact.recorded_at, {name: known.get(name) for name in kind.fields})


def message_of_test(endpoint_id: UUID, now: datetime) -> str:
    """The body of a test that a person asked for."""
    return written(TEST, now, {"endpoint_id": endpoint_id})


def written(name: str, at: datetime, data: dict[str, Any]) -> str:
    """JSON as Standard Webhooks ask for, with the version of its shape."""
    said = {"type": name, "timestamp": at.astimezone(UTC).isoformat(), "version": VERSION, "data": data}
    return msgspec.json.encode(said).decode()
