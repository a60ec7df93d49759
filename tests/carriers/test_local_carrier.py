"""The local twin keeps the rules of every carrier."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from enfilade.base.db import Db
from enfilade.carriers.carrier import STANDINGS, Scan, Standing, standing
from enfilade.carriers.local_carrier import LOST_ONCE, MADE_AND_SILENT, UNKNOWN_ADDRESS, LocalCarrier, next_of
from tests.carriers.conformance import PARCEL, Bench, Conformance


@pytest.fixture
def bench(db: Db) -> Bench:
    carrier = LocalCarrier(db, "http://store.example")

    async def scan(tracking: str, standing: Standing, at: datetime, times: int) -> bool:
        return await carrier.scan(tracking=tracking, standing=standing, at=at, times=times)

    here = PARCEL.recipient
    return Bench(
        carrier,
        {
            "ok": here,
            "abroad": replace(here, postcode="1000", city="Bruxelles", country="BE"),
            "unknown": replace(here, postcode=UNKNOWN_ADDRESS),
            "made_and_silent": replace(here, postcode=MADE_AND_SILENT),
            "lost_once": replace(here, postcode=LOST_ONCE),
        },
        scan,
        silent_seconds=1.0,
    )


class TestLocalCarrier(Conformance):
    """Every rule, against the local carrier."""


async def test_a_void_label_is_not_scanned(bench: Bench) -> None:
    bought = await bench.buy(bench.parcel())
    await bench.carrier.void(tracking=bought.tracking)
    assert not await bench.scan(bought.tracking, "accepted", datetime.now(UTC), 1)


def test_where_a_parcel_stands_does_not_depend_on_the_order_of_what_is_told() -> None:
    at = datetime(2026, 3, 2, 10, tzinfo=UTC)

    def told(*standings: str) -> list[Scan]:
        return [Scan(str(n), one, at + timedelta(hours=n)) for n, one in enumerate(standings)]  # type: ignore[arg-type]

    assert standing([]) is None
    for scans, last in (
        (told("accepted", "in_transit", "out_for_delivery", "delivered"), "delivered"),
        (told("accepted", "failed_attempt", "out_for_delivery"), "out_for_delivery"),
        (told("accepted", "lost", "in_transit"), "in_transit"),
        (told("accepted", "delivered", "in_transit"), "delivered"),  # a depot's clock is late
        (told("accepted", "failed_attempt", "returned_to_sender"), "returned_to_sender"),
    ):
        for seed in range(20):
            shuffled = [*scans, *scans[:2]]
            Random(seed).shuffle(shuffled)
            found = standing(shuffled)
            assert found is not None and found.standing == last
    for last in STANDINGS[1:]:
        assert last not in next_of(told("accepted", last))
