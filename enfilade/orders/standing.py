"""Where a checkout stands: open → paying → completed, choosing or released, each step guarded by the one before."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import msgspec

from enfilade.base import idempotency
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, execute, one
from enfilade.base.ids import new_id
from enfilade.orders.duties import DutiesNotQuoted
from enfilade.orders.frozen import DELIVERIES, HOST, METHODS, Head, NoSuchCheckout
from enfilade.orders.placing import Contact, PlacingLine
from enfilade.orders.proposals import ProposalOver
from enfilade.stock.holds import Method


class PlaceClosed(Exception):
    """A place that was to give or to send a piece of it has closed since the checkout was opened; nothing has begun."""

    def __init__(self) -> None:
        super().__init__("a place this order counts on has just closed")


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of the checkout at one selling maison."""

    maison_id: UUID
    order_id: UUID | None
    number: str | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Answer(idempotency.Kept):
    known: bool
    withdrawn: bool
    closed: bool
    unquoted: list[str]
    begun: str | None


@dataclass(frozen=True, slots=True)
class _Begun:
    store_id: UUID
    client_id: UUID | None
    method: Method
    market: str
    language: str
    basket_id: UUID
    expires_at: datetime
    attempt: int
    proposal_id: UUID | None
    age_min: int | None
    age_confirmed: int | None
    host: str
    deliveries: str | None
    chosen_deliveries: dict[str, str]
    methods: dict[str, Method]
    lines: list[PlacingLine]


_BEGIN: LiteralString = f"""
with {idempotency.CLAIMED}, withdrawn as (
  select 1 from orders.proposal p where p.maison_id = %(maison_id)s and p.withdrawn_at is not null and p.id = (
    select c.proposal_id from orders.checkout c where c.maison_id = %(maison_id)s and c.id = %(checkout_id)s)
), closed as (
  -- Judged now, not when the checkout was opened: nobody pays for what waits behind a door that closed meanwhile.
  select 1 from orders.checkout c
  join orders.checkout_line l on l.maison_id = c.maison_id and l.checkout_id = c.id
  join orders.checkout_seller s on s.maison_id = c.maison_id and s.checkout_id = c.id
    and s.selling_maison_id = l.selling_maison_id
  join public_facts.closure k on k.location_id in (l.location_id, l.collect_location_id)
  where c.maison_id = %(maison_id)s and c.id = %(checkout_id)s and k.starts_at <= %(now)s
    and (k.ends_at is null or k.ends_at > %(now)s)
    and case when k.location_id = coalesce(l.collect_location_id, l.location_id) then coalesce(s.method, c.method) else 'ship' end
      = any(k.stops)
), unquoted as (
  -- Not quoted before its process died, no longer held to, or for another country.
  select l.name from orders.checkout_line l where l.maison_id = %(maison_id)s and l.checkout_id = %(checkout_id)s
    and l.duties is not null
    and (l.duties = 'asked' or l.duties_until <= %(now)s or l.duties_country is distinct from %(country)s::text)
), begun as (
  update orders.checkout set state = 'paying', contact_id = %(contact_id)s, payment_method = %(payment_method)s,
    changed_at = %(now)s, attempt = attempt + 1,
    age_confirmed = greatest(age_confirmed, %(age_confirmed)s::smallint)
  where maison_id = %(maison_id)s and id = %(checkout_id)s and visitor_id = %(visitor_id)s and state = 'open'
    and expires_at > %(now)s and (select k.fresh from claimed k) and not exists (select 1 from withdrawn)
    and not exists (select 1 from closed) and not exists (select 1 from unquoted)
  returning *
), known as (
  insert into orders.contact (maison_id, id, checkout_id, name, mail, phone, address, collector_name, gift_words)
  select %(maison_id)s, %(contact_id)s, b.id, %(name)s, %(mail)s, %(phone)s, %(address)s::jsonb, %(collector_name)s,
    %(gift_words)s from begun b
)
select k.fresh, k.request_hash, k.status, k.answer,
  exists (select 1 from orders.checkout c where c.maison_id = %(maison_id)s and c.id = %(checkout_id)s) as known,
  exists (select 1 from withdrawn) as withdrawn, exists (select 1 from closed) as closed,
  array(select u.name from unquoted u order by 1) as unquoted, (
  select json_build_object('store_id', c.store_id, 'client_id', c.client_id, 'method', c.method, 'market', c.market,
    'language', c.language, 'basket_id', c.basket_id, 'expires_at', c.expires_at, 'attempt', c.attempt,
    'proposal_id', c.proposal_id, 'age_min', c.age_min, 'age_confirmed', c.age_confirmed,
    'chosen_deliveries', c.chosen_deliveries, 'deliveries', {DELIVERIES}, 'methods', {METHODS},
    'host', {HOST}, 'lines', (
      select json_agg(l order by l.selling_maison_id, l.variant_id, l.line) from orders.checkout_line l
      where l.maison_id = %(maison_id)s and l.checkout_id = c.id))::text
  from begun c) as begun
from claimed k
"""


