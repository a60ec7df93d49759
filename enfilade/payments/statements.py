"""Daily statements: what a day came to by our ledger and by the provider, and which payments the two tell differently.

Written once a day (UTC) has been over for an hour. `docs/algorithms/ledger.md` says how the provider's column is reckoned.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, one, scalar
from enfilade.base.tenants import each, tenants
from enfilade.payments.provider import Booked, Provider
from enfilade.payments.verify import Difference, differences, known

#: Charges so old may still be captured; refunds of older ones are looked for as far back as our ledger knows of them.
AUTHORISED_DAYS = 8
LISTING_SECONDS = 600
#: Their clock and ours may differ by so much: charges made a little earlier are listed too.
CLOCKS_DIFFER = timedelta(hours=1)
#: A worker that rested longer catches up over more than one round.
DAYS_AT_ONCE = 31


@dataclass(frozen=True, slots=True)
class Due:
    """The days that are over and have no statement; the charges they need were made since."""

    days: list[date]
    since: datetime


async def due(conn: Conn, *, maison_id: UUID, provider: str, now: datetime) -> Due:
    """A maison's first statement is yesterday's. One that has no market has none.

    An hour is left for what was dated before midnight and recorded after it, by clocks that are not quite right.
    """
    return await one(
        conn,
        Due,
        """
        with first as (
          select coalesce((select max(s.day) + 1 from payments.statement s
            where s.maison_id = %(maison_id)s and s.provider = %(provider)s), yesterday) as day, yesterday
          from (select (%(now)s::timestamptz at time zone 'UTC' - interval '1 hour')::date - 1 as yesterday) calendar
        ), days as (
          select d::date as day from first, generate_series(day, yesterday, interval '1 day') d
          where exists (select 1 from maisons.market k where k.maison_id = %(maison_id)s)
          order by 1 limit %(most)s
        )
        select coalesce((select array_agg(day order by day) from days), '{}'::date[]) as days,
          least((first.day - %(authorised_days)s::integer)::timestamp at time zone 'UTC', (
            select min(p.created_at) from payments.ledger_entry e
            join payments.payment p on p.maison_id = e.maison_id and p.id = e.payment_id and p.provider = %(provider)s
            where e.maison_id = %(maison_id)s and e.posted_at >= first.day::timestamp at time zone 'UTC')) as since
        from first
        """,
        maison_id=maison_id,
        provider=provider,
        now=now,
        most=DAYS_AT_ONCE,
        authorised_days=AUTHORISED_DAYS,
    )


async def write(
    conn: Conn, *, maison_id: UUID, provider: str, day: date, found: Sequence[Difference], now: datetime
) -> int:
    """The day's statement with what was `found`, for each legal entity and currency; one that stands is left as it is.

    Returns how many rows are new.
    """
    ours = [one for one in found if one.legal_entity_id is not None]
    return await scalar(
        conn,
        """
        with found as (
          select * from unnest(%(entities)s::uuid[], %(currencies)s::text[], %(payments)s::uuid[], %(whats)s::text[],
            %(ledger)s::bigint[], %(theirs)s::bigint[])
            as f (legal_entity_id, currency, payment_id, what, ledger_minor, provider_minor)
        ), before as (
          select legal_entity_id, currency, what, provider_minor - ledger_minor as minor
          from payments.statement_difference d
          where d.maison_id = %(maison_id)s and d.provider = %(provider)s and d.day = (select max(s.day)
            from payments.statement s where s.maison_id = %(maison_id)s and s.provider = %(provider)s and s.day < %(day)s)
        ), part as (
          select legal_entity_id, currency, 0::bigint as captured, 0::bigint as refunded, 0::bigint as captured_more,
            0::bigint as refunded_more
          from maisons.market where maison_id = %(maison_id)s
          union all
          select e.legal_entity_id, e.currency,
            case e.kind when 'captured' then e.amount_minor when 'captured_corrected' then -e.amount_minor else 0 end,
            case e.kind when 'refunded' then e.amount_minor when 'refunded_corrected' then -e.amount_minor else 0 end, 0, 0
          from payments.ledger_entry e
          join payments.payment p on p.maison_id = e.maison_id and p.id = e.payment_id and p.provider = %(provider)s
          where e.maison_id = %(maison_id)s and e.posted_at >= %(day)s::timestamp at time zone 'UTC'
            and e.posted_at < (%(day)s::date + 1)::timestamp at time zone 'UTC'
          union all
          select legal_entity_id, currency, 0, 0, case what when 'captured' then provider_minor - ledger_minor else 0 end,
            case what when 'refunded' then provider_minor - ledger_minor else 0 end from found
          union all
          select legal_entity_id, currency, 0, 0, case what when 'captured' then -minor else 0 end,
            case what when 'refunded' then -minor else 0 end from before
        ), written as (
          insert into payments.statement (maison_id, legal_entity_id, provider, day, currency, captured_minor, refunded_minor,
            provider_captured_minor, provider_refunded_minor, written_at)
          select %(maison_id)s, legal_entity_id, %(provider)s, %(day)s, currency, sum(captured), sum(refunded),
            sum(captured + captured_more), sum(refunded + refunded_more), %(now)s
          from part group by legal_entity_id, currency order by legal_entity_id, currency
          on conflict on constraint one_statement_a_day do nothing
          returning legal_entity_id, currency
        ), told as (
          insert into payments.statement_difference (maison_id, legal_entity_id, provider, day, currency, payment_id, what,
            ledger_minor, provider_minor)
          select %(maison_id)s, f.legal_entity_id, %(provider)s, %(day)s, f.currency, f.payment_id, f.what, f.ledger_minor,
            f.provider_minor
          from found f join written w on w.legal_entity_id = f.legal_entity_id and w.currency = f.currency
        )
        select count(*) from written
        """,
        maison_id=maison_id,
        provider=provider,
        day=day,
        entities=[one.legal_entity_id for one in ours],
        currencies=[one.currency for one in ours],
        payments=[one.payment_id for one in ours],
        whats=[one.what for one in ours],
        ledger=[one.ledger_minor for one in ours],
        theirs=[one.provider_minor for one in ours],
        now=now,
    )


async def write_due(db: Db, providers: Mapping[str, Provider], *, now: datetime) -> int:
    """Every statement that is due, at every maison; returns how many rows are new.

    Raises ExceptionGroup after the last where a provider did not answer or a maison failed: the next round tries again.
    """
    count, failed = 0, list[Exception]()
    for name, provider in providers.items():
        waiting: list[tuple[UUID, Due]] = []

        async def look(maison_id: UUID, name: str = name, waiting: list[tuple[UUID, Due]] = waiting) -> None:
            async with db.acting(Actor.job(), maison_id, snapshot=True) as conn:
                there = await due(conn, maison_id=maison_id, provider=name, now=now)
            if there.days:
                waiting.append((maison_id, there))

        try:
            await each(db, look)
        except ExceptionGroup as error:
            failed.append(error)
        if not waiting:
            continue
        since = min(there.since for _, there in waiting)
        try:
            async with asyncio.timeout(LISTING_SECONDS):
                booked = {
                    charge.reference: charge for charge in await provider.booked(since=since - CLOCKS_DIFFER)
                }
        except Exception as error:
            error.add_note(f"statements of {name}")
            failed.append(error)
            continue
        for maison_id, there in waiting:
            try:
                count += await _write_days(db, maison_id, name, there.days, booked, since, now)
            except Exception as error:
                error.add_note(f"statements of {name}")
                failed.append(error)
    if failed:
        raise ExceptionGroup("no statement from a provider", failed)
    return count


async def _write_days(
    db: Db,
    maison_id: UUID,
    provider: str,
    days: list[date],
    booked: dict[UUID, Booked],
    since: datetime,
    now: datetime,
) -> int:
    async def verb(conn: Conn) -> int:
        own = await known(conn, maison_id=maison_id, provider=provider, references=list(booked))
        found = await differences(
            conn,
            maison_id=maison_id,
            provider=provider,
            booked=[booked[reference] for reference in own],
            since=since,
            now=now,
        )
        return sum(
            [
                await write(conn, maison_id=maison_id, provider=provider, day=day, found=found, now=now)
                for day in days
            ]
        )

    return await db.run(Actor.job(), maison_id, verb)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A charge that took money, and that no maison knows."""

    provider: str
    booked: Booked


async def with_providers(
    db: Db, providers: Mapping[str, Provider], *, days: int, now: datetime
) -> tuple[dict[UUID, list[Difference]], list[Unknown]]:
    """What providers have booked of charges of so many days and our ledgers say otherwise: by maison, and of nobody."""
    since, found = now - timedelta(days=days), dict[UUID, list[Difference]]()
    unknown: list[Unknown] = []
    for name, provider in providers.items():
        left = {charge.reference: charge for charge in await provider.booked(since=since - CLOCKS_DIFFER)}
        for tenant in await tenants(db):
            async with db.acting(Actor.job(), tenant.maison_id, snapshot=True) as conn:
                own = await known(conn, maison_id=tenant.maison_id, provider=name, references=list(left))
                found.setdefault(tenant.maison_id, []).extend(
                    await differences(
                        conn,
                        maison_id=tenant.maison_id,
                        provider=name,
                        booked=[left.pop(reference) for reference in own],
                        since=since,
                        now=now,
                    )
                )
        unknown += [Unknown(name, charge) for charge in left.values() if charge.captured_minor]
    return found, unknown
