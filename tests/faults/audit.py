"""What everybody was told, held against the database, the provider's books and the mailbox, once nothing moves any more."""

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.orders import books
from enfilade.orders import verify as promises
from enfilade.payments import statements
from enfilade.payments.local_provider import LocalProvider
from enfilade.payments.verify import UNDER_WAY
from enfilade.stock import verify as positions
from tests import letters
from tests.faults.people import Journal, Told
from tests.shop import Shop


async def disagreements(journal: Journal, at: Addresses, shop: Shop, mailbox: Path) -> list[str]:
    """Everything that is not as somebody was told, is there twice, is lost, or waits for ever."""
    with psycopg.connect(at.admin) as conn:
        found = [
            *_clients(journal, conn),
            *_staff(journal, conn),
            *_money(conn),
            *_waiting(conn),
            *_letters(conn, mailbox),
        ]
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        for house in (shop.a, shop.b):
            found += [f"stock: {drift}" for drift in await positions.verify(db, maison_id=house.maison_id)]
            found += [f"promise: {one}" for one in await promises.verify(db, maison_id=house.maison_id)]
            found += [f"books: {one}" for one in await books.verify(db, maison_id=house.maison_id)]
        # As the statement of a day that is over: nothing is under way any more.
        providers = {"local": LocalProvider(db, "")}
        theirs, unknown = await statements.with_providers(
            db, providers, days=1, now=datetime.now(UTC) + 2 * UNDER_WAY
        )
        found += [f"provider: {one}" for told in theirs.values() for one in told]
        found += [f"provider: {one}" for one in unknown]
    finally:
        await db.close()
    return found


def _rows(conn: psycopg.Connection[Any], query: str) -> list[dict[str, Any]]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode()).fetchall()


def _clients(journal: Journal, conn: psycopg.Connection[Any]) -> list[str]:
    found: list[str] = []
    orders = _rows(
        conn, 'select id::text, number, checkout_id::text, maison_id::text, total_minor from orders."order"'
    )
    by_checkout: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for order in orders:
        by_checkout[order["checkout_id"]].append(order)
    states = {row["id"]: row["state"] for row in _rows(conn, "select id::text, state from orders.checkout")}
    told: dict[str, list[Told]] = defaultdict(list)
    for one in journal.of("pay", "look", "choose"):
        if one.status < 400:
            told[one.subject].append(one)
    for checkout, answers in told.items():
        there = {(o["maison_id"], o["id"], o["number"]): o["total_minor"] for o in by_checkout[checkout]}
        for answer in answers:
            for key, total in _orders_told(answer).items():
                if there.get(key) != total:
                    found.append(f"{checkout}: told of order {key} over {total}, there is {there}")
        last = answers[-1].body["outcome"]
        ended = [
            answer.body["outcome"] for answer in answers if answer.body["outcome"] in ("placed", "released")
        ]
        if len(set(ended)) > 1:
            found.append(f"{checkout}: told {ended}, one after the other")
        if last == "placed" and (states.get(checkout) != "completed" or not there):
            found.append(
                f"{checkout}: told it is placed, it is {states.get(checkout)} with {len(there)} orders"
            )
        if last == "placed" and set(_orders_told(answers[-1])) != set(there):
            found.append(f"{checkout}: told of {_orders_told(answers[-1])}, there is {there}")
        if last in ("released", "refused", "open") and there:
            found.append(f"{checkout}: told it is {last}, there are orders {there}")
    asked = {one.subject for one in journal.told if one.what in ("pay", "choose")}
    found += [
        f"order {order['number']}: nobody paid for it"
        for order in orders
        if order["checkout_id"] not in asked
    ]
    found += [
        f"checkout {checkout}: {len(group)} orders of one maison"
        for checkout, group in by_checkout.items()
        if len({order["maison_id"] for order in group}) < len(group)
    ]
    return found + _repeats(journal)


def _orders_told(answer: Told) -> dict[tuple[str, str, str], int]:
    """(maison, order, number) → what its lines came to, as the client read it."""
    checkout = answer.body["checkout"]
    totals: dict[str, int] = defaultdict(int)
    for line in checkout["lines"]:
        totals[line["maison_id"]] += line["total"]["minor"]
    return {
        (one["maison_id"], one["order_id"], one["number"]): totals[one["maison_id"]]
        for one in checkout["orders"]
        if one["number"]
    }


def _repeats(journal: Journal) -> list[str]:
    """The same key got the same checkout, and the same orders."""
    found: list[str] = []
    first: dict[str, str] = {}
    placed: dict[str, dict[tuple[str, str, str], int]] = {}
    for one in journal.of("open"):
        if one.status < 300 and first.setdefault(one.key, one.body["id"]) != one.body["id"]:
            found.append(f"key {one.key}: checkouts {first[one.key]} and {one.body['id']}")
    for one in journal.of("pay"):
        if one.status < 300 and one.body["outcome"] == "placed":
            orders = _orders_told(one)
            if placed.setdefault(one.key, orders) != orders:
                found.append(f"key {one.key}: orders {placed[one.key]} and {orders}")
    return found