async def begin_paying(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    visitor_id: UUID,
    contact: Contact,
    payment_method: str,
    age_confirmed: int | None,
    key: str,
    now: datetime,
) -> tuple[Head, list[PlacingLine]] | None:
    """open → paying, once for a key, with whom it is for. None: it was begun before, or is over; `settle` knows more.

    Breaks age_confirmed_before_paying. Raises NoSuchCheckout, idempotency.KeyReused, ProposalOver when its proposal was
    withdrawn meanwhile, PlaceClosed, DutiesNotQuoted.
    """
    request: dict[str, object] = {"checkout": checkout_id, "method": payment_method, "contact": contact}
    if age_confirmed is not None:
        request["age"] = age_confirmed
    claim = idempotency.asked(
        actor=Actor.visitor(visitor_id),
        key=f"complete:{key}",
        request=request,
        now=now,
        answer={"checkout": checkout_id},
    )
    told = await one(
        conn,
        _Answer,
        _BEGIN,
        **claim,
        maison_id=maison_id,
        checkout_id=checkout_id,
        visitor_id=visitor_id,
        contact_id=new_id(now),
        payment_method=payment_method,
        age_confirmed=age_confirmed,
        country=contact.address.get("country") if contact.address else None,
        name=contact.name,
        mail=contact.mail,
        phone=contact.phone,
        address=msgspec.json.encode(contact.address).decode() if contact.address else None,
        collector_name=contact.collector_name,
        gift_words=contact.gift_words,
    )
    idempotency.repeat(claim, told)
    if not told.known:
        raise NoSuchCheckout
    if told.withdrawn and told.fresh:
        raise ProposalOver("withdrawn")
    if told.closed and told.fresh:
        raise PlaceClosed
    if told.unquoted and told.fresh:
        raise DutiesNotQuoted(told.unquoted)
    if told.begun is None:
        return None
    begun = msgspec.json.decode(told.begun, type=_Begun)
    head = Head(
        checkout_id,
        "paying",
        begun.store_id,
        visitor_id,
        begun.client_id,
        begun.method,
        begun.market,
        begun.language,
        payment_method,
        begun.basket_id,
        begun.expires_at,
        now,
        contact.name,
        contact.mail,
        contact.phone,
        contact.address,
        contact.collector_name,
        begun.attempt,
        begun.proposal_id,
        contact.gift_words,
        begun.age_min,
        begun.age_confirmed,
        begun.host,
        begun.deliveries,
        begun.chosen_deliveries,
        begun.methods,
    )
    return head, begun.lines


async def set_state(
    conn: Conn, *, maison_id: UUID, checkout_id: UUID, attempt: int, before: str, after: str, now: datetime
) -> bool:
    """`before` → `after`; False when it is not (any more) in `before`, or a later attempt to pay has begun."""
    return bool(
        await execute(
            conn,
            """
            update orders.checkout set state = %(after)s, changed_at = %(now)s,
              ended_at = case when %(after)s = 'released' then %(now)s::timestamptz end
            where maison_id = %(maison_id)s and id = %(checkout_id)s and state = %(before)s
              and attempt = %(attempt)s
            """,
            maison_id=maison_id,
            checkout_id=checkout_id,
            attempt=attempt,
            before=before,
            after=after,
            now=now,
        )
    )


async def finish(
    conn: Conn, *, maison_id: UUID, checkout_id: UUID, placed: bool, sellers: list[Ended], now: datetime
) -> None:
    """paying or choosing → completed (or released, when nothing could be placed), with each seller's order.

    An order that stands completes its checkout even where somebody else, slower or faster, has let it go meanwhile.
    """
    await one(
        conn,
        _Id,
        """
        with ended as (
          update orders.checkout set state = case when %(placed)s then 'completed' else 'released' end, ended_at = %(now)s,
            changed_at = %(now)s
          where maison_id = %(maison_id)s and id = %(checkout_id)s
            and (state in ('paying', 'choosing') or %(placed)s and state in ('open', 'released'))
          returning id, basket_id
        ), emptied as (
          update orders.basket b set state = 'ordered', changed_at = %(now)s from ended e
          where b.maison_id = %(maison_id)s and b.id = e.basket_id and b.state = 'open' and %(placed)s
        ), told as (
          -- Whoever lets go and whoever places may both finish: an order that stands is told even by the second of them.
          update orders.checkout_seller s set order_id = r.order_id, order_number = r.number, refusal = r.refusal
          from unnest(%(maisons)s::uuid[], %(orders)s::uuid[], %(numbers)s::text[], %(refusals)s::text[])
            as r(selling_maison_id, order_id, number, refusal)
          where s.maison_id = %(maison_id)s and s.checkout_id = %(checkout_id)s and s.selling_maison_id = r.selling_maison_id
            and (exists (select 1 from ended) or r.order_id is not null and s.order_id is null)
        )
        select %(checkout_id)s::uuid as id
        """,
        maison_id=maison_id,
        checkout_id=checkout_id,
        placed=placed,
        now=now,
        maisons=[seller.maison_id for seller in sellers],
        orders=[seller.order_id for seller in sellers],
        numbers=[seller.number for seller in sellers],
        refusals=[seller.refusal for seller in sellers],
    )
