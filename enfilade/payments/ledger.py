"""The ledger of money: what is posted besides the provider's answers, which `captures` and `intents` post as they record them.

Entries are only ever added. `docs/algorithms/ledger.md` has the accounts and the moves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn, execute


async def post_sale(
    conn: Conn,
    *,
    maison_id: UUID,
    payment_id: UUID | None,
    order_id: UUID,
    fulfilment_id: UUID,
    total_minor: int,
    tax_minor: int,
    now: datetime,
) -> None:
    """What has left for good is sold: `total_minor` with the tax in it. Asked again for the same fulfilment, it is one sale.

    Without a payment (paid at the counter), or with one begun before there were books, nothing is posted.
    """
    await _post(conn, maison_id, "sold", payment_id, order_id, fulfilment_id, total_minor, tax_minor, now)


async def post_return(
    conn: Conn,
    *,
    maison_id: UUID,
    payment_id: UUID | None,
    order_id: UUID,
    return_id: UUID,
    total_minor: int,
    tax_minor: int,
    now: datetime,
) -> None:
    """What came back is sold no more: `total_minor` with the tax in it is the client's. Asked again, it is one return.

    Passes over what `post_sale` passes over.
    """
    await _post(conn, maison_id, "returned", payment_id, order_id, return_id, total_minor, tax_minor, now)


async def post_goodwill(
    conn: Conn,
    *,
    maison_id: UUID,
    payment_id: UUID,
    order_id: UUID,
    goodwill_id: UUID,
    total_minor: int,
    tax_minor: int,
    now: datetime,
) -> None:
    """What was sold costs so much less: `total_minor` with the tax in it is the client's. Asked again, it is one goodwill."""
    await _post(conn, maison_id, "goodwill", payment_id, order_id, goodwill_id, total_minor, tax_minor, now)


async def _post(
    conn: Conn,
    maison_id: UUID,
    kind: Literal["sold", "returned", "goodwill"],
    payment_id: UUID | None,
    order_id: UUID,
    cause_id: UUID,
    total_minor: int,
    tax_minor: int,
    now: datetime,
) -> None:
    if payment_id is None:
        return
    await execute(
        conn,
        """
        insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
          payment_id, order_id, posted_at)
        select %(maison_id)s, p.legal_entity_id, case when %(kind)s = 'sold' then 'client' else s.account end,
          case when %(kind)s = 'sold' then s.account else 'client' end, p.currency, s.amount_minor, %(kind)s, %(cause_id)s,
          p.id, %(order_id)s, %(now)s
        from payments.payment p
        cross join (values ('sales', %(net)s::bigint), ('tax', %(tax)s::bigint)) s (account, amount_minor)
        where p.maison_id = %(maison_id)s and p.id = %(payment_id)s and p.legal_entity_id is not null and s.amount_minor > 0
        on conflict on constraint posted_once do nothing
        """,
        maison_id=maison_id,
        kind=kind,
        payment_id=payment_id,
        order_id=order_id,
        cause_id=cause_id,
        net=total_minor - tax_minor,
        tax=tax_minor,
        now=now,
    )


OwedKind = Literal["owed", "owed_back"]


@dataclass(frozen=True, slots=True)
class Owed:
    """What a sold line makes due to others, or takes back from them: out of the sales, and out of the tax where they owe it."""

    cause_id: UUID
    order_id: UUID
    payment_id: UUID | None
    net_minor: int
    tax_minor: int


async def post_owed(conn: Conn, *, maison_id: UUID, kind: OwedKind, owed: list[Owed], now: datetime) -> None:
    """What of the sales is not ours. Asked again for the same line, it is owed once.

    Passes over what `post_sale` passes over.
    """
    await execute(
        conn,
        """
        insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
          payment_id, order_id, posted_at)
        select %(maison_id)s, p.legal_entity_id, case when %(kind)s = 'owed' then s.account else 'partner' end,
          case when %(kind)s = 'owed' then 'partner' else s.account end, p.currency, s.amount_minor, %(kind)s, w.cause_id, p.id,
          w.order_id, %(now)s
        from unnest(%(causes)s::uuid[], %(orders)s::uuid[], %(payments)s::uuid[], %(nets)s::bigint[], %(taxes)s::bigint[])
          as w (cause_id, order_id, payment_id, net_minor, tax_minor)
        join payments.payment p on p.maison_id = %(maison_id)s and p.id = w.payment_id and p.legal_entity_id is not null
        cross join lateral (values ('sales', w.net_minor), ('tax', w.tax_minor)) s (account, amount_minor)
        where s.amount_minor > 0
        on conflict on constraint posted_once do nothing
        """,
        maison_id=maison_id,
        kind=kind,
        causes=[one.cause_id for one in owed],
        orders=[one.order_id for one in owed],
        payments=[one.payment_id for one in owed],
        nets=[one.net_minor for one in owed],
        taxes=[one.tax_minor for one in owed],
        now=now,
    )


async def post_missing(conn: Conn, *, maison_id: UUID) -> int:
    """Posts what operations that a release before this one ended lack, at the time they ended; returns how many entries."""
    return await execute(
        conn,
        """
        insert into payments.ledger_entry (maison_id, legal_entity_id, debit, credit, currency, amount_minor, kind, cause_id,
          payment_id, posted_at)
        select o.maison_id, p.legal_entity_id, m.debit, m.credit, p.currency, o.amount_minor, m.posted_as, o.id, p.id,
          o.ended_at
        from payments.operation o
        join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
        join (values ('authorise', 'provider', 'client', 'captured'), ('capture', 'provider', 'client', 'captured'),
          ('refund', 'client', 'provider', 'refunded')) m (kind, debit, credit, posted_as) on m.kind = o.kind
        where o.maison_id = %(maison_id)s and o.state = 'done' and o.amount_minor > 0 and p.legal_entity_id is not null
          and not (o.kind = 'authorise' and p.separate_capture) and p.provider <> 'exchange'
        on conflict on constraint posted_once do nothing
        """,
        maison_id=maison_id,
    )
