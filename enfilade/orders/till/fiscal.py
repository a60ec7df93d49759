"""What a till did, sealed: gapless records by boutique, each with the digest of the one before, signed where the law says so.

A record is written in the transaction of what it tells of; a device is asked afterwards, by a job, by the record's id.
`docs/algorithms/till.md` says what the law of which country asks for, and what this is not.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base import jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe
from enfilade.base.ids import new_id
from enfilade.payments.fiscal_device import FiscalDevice

SIGN = "orders.sign_fiscal_record"
TIMEOUT_SECONDS = 5.0
#: Countries whose law wants each record signed by a device.
DEVICES_BY_LAW = frozenset({"DE"})

Kind = Literal["opened", "sold", "given_back", "paid", "closed"]


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a receipt tells it. `digest` in hex; the device's words are None until it has signed."""

    id: UUID
    number: int
    digest: str
    device_due: bool
    device: str | None
    counter: int | None
    signature: str | None
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Written:
    id: UUID
    device_due: bool


async def record(
    conn: Conn, *, maison_id: UUID, drawer_id: UUID, kind: Kind, subject_id: UUID, now: datetime
) -> None:
    """Seals what was just done in a drawer, once for its subject: the drawer opened or closed, the sale, the tender given
    back, the cash paid in or out. The drawer must be locked, or new: that keeps the numbers gapless.
    """
    written = await maybe(
        conn,
        _Written,
        """
        with place as (
          select d.id, d.location_id, l.code, l.country, d.currency, d.opened_by, d.closed_by, d.counted_minor, d.cash_minor,
            d.words
          from orders.drawer d join boutiques.location l on l.maison_id = d.maison_id and l.id = d.location_id
          where d.maison_id = %(maison_id)s and d.id = %(drawer_id)s
        ), last as (
          select r.number, r.digest from orders.fiscal_record r join place p on p.location_id = r.location_id
          where r.maison_id = %(maison_id)s order by r.number desc limit 1
        ), told as (
          select jsonb_build_object('float_minor', m.amount_minor, 'by', p.opened_by) as what from place p
          join orders.cash_movement m on m.maison_id = %(maison_id)s and m.kind = 'float' and m.cause_id = p.id
          where %(kind)s = 'opened'
          union all
          select jsonb_build_object('order', o.number, 'total_minor', o.total_minor, 'tax_minor', o.tax_minor, 'by', s.ended_by,
            'pieces', (select jsonb_agg(jsonb_build_object('sku', l.sku, 'name', l.name, 'quantity', l.quantity,
                'total_minor', l.total_minor, 'tax_minor', l.tax_minor, 'tax_rate_basis_points', l.tax_rate_basis_points)
                order by l.sku, l.id) from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id),
            'paid', (select jsonb_agg(jsonb_build_object('kind', t.kind, 'way', t.way, 'amount_minor', t.amount_minor)
                order by t.asked_at, t.id) from payments.tender t
                where t.maison_id = o.maison_id and t.payment_id = o.payment_id and t.state = 'done'))
          from orders.sale s join orders.order o on o.maison_id = s.maison_id and o.id = s.order_id
          where %(kind)s = 'sold' and s.maison_id = %(maison_id)s and s.id = %(subject_id)s
          union all
          select jsonb_build_object('kind', t.kind, 'amount_minor', t.amount_minor, 'return', t.return_id, 'by', t.by_id)
          from payments.tender t
          where %(kind)s = 'given_back' and t.maison_id = %(maison_id)s and t.id = %(subject_id)s and t.state = 'done'
            and t.way = 'back' and t.return_id is not null
          union all
          select jsonb_build_object('amount_minor', m.amount_minor, 'words', m.words, 'by', m.by_id)
          from orders.cash_movement m where %(kind)s = 'paid' and m.maison_id = %(maison_id)s and m.cause_id = %(subject_id)s
            and m.kind in ('paid_in', 'paid_out')
          union all
          select jsonb_build_object('expected_minor', p.cash_minor, 'counted_minor', p.counted_minor, 'words', p.words,
            'by', p.closed_by) from place p where %(kind)s = 'closed'
        ), sealed as (
          select p.location_id, coalesce(l.number, 0) + 1 as number, l.digest as previous, p.country, convert_to((t.what
            || jsonb_build_object('record', coalesce(l.number, 0) + 1, 'did', %(kind)s::text, 'till', p.code, 'drawer', p.id,
              'country', p.country, 'currency', p.currency, 'at', %(now)s::timestamptz))::text, 'UTF8') as content
          from told t cross join place p left join last l on true
        )
        insert into orders.fiscal_record (maison_id, id, location_id, number, kind, subject_id, recorded_at, content, previous,
          digest, device_due)
        select %(maison_id)s, %(id)s, s.location_id, s.number, %(kind)s, %(subject_id)s, %(now)s, s.content, s.previous,
          sha256(coalesce(s.previous, ''::bytea) || s.content), s.country = any(%(devices)s::text[])
        from sealed s
        where not exists (select 1 from orders.fiscal_record r
          where r.maison_id = %(maison_id)s and r.kind = %(kind)s and r.subject_id = %(subject_id)s)
        returning id, device_due
        """,
        maison_id=maison_id,
        id=new_id(now),
        drawer_id=drawer_id,
        kind=kind,
        subject_id=subject_id,
        devices=sorted(DEVICES_BY_LAW),
        now=now,
    )
    if written is not None and written.device_due:
        await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(SIGN, {"record_id": written.id})])


