"""Delivery in the studio: which services a maison offers where, and parcels that need somebody."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.ids import new_id
from enfilade.carriers import terms
from enfilade.carriers.terms import Offered, Terms
from tests.shop import Shop
from tests.web.studio.conftest import Studio


def fields(page: str, **said: Any) -> dict[str, Any]:
    (key, *_) = re.findall(r'name="key" value="([^"]+)"', page.partition('action="/studio/delivery"')[2])
    return {
        "key": key,
        "piece_grams": "700",
        "wrapping_grams": "300",
        "insured": "yes",
        "return_labels": "no",
    } | said


async def test_services_are_offered_market_by_market(studio: Studio, db: Db, shop: Shop, admin: Any) -> None:
    page = (await studio.get("/delivery")).text
    assert "Nothing is set up yet" in page and "Ground, signed" in page and '/standard" selected' not in page
    chosen = [
        "fr/local/ground",
        "us/local/express/express",
        "fr/local/ground/by-dove",
        "fr/local/by-dove",
        "xx/local/ground",
        "fr/stripe/ground",
    ]
    wrong = await studio.post("/delivery", fields(page, piece_grams="much", offered=chosen))
    assert wrong.status_code == 400 and 'aria-invalid="true"' in wrong.text and 'value="much"' in wrong.text
    said = fields(page, offered=chosen)
    for _ in range(2):
        assert (await studio.post("/delivery", said)).headers["location"] == "/studio/delivery?saved=yes"
    async with db.acting(Actor.job(), shop.a.maison_id) as conn:
        assert await terms.terms_of(conn, maison_id=shop.a.maison_id) == Terms(700, 300, True, False)
        assert await terms.offered(conn, maison_id=shop.a.maison_id) == [
            Offered("fr", "local", "ground"),
            Offered("us", "local", "express", "express"),
        ], "what no carrier has, or in no market of the maison, is left out"
    page = (await studio.get("/delivery")).text
    assert (page.count('/standard" selected'), page.count('/express" selected')) == (1, 1)
    await studio.post("/delivery", fields(page, offered=["fr/local/ground"]))
    assert admin("select market, service from carriers.offered") == [("fr", "ground")]
    assert [row[0] for row in admin("select act from base.audit")] == ["set_delivery"] * 2


async def test_a_parcel_that_needs_somebody_waits_until_somebody_has_seen_to_it(
    studio: Studio, shop: Shop, admin: Any
) -> None:
    order_id, now = await studio.order(), datetime.now(UTC)
    ((fulfilment_id, location_id),) = admin(
        "update orders.fulfilment set state = 'dispatched', ended_at = now(), tracking = 'N-1' where order_id = %s "
        "returning id, location_id",
        [order_id],
    )
    label_id = new_id(now)

    def stands(state: str, standing: str | None, ago: timedelta) -> None:
        admin("delete from carriers.label")
        ended = now if state in ("refused", "kept") else None
        admin(
            """
            insert into carriers.label (maison_id, id, purpose, cause_id, order_id, location_id, market, state, carrier, service,
              tracking, reason, standing, standing_at, asked_at, made_at, ended_at)
            values (%s, %s, 'out', %s, %s, %s, 'fr', %s, 'local', 'ground', 'N-1', 'because', %s, %s, %s, %s, %s)
            """,
            [
                *(shop.a.maison_id, label_id, fulfilment_id, order_id, location_id, state, standing),
                *(now - ago if standing else None, now - ago, now - ago, ended),
            ],
        )

    hour, week = timedelta(hours=1), timedelta(days=7)
    settlement = f"/stuck/parcels/{label_id}/settlement"
    for state, standing, ago, words in (
        ("made", "failed_attempt", hour, "A parcel that was not delivered"),
        ("made", "returned_to_sender", hour, "A parcel that was not delivered"),
        ("made", "lost", hour, "A parcel that is lost"),
        ("kept", None, hour, "does not take back"),
        ("asked", None, hour, "A carrier that does not answer"),
    ):
        stands(state, standing, ago)
        page = (await studio.get("/stuck")).text
        assert words in page, (state, standing)
        assert (settlement in page) == (state != "asked")
    for state, standing, ago in (
        ("made", "delivered", week),
        ("made", "in_transit", hour),
        ("void", None, hour),
    ):
        if state != "void":
            stands(state, standing, ago)
            assert f"<td>{order_id}" not in (page := (await studio.get("/stuck")).text) and "N-1" not in page
    admin("update orders.fulfilment set ended_at = now() - interval '7 days'")
    stands("made", "in_transit", week)
    assert "A parcel of which nothing is heard" in (await studio.get("/stuck")).text

    stands("made", "lost", hour)
    for _ in range(2):
        assert (await studio.post(settlement, {})).status_code == 303
    assert "A parcel that is lost" not in (await studio.get("/stuck")).text
    admin(
        "update carriers.label set standing = 'returned_to_sender', standing_at = now() + interval '1 second'"
    )
    assert admin("select count(*) from base.audit where act = 'settle_parcel'") == [(2,)]
