"""What every carrier must do, whoever it is: the suite that runs against each adapter.

A test module of an adapter derives from `Conformance` and brings the fixture `bench`. What its test system cannot show it says in
`lacks`; such a rule is skipped there with that reason.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from enfilade.base.money import Money
from enfilade.carriers.carrier import (
    Address,
    Bought,
    Carrier,
    CarrierRefused,
    Parcel,
    Requirements,
    Standing,
    cheapest,
    lacks,
    standing,
)

PARCEL = Parcel(
    Address("Maison Alba", "1 rue de la Paix", "75002", "Paris", "FR"),
    Address("Inès Moreau", "12 rue des Capucins", "69001", "Lyon", "FR", phone="+33600000000"),
    1200,
    Money(450_00, "EUR"),
)


@dataclass(frozen=True, slots=True)
class Bench:
    """A carrier under test with what its test system offers: addresses by what they do, and a depot."""

    carrier: Carrier
    addresses: dict[str, Address]  # ok, abroad, unknown, made_and_silent, lost_once
    scan: Callable[
        [str, Standing, datetime, int], Awaitable[object]
    ]  # number, what, when, how often it is told
    silent_seconds: float  # longer than that we do not wait
    lacks: frozenset[str] = frozenset()  # silence, scans

    def needs(self, *shown: str) -> None:
        """Goes on only where the test system shows this."""
        if missing := self.lacks.intersection(shown):
            pytest.skip(f"its test system does not show: {', '.join(sorted(missing))}")

    def parcel(self, to: str = "ok", needs: Requirements | None = None) -> Parcel:
        return replace(PARCEL, recipient=self.addresses[to], needs=needs or Requirements())

    async def buy(self, parcel: Parcel, *, key: UUID | None = None, service: str = "") -> Bought:
        if not service:
            best = cheapest(await self.carrier.rates(parcel=parcel))
            assert best is not None
            service = best.service
        return await self.carrier.buy(key=key or uuid4(), service=service, parcel=parcel, metadata={})


class Conformance:
    """One method a rule; `bench` comes from the adapter's module."""

    async def test_rates_are_of_services_that_can_do_it(self, bench: Bench) -> None:
        services = bench.carrier.services
        for needs in (
            Requirements(),
            Requirements(ground_only=True),
            Requirements(adult_signature=True),
            Requirements(insured=Money(2_000_00, "EUR")),
            Requirements(True, Money(2_000_00, "EUR"), True),
        ):
            parcel = bench.parcel(needs=needs)
            rates = await bench.carrier.rates(parcel=parcel)
            assert rates, needs
            for rate in rates:
                assert lacks(services[rate.service], parcel) == []
                assert rate.price.minor > 0 and 0 < rate.days_min <= rate.days_max
        too_much = bench.parcel(needs=Requirements(insured=Money(10**13, "EUR")))
        assert await bench.carrier.rates(parcel=too_much) == []
        for code, service in services.items():
            assert service.code == code and lacks(service, too_much)
            with pytest.raises(CarrierRefused):
                await bench.buy(too_much, service=code)

    async def test_abroad_costs_more(self, bench: Bench) -> None:
        home, abroad = [
            cheapest(await bench.carrier.rates(parcel=bench.parcel(to))) for to in ("ok", "abroad")
        ]
        assert home and abroad and home.price.minor < abroad.price.minor

    async def test_an_address_it_does_not_know_is_refused(self, bench: Bench) -> None:
        unknown = bench.parcel("unknown")
        with pytest.raises(CarrierRefused):
            await bench.carrier.rates(parcel=unknown)
        with pytest.raises(CarrierRefused):
            await bench.buy(unknown, service=next(iter(bench.carrier.services)))
        with pytest.raises(CarrierRefused):
            await bench.buy(bench.parcel(), service="by dove")

    async def test_a_label_asked_again_is_the_same_label(self, bench: Bench) -> None:
        key, parcel = uuid4(), bench.parcel()
        bought = await asyncio.gather(*(bench.buy(parcel, key=key) for _ in range(4)))
        assert len({(one.tracking, one.price) for one in bought}) == 1
        assert bought[0].pdf.startswith(b"%PDF") and bought[0].tracking
        assert (await bench.buy(parcel)).tracking != bought[0].tracking
        with pytest.raises(CarrierRefused):
            await bench.buy(bench.parcel("abroad"), key=key)

    async def test_a_label_made_in_silence_is_found_by_asking_again(self, bench: Bench) -> None:
        bench.needs("silence")
        for to in ("made_and_silent", "lost_once"):
            key = uuid4()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(bench.silent_seconds):
                    await bench.buy(bench.parcel(to), key=key)
            first, second = [await bench.buy(bench.parcel(to), key=key) for _ in range(2)]
            assert first.tracking == second.tracking

    async def test_a_label_is_void_until_it_is_used(self, bench: Bench) -> None:
        bought = await bench.buy(bench.parcel())
        await bench.carrier.void(tracking=bought.tracking)
        await bench.carrier.void(tracking=bought.tracking)
        with pytest.raises(CarrierRefused):
            await bench.carrier.void(tracking="never made")
        bench.needs("scans")
        used = await bench.buy(bench.parcel())
        await bench.scan(used.tracking, "accepted", datetime.now(UTC), 1)
        with pytest.raises(CarrierRefused):
            await bench.carrier.void(tracking=used.tracking)

    async def test_tracking_tells_each_scan_once_in_any_order(self, bench: Bench) -> None:
        bench.needs("scans")
        with pytest.raises(CarrierRefused):
            await bench.carrier.track(tracking="never made")
        bought, at = await bench.buy(bench.parcel()), datetime.now(UTC).replace(microsecond=0)
        before = await bench.carrier.track(tracking=bought.tracking)
        assert all(scan.standing == "label_made" for scan in before)
        told: tuple[tuple[Standing, int, int], ...] = (
            ("accepted", 1, 2),
            ("out_for_delivery", 30, 1),
            ("in_transit", 10, 3),
            ("delivered", 40, 1),
            ("failed_attempt", 35, 1),
        )
        for standing_, minutes, times in told:
            await bench.scan(bought.tracking, standing_, at + timedelta(minutes=minutes), times)
        scans = await bench.carrier.track(tracking=bought.tracking)
        assert len({scan.id for scan in scans}) == len(scans)
        assert {scan.standing for scan in scans} >= {
            "accepted",
            "in_transit",
            "out_for_delivery",
            "failed_attempt",
        }
        last = standing(scans)
        assert last is not None and last.standing == "delivered"
        assert await bench.carrier.track(tracking=bought.tracking) == scans