def _staff(journal: Journal, conn: psycopg.Connection[Any]) -> list[str]:
    """What a screen said was done is done, once."""
    facts: dict[tuple[str, str], int] = defaultdict(int)
    for row in _rows(conn, "select kind, subject_id::text as subject from base.fact"):
        facts[row["kind"], row["subject"]] += 1
    found: list[str] = []
    for what, kind in (
        ("acceptance", "FulfilmentAccepted"),
        ("readiness", "FulfilmentReady"),
        ("dispatch", "FulfilmentDispatched"),
        ("hand-over", "FulfilmentHandedOver"),
    ):
        for subject in {one.subject for one in journal.of(what) if one.status == 303}:
            if facts[kind, subject] != 1:
                found.append(f"{what} of {subject}: told it is done, done {facts[kind, subject]} times")
    rejected = {row["id"] for row in _rows(conn, "select order_line_id::text as id from orders.rejection")}
    for one in journal.of("rejection"):
        if one.status == 303 and not rejected:
            found.append(f"rejection at {one.subject}: told it is done, there is none")
    placed = {subject for kind, subject in facts if kind == "OrderPlaced"}
    for row in _rows(conn, 'select id::text, number from orders."order"'):
        if facts["OrderPlaced", row["id"]] != 1:
            found.append(
                f"order {row['number']}: placed {facts['OrderPlaced', row['id']]} times by its facts"
            )
        placed.discard(row["id"])
    return found + [f"OrderPlaced {subject}: there is no such order" for subject in placed]


def _money(conn: psycopg.Connection[Any]) -> list[str]:
    """Our books, the provider's, and the orders."""
    rows = _rows(
        conn,
        """
        select p.id::text, p.state, p.amount_minor, p.captured_minor, p.refunded_minor, p.separate_capture, o.number,
          o.state as order_state, o.total_minor, c.state as theirs, c.captured_minor as taken, c.refunded_minor as given,
          c.amount_minor as asked,
          (select coalesce(sum(l.total_minor), 0) from orders.order_line l join orders.fulfilment f
             on f.maison_id = l.maison_id and f.id = l.fulfilment_id
           where l.maison_id = o.maison_id and l.order_id = o.id and l.state in ('handed_over', 'dispatched')
             and f.capture_after is null) as gone,
          (select coalesce(sum(l.total_minor), 0) from orders.order_line l
           where l.maison_id = o.maison_id and l.order_id = o.id and l.state in ('cancelled', 'refused')) as not_given,
          (select coalesce(sum(r.amount_minor), 0) from local_provider.request r
           where r.reference = p.id::text and r.kind = 'capture') as captures
        from payments.payment p
        left join local_provider.charge c on c.reference = p.id::text
        left join orders."order" o on o.maison_id = p.maison_id and o.payment_id = p.id
        """,
    )
    found: list[str] = []
    for row in rows:
        named = f"payment {row['id']} of {row['number'] or 'no order'}"
        if row["theirs"] is None:
            if row["captured_minor"] or row["number"]:
                found.append(f"{named}: the provider never heard of it")
            continue
        if (row["captured_minor"], row["refunded_minor"]) != (row["taken"], row["given"]):
            found.append(
                f"{named}: we say {row['captured_minor']}, {row['refunded_minor']}; they say {row['taken']}, {row['given']}"
            )
        if row["separate_capture"] and row["captures"] != row["taken"]:
            found.append(f"{named}: captured {row['captures']} by requests, {row['taken']} by the charge")
        if row["number"] is None:
            if row["theirs"] in ("authorised", "second_step") and row["taken"] == row["given"] == 0:
                found.append(f"{named}: {row['theirs']} at the provider, and no order")
            if row["taken"] != row["given"]:
                found.append(f"{named}: {row['taken'] - row['given']} taken without an order")
        else:
            if row["theirs"] not in ("authorised", "voided"):
                found.append(f"{named}: the order stands on money that is {row['theirs']}")
            if row["theirs"] == "voided" and row["order_state"] == "placed":
                found.append(f"{named}: the order is open and its money was let go")
            if row["asked"] != row["total_minor"]:
                found.append(f"{named}: {row['asked']} asked for an order of {row['total_minor']}")
            due = row["gone"] if row["separate_capture"] else row["total_minor"] - row["not_given"]
            if row["taken"] - row["given"] != due:
                found.append(f"{named}: {row['taken'] - row['given']} taken, {due} is due")
    unknown = _rows(
        conn,
        """
        select reference from local_provider.charge c
        where not exists (select 1 from payments.payment p where p.id::text = c.reference)
        """,
    )
    free = _rows(
        conn,
        """
        select number from orders."order" where payment_id is null and method <> 'reserve'
        """,
    )
    return [
        *found,
        *(f"charge {row['reference']}: we never asked for it" for row in unknown),
        *(f"order {row['number']}: nobody paid for it" for row in free),
    ]


def _waiting(conn: psycopg.Connection[Any]) -> list[str]:
    """Nothing is in the middle any more."""
    rows = _rows(
        conn,
        """
        select 'checkout ' || state as what, id::text from orders.checkout where state in ('open', 'paying', 'choosing')
        union all select 'payment ' || state, id::text from payments.payment where state in ('asked', 'second_step')
        union all select 'operation ' || kind, id::text from payments.operation where state = 'asked'
        union all select 'capture overdue', id::text from orders.fulfilment where capture_after is not null
        union all select 'line without a place', id::text from orders.order_line where state = 'unsourced'
        union all select 'hold', holder_id::text from stock.hold h where exists (
          select 1 from orders.checkout c where c.id = h.holder_id and c.state in ('completed', 'released'))
          -- One that has lapsed keeps nothing from anybody.
          and h.expires_at > now()
        """,
    )
    return [f"still {row['what']}: {row['id']}" for row in rows]


def _letters(conn: psycopg.Connection[Any], mailbox: Path) -> list[str]:
    owed = [letters.Owed(**row) for row in _rows(conn, letters.OWED)]
    return letters.wrong(owed, [path.stem for path in mailbox.glob("*.eml")])