async def of_sale(conn: Conn, *, maison_id: UUID, sale_id: UUID) -> Record | None:
    """The record of a settled sale; None of one settled before there were records."""
    return await maybe(
        conn,
        Record,
        """
        select id, number, encode(digest, 'hex') as digest, device_due, device, counter, signature, signed_at
        from orders.fiscal_record where maison_id = %(maison_id)s and kind = 'sold' and subject_id = %(sale_id)s
        """,
        maison_id=maison_id,
        sale_id=sale_id,
    )


@dataclass(frozen=True, slots=True)
class _Unsigned:
    country: str
    till: str
    digest: bytes


async def sign(
    db: Db, devices: Mapping[str, FiscalDevice], *, maison_id: UUID, record_id: UUID, timeout_seconds: float
) -> None:
    """Asks the device of the record's country for its signature and keeps it; again, nothing happens.

    Raises DeviceSilent, TimeoutError and KeyError (no device of that country is connected): the job tries again.
    """
    async with db.acting(Actor.job(), maison_id) as conn:
        asked = await maybe(
            conn,
            _Unsigned,
            """
            select l.country, l.code as till, r.digest from orders.fiscal_record r
            join boutiques.location l on l.maison_id = r.maison_id and l.id = r.location_id
            where r.maison_id = %(maison_id)s and r.id = %(id)s and r.device_due and r.signed_at is null
            """,
            maison_id=maison_id,
            id=record_id,
        )
    if asked is None:
        return
    async with asyncio.timeout(timeout_seconds):
        signed = await devices[asked.country].sign(key=record_id, till=asked.till, digest=asked.digest)
    async with db.acting(Actor.job(), maison_id) as conn:
        await execute(
            conn,
            """
            update orders.fiscal_record set device = %(device)s, counter = %(counter)s, signature = %(signature)s,
              signed_at = %(signed_at)s
            where maison_id = %(maison_id)s and id = %(id)s and signed_at is null
            """,
            maison_id=maison_id,
            id=record_id,
            device=signed.device,
            counter=signed.counter,
            signature=signed.signature,
            signed_at=signed.signed_at,
        )


@dataclass(frozen=True, slots=True)
class Exported:
    """A record as an inspector checks it: `digest` is SHA-256 of the bytes of `previous` and `content`, both digests in hex."""

    boutique: str
    number: int
    content: str
    previous: str | None
    digest: str
    device: str | None
    counter: int | None
    signature: str | None
    signed_at: datetime | None


async def exported(conn: Conn, *, maison_id: UUID) -> list[Exported]:
    """All of a maison's records, boutique by boutique, in the order of their numbers."""
    return await many(
        conn,
        Exported,
        """
        select l.code as boutique, r.number, convert_from(r.content, 'UTF8') as content, encode(r.previous, 'hex') as previous,
          encode(r.digest, 'hex') as digest, r.device, r.counter, r.signature, r.signed_at
        from orders.fiscal_record r
        join boutiques.location l on l.maison_id = r.maison_id and l.id = r.location_id
        where r.maison_id = %(maison_id)s order by l.code, r.number
        """,
        maison_id=maison_id,
    )


def register(known: jobs.Jobs, db: Db, devices: Mapping[str, FiscalDevice]) -> None:
    """Names the work `orders.sign_fiscal_record`. `devices`: by country."""

    async def work(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await sign(
            db, devices, maison_id=maison_id, record_id=ids["record_id"], timeout_seconds=TIMEOUT_SECONDS
        )

    known.add(SIGN, work)
