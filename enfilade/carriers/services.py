"""What a maison offers its clients in a market: standard, express, by hand; what each costs them and how long it takes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many, scalar
from enfilade.base.money import Money

Kind = Literal["standard", "express", "by_hand"]
#: In the order in which they are offered; the first one offered is proposed.
KINDS: tuple[Kind, ...] = get_args(Kind)
#: For parcels of how many pieces a carrier is asked what it wants.
STEPS = (1, 2, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Step:
    """A parcel of up to `pieces` pieces costs the client this."""

    pieces: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class Service:
    """Prices as the market's: with tax in them where its prices have it, in its currency's smallest unit.

    `by_carrier`: what the carrier asks and the margin on it, by `steps`; `price_minor` until that is known. Nothing from
    `free_from_minor` of goods on; None: always its price. `given_back`: where all comes back and no law asks for it.
    """

    market: str
    service: Kind
    price_minor: int
    free_from_minor: int | None = None
    by_carrier: bool = False
    margin_basis_points: int = 0
    days_min: int = 2
    days_max: int = 4
    given_back: bool = False
    steps: list[Step] = field(default_factory=list[Step])

    def price(self, goods_minor: int, pieces: int) -> int:
        """What so many pieces, worth so much, cost to deliver."""
        if self.free_from_minor is not None and goods_minor >= self.free_from_minor:
            return 0
        if not self.by_carrier or not self.steps:
            return self.price_minor
        ordered = sorted(self.steps, key=lambda step: step.pieces)
        return next((step.price_minor for step in ordered if step.pieces >= pieces), ordered[-1].price_minor)


async def services_of(conn: Conn, *, maison_id: UUID, market: str | None = None) -> list[Service]:
    """In one market, or in all; as they are offered."""
    found: str | None = await scalar(
        conn,
        """
        select json_agg(d order by d.market, array_position(%(kinds)s::text[], d.service))::text
        from public_facts.delivery_service d
        where d.maison_id = %(maison_id)s and (%(market)s::text is null or d.market = %(market)s)
        """,
        maison_id=maison_id,
        market=market,
        kinds=list(KINDS),
    )
    return msgspec.json.decode(found or "[]", type=list[Service])


async def set_services(conn: Conn, *, maison_id: UUID, services: list[Service]) -> None:
    """Takes the place of what was, for checkouts opened from now on; what carriers have told stays until they tell anew."""
    await execute(
        conn,
        """
        with said as (
          select * from jsonb_to_recordset(%(services)s::jsonb) as s(market text, service text, price_minor bigint,
            free_from_minor bigint, by_carrier boolean, margin_basis_points integer, days_min smallint, days_max smallint,
            given_back boolean)
        ), gone as (
          delete from public_facts.delivery_service d where d.maison_id = %(maison_id)s
            and (d.market, d.service) not in (select market, service from said)
        )
        insert into public_facts.delivery_service (maison_id, market, service, price_minor, free_from_minor, by_carrier,
          margin_basis_points, days_min, days_max, given_back)
        select %(maison_id)s, market, service, price_minor, free_from_minor, by_carrier, margin_basis_points, days_min, days_max,
          given_back
        from said order by market, service
        on conflict on constraint one_price_a_service do update set price_minor = excluded.price_minor,
          free_from_minor = excluded.free_from_minor, by_carrier = excluded.by_carrier,
          margin_basis_points = excluded.margin_basis_points, days_min = excluded.days_min, days_max = excluded.days_max,
          given_back = excluded.given_back
        """,
        maison_id=maison_id,
        services=msgspec.json.encode(services).decode(),
    )


@dataclass(frozen=True, slots=True)
class Rate:
    """What a carrier asked last for a parcel of so many pieces to a market, under the service of the maison's it is used for."""

    market: str
    carrier: str
    service: str
    pieces: int
    price_minor: int
    currency: str
    delivery: str

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)


async def rates_of(conn: Conn, *, maison_id: UUID) -> list[Rate]:
    """Of the carriers' services that the maison still offers."""
    return await many(
        conn,
        Rate,
        """
        select r.market, r.carrier, r.service, r.pieces, r.price_minor, r.currency, o.delivery
        from carriers.rate r
        join carriers.offered o on o.maison_id = r.maison_id and o.market = r.market and o.carrier = r.carrier
          and o.service = r.service
        where r.maison_id = %(maison_id)s order by r.market, r.carrier, r.service, r.pieces
        """,
        maison_id=maison_id,
    )


async def note_rates(
    conn: Conn,
    *,
    maison_id: UUID,
    market: str,
    carrier: str,
    pieces: int,
    rates: dict[str, Money],
    now: datetime,
) -> None:
    """What a carrier has just asked, by its service."""
    services = sorted(rates)
    await execute(
        conn,
        """
        insert into carriers.rate (maison_id, market, carrier, service, pieces, price_minor, currency, asked_at)
        select %(maison_id)s, %(market)s, %(carrier)s, r.service, %(pieces)s, r.price_minor, r.currency, %(now)s
        from unnest(%(services)s::text[], %(prices)s::bigint[], %(currencies)s::text[]) as r(service, price_minor, currency)
        on conflict on constraint one_rate_a_parcel do update set price_minor = excluded.price_minor,
          currency = excluded.currency, asked_at = excluded.asked_at
        """,
        maison_id=maison_id,
        market=market,
        carrier=carrier,
        pieces=pieces,
        services=services,
        prices=[rates[service].minor for service in services],
        currencies=[rates[service].currency for service in services],
        now=now,
    )


async def set_steps(conn: Conn, *, maison_id: UUID, market: str, service: str, steps: list[Step]) -> None:
    """What the client pays by the carrier's rates; published with the service."""
    await execute(
        conn,
        """
        update public_facts.delivery_service set steps = %(steps)s::jsonb
        where maison_id = %(maison_id)s and market = %(market)s and service = %(service)s and by_carrier
          and steps is distinct from %(steps)s::jsonb
        """,
        maison_id=maison_id,
        market=market,
        service=service,
        steps=msgspec.json.encode(steps).decode(),
    )
