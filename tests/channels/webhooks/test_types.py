"""Every fact has its type or is named untold; every message has the fields the manual says, and nobody's name."""

import dataclasses
import importlib
import json
import pkgutil
import typing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import enfilade
from enfilade.base.db import Db
from enfilade.base.settings import Settings
from enfilade.channels.webhooks import deliveries
from enfilade.channels.webhooks.messages import LINES_MAX, VERSION
from enfilade.channels.webhooks.types import BY_FACT, BY_NAME, TYPES, UNTOLD
from enfilade.web.studio.webhooks.asked import GROUPED
from tests.channels.webhooks.receiving import Sender
from tests.shop import Shop
from tests.web.two_houses import live_in

MANUAL = Path(enfilade.__file__).parents[1] / "docs" / "manual" / "webhooks.md"


def facts() -> set[type]:
    """Every dataclass of every package's `events`."""
    found: set[type] = set()
    for module in pkgutil.walk_packages(enfilade.__path__, "enfilade."):
        if module.name.endswith(".events"):
            loaded = vars(importlib.import_module(module.name)).values()
            found |= {
                one for one in loaded if dataclasses.is_dataclass(one) and one.__module__ == module.name
            }  # type: ignore[misc]
    return found


def test_every_fact_is_told_or_named_untold() -> None:
    told = {one.fact for one in TYPES}
    assert told | set(UNTOLD) == facts() and not told & set(UNTOLD)
    assert len(told) > 20
    assert len(TYPES) == len(BY_NAME) == len(BY_FACT) == sum(map(len, GROUPED.values())) <= 100


def table() -> str:
    rows = [
        f"| `{one.name}` | {one.says} | {', '.join(f'`{name}`' for name in one.fields)} |" for one in TYPES
    ]
    return "\n".join(["| type | when | `data` |", "|---|---|---|", *rows]) + "\n"


def test_the_manual_has_this_table() -> None:
    assert MANUAL.read_text(encoding="utf-8").endswith("-->\n\n" + table()), "\n" + table()


async def test_every_message_has_its_fields_and_nobodys_name(
    db: Db, shop: Shop, settings: Settings, admin: Any
) -> None:
    now = datetime.now(UTC)
    sender = Sender(db, shop.a)
    endpoint_id = await sender.add("https://hooks.example/x")
    life = await live_in(db, settings, admin, shop, shop.a, "Alice", now)
    [(payment_id,)] = admin("select id from payments.payment where maison_id = %s", [shop.a.maison_id])
    place, variant = shop.a.places["alba-1"], shop.a.variants["alba-bag"]
    by_id = shop.a.staff["advisor"]
    ids = {"order_id": life.order_id, "fulfilment_id": life.fulfilment_id, "line_id": life.line_id}
    ids |= {"payment_id": payment_id, "shortage_id": life.shortage_id, "return_id": life.return_id}
    [(cancellation_id,)] = admin(
        "select id from orders.cancellation where maison_id = %s", [shop.a.maison_id]
    )
    ids |= {"transfer_id": life.transfer_id, "cancellation_id": cancellation_id, "drawer_id": life.drawer_id}
    ids |= {
        "appointment_id": life.appointment_id,
        "certificate_id": life.certificate_id,
        "client_id": life.client_id,
    }
    ids |= {"enquiry_id": life.enquiry_id, "statement_id": life.statement_id}
    ids |= {"variant_id": variant}
    known: dict[str, Any] = ids | {"location_id": place, "variant_id": variant, "by_id": by_id}
    known |= {
        "collect_by": now,
        "ready_about": now,
        "starts_at": now,
        "service_id": life.service_id,
        "workshop_id": life.workshop_id,
        "make_by": now.date(),
        "lines": 2,
        "refused": 1,
        "expected_on": now.date(),
        "whole": True,
        "part_id": life.line_id,
        "withdrawal_id": cancellation_id,
        "piece_id": life.certificate_id,
        "partner_id": life.statement_id,
        "proposal_id": life.enquiry_id,
        "begins": now.date(),
        "ends": now.date(),
        "placed_order_id": life.order_id,
        "of_payment_id": payment_id,
    }
    known |= {"to_location_id": place, "from_location_id": place, "closed_location_id": place, "until": now}
    known |= {"answer_by": now}

    def made(fact: type, subject: str) -> Any:
        plain = {str: "damaged", int: 3, UUID: None}
        return fact(
            **{
                name: ids[subject] if name == "subject_id" else known.get(name, plain.get(kind))
                for name, kind in typing.get_type_hints(fact).items()
            }
        )

    async def read() -> list[tuple[Any, ...]]:
        while await sender.run(deliveries.read_forward, endpoint_id=endpoint_id, now=now):
            pass
        every = admin(
            "select id, type, body from channels.webhook_delivery where endpoint_id = %s", [endpoint_id]
        )
        fresh = [(name, body) for id, name, body in every if id not in seen]
        seen.update(id for id, _, _ in every)
        return fresh

    seen: set[UUID] = set()
    # What really happened, and then one of each kind.
    bodies = await read()
    assert {"order.placed", "fulfilment.asked", "stock.shortage"} <= {name for name, _ in bodies}
    await sender.tell(*(made(one.fact, one.subject) for one in TYPES))
    bodies += await read()
    told: dict[str, dict[str, Any]] = {}
    for name, body in bodies:
        said = json.loads(body)
        assert set(said) == {"type", "timestamp", "version", "data"}
        assert (said["type"], said["version"]) == (name, VERSION)
        assert datetime.fromisoformat(said["timestamp"]).tzinfo is not None
        assert tuple(said["data"]) == BY_NAME[name].fields
        for private in (*life.marks, str(by_id), life.link):
            if private not in (str(life.order_id), str(life.fulfilment_id), life.marks[3]):
                assert private not in body, (name, private)
        told[name] = said["data"]
    assert set(told) == set(BY_NAME)
    for name, data in told.items():
        empty = {field for field, value in data.items() if value is None}
        assert not empty, (name, empty)
    assert told["order.placed"]["lines"] == [
        {"line_id": str(life.line_id), "sku": "alba-bag", "quantity": 1, "total_minor": 120_000}
    ]
    assert (
        told["fulfilment.asked"]["lines_count"] == 1 and told["fulfilment.asked"]["location_code"] == "alba-1"
    )
    assert told["fulfilment.handed_over"]["lines_kept"] == 2
    assert told["return.received"]["pieces_refused"] == 1
    assert told["payment.captured"]["order_id"] == str(life.order_id)
    assert told["payment.captured"]["order_number"] == told["order.closed"]["order_number"]
    assert told["stock.shortage"]["quantity"] == 3 and told["line.picked"]["quantity"] == 1
    # An order longer than a message shows its first lines, and how many there are.
    admin(
        """insert into orders.order_line select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid()))).*
        from orders.order_line l, generate_series(1, %s) where l.id = %s""",
        [LINES_MAX + 6, life.line_id],
    )
    await sender.tell(made(BY_NAME["order.placed"].fact, "order_id"))
    [(_, body)] = await read()
    data = json.loads(body)["data"]
    assert len(data["lines"]) == LINES_MAX and data["lines_count"] == LINES_MAX + 7
