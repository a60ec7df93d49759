"""What carriers ask for parcels to each market, asked every hour: a checkout reads what was told last and waits for nobody.

Carriers are asked outside any transaction. One that does not answer leaves what it said before, or the price of the table.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.base.jobs import Jobs
from enfilade.base.money import Money
from enfilade.base.tenants import each
from enfilade.carriers import services
from enfilade.carriers.carrier import Address, Carrier, CarrierRefused, CarrierSilent, Parcel
from enfilade.carriers.services import STEPS, Step
from enfilade.carriers.terms import Terms, terms_of
from enfilade.orders.parcels import PLACE
from enfilade.orders.reference_rates import in_currency

log = structlog.get_logger()
ASK_RATES = "orders.ask_rates"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A market with a service at the carrier's price, and the carriers' services offered there; `here`: where parcels leave."""

    market: str
    currency: str
    country: str
    carrier: str
    codes: list[str]
    here: dict[str, Any]


async def ask(
    db: Db, carriers: Mapping[str, Carrier], *, maison_id: UUID, timeout_seconds: float, now: datetime
) -> int:
    """Asks the carriers what parcels cost to each market that sells at their price; returns how many did not answer."""
    async with db.acting(Actor.job(), maison_id) as conn:
        terms = await terms_of(conn, maison_id=maison_id) or Terms()
        asked = await _asked(conn, maison_id)
    silent = 0
    for one in asked:
        carrier = carriers.get(one.carrier)
        if carrier is None:
            continue
        for pieces in STEPS:
            parcel = Parcel(
                msgspec.convert(one.here, Address),
                Address("", "", "", "", one.country),
                terms.grams(pieces),
                Money(0, one.currency),
            )
            try:
                async with asyncio.timeout(timeout_seconds):
                    told = await carrier.rates(parcel=parcel)
            except (TimeoutError, CarrierSilent, CarrierRefused, OSError) as error:
                # What it said last stands, and nobody waits for the larger parcels either.
                log.warning("carrier told no rates", carrier=one.carrier, error=type(error).__name__)
                silent += 1
                break
            rates = {rate.service: rate.price for rate in told if rate.service in one.codes}
            if rates:
                await db.run(
                    Actor.job(),
                    maison_id,
                    lambda conn, one=one, pieces=pieces, rates=rates: services.note_rates(
                        conn,
                        maison_id=maison_id,
                        market=one.market,
                        carrier=one.carrier,
                        pieces=pieces,
                        rates=rates,
                        now=now,
                    ),
                )
    if asked:
        await db.run(Actor.job(), maison_id, lambda conn: publish(conn, maison_id=maison_id))
    return silent


async def publish(conn: Conn, *, maison_id: UUID) -> None:
    """What clients pay by the rates as they are known: the least of a service's carriers, with the margin, rounded up."""
    known = await services.rates_of(conn, maison_id=maison_id)
    currencies = {
        row.code: row.currency
        for row in await many(
            conn,
            _Market,
            "select code, currency from maisons.market where maison_id = %(maison_id)s",
            maison_id=maison_id,
        )
    }
    for one in await services.services_of(conn, maison_id=maison_id):
        if not one.by_carrier or one.market not in currencies:
            continue
        least: dict[int, int] = {}
        for rate in known:
            if (rate.market, rate.delivery) == (one.market, one.service):
                asked = in_currency(rate.price, currencies[one.market])
                # Without a rate of exchange it says nothing here.
                if asked.currency == currencies[one.market]:
                    least[rate.pieces] = min(least.get(rate.pieces, asked.minor), asked.minor)
        steps = [
            Step(pieces, -(-price * (10_000 + one.margin_basis_points) // 10_000))
            for pieces, price in sorted(least.items())
        ]
        if steps:
            await services.set_steps(
                conn, maison_id=maison_id, market=one.market, service=one.service, steps=steps
            )


@dataclass(frozen=True, slots=True)
class _Market:
    code: str
    currency: str


async def _asked(conn: Conn, maison_id: UUID) -> list[_Asked]:
    return await many(
        conn,
        _Asked,
        f"""
        select k.code as market, k.currency, k.countries[1] as country, o.carrier,
          array_agg(o.service order by o.service) as codes, h.here
        from maisons.market k
        join carriers.offered o on o.maison_id = k.maison_id and o.market = k.code
        join public_facts.delivery_service d on d.maison_id = k.maison_id and d.market = k.code and d.service = o.delivery
          and d.by_carrier
        cross join lateral (select {PLACE} as here from boutiques.location b
          join maisons.maison m on m.maison_id = b.maison_id
          join stock.exposed e on e.maison_id = b.maison_id and e.location_id = b.id and e.ship
          where b.maison_id = k.maison_id
          -- Where most parcels leave: the market's own country first, a warehouse before a boutique.
          order by b.country = any(k.countries) desc, b.kind = 'warehouse' desc, b.code limit 1) h
        where k.maison_id = %(maison_id)s
        group by k.code, k.currency, k.countries, o.carrier, h.here
        order by k.code, o.carrier
        """,
        maison_id=maison_id,
    )


def register(jobs: Jobs, db: Db, carriers: Mapping[str, Carrier], *, timeout_seconds: float) -> None:
    """Names the work, and asks every hour."""

    async def asked(maison_id: UUID, _ids: dict[str, UUID]) -> None:
        await ask(db, carriers, maison_id=maison_id, timeout_seconds=timeout_seconds, now=datetime.now(UTC))

    async def round_(now: datetime) -> None:
        async def at(maison_id: UUID) -> None:
            await ask(db, carriers, maison_id=maison_id, timeout_seconds=timeout_seconds, now=now)

        await each(db, at)

    jobs.add(ASK_RATES, asked)
    jobs.every("41 * * * *", "orders.rates", round_)
