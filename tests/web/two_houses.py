"""Two maisons lived in: each has orders, people, clients, stock and figures of its own, under names that can be told apart."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from psycopg.types.range import TimestamptzRange as Range

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.base.secrets import hashed, new_secret, visitor_id
from enfilade.base.settings import Settings
from enfilade.media import pictures
from enfilade.orders import baskets, quota_counts, quotas
from enfilade.orders.checkout import Checkouts
from enfilade.orders.placing import Contact
from enfilade.payments.local_provider import LocalProvider
from enfilade.search import indexing
from enfilade.staff.sign_in import open_session
from enfilade.stock import totals
from enfilade.stock.counts import record_movement
from tests.shop import House, Shop, count

Admin = Callable[..., list[tuple[Any, ...]]]
#: What each maison sold this month, in cents: told to the group, and to nobody of another maison.
SALES = {"alba": 123_456_700, "borea": 765_432_100}


@dataclass(slots=True)
class Life:
    """What happened in a maison. `visitor` and `client` are secrets of cookies, `staff` too, by role."""

    house: House
    visitor: str
    checkout_id: UUID
    open_checkout_id: UUID
    order_id: UUID
    fulfilment_id: UUID
    line_id: UUID
    link: str
    client: str
    client_id: UUID
    shortage_id: UUID
    job_id: int
    quota_id: UUID
    story_id: UUID
    window_id: UUID
    picture_id: UUID
    original_id: UUID
    brand_id: UUID
    sign_in_id: UUID
    return_id: UUID
    invoice_id: UUID
    endpoint_id: UUID
    delivery_id: UUID
    transfer_id: UUID
    proposal_id: UUID
    piece_id: UUID
    drawer_id: UUID
    sale_id: UUID
    tender_id: UUID
    wait_id: UUID
    appointment_id: UUID
    service_id: UUID
    statement_id: UUID
    collaboration_id: UUID
    label_id: UUID
    goodwill_id: UUID
    call_id: UUID
    certificate_id: UUID
    enquiry_id: UUID
    act_id: UUID
    workshop_id: UUID
    contact: Contact
    staff: dict[str, str] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)


async def live_in(
    db: Db, settings: Settings, admin: Admin, shop: Shop, house: House, name: str, now: datetime
) -> Life:
    """An order placed, a basket checked out halfway, a shortage, a client, sessions, and a row in every other table."""
    contact = Contact(
        f"{name} Secrète", f"{name.lower()}@secret.example", "+33600000099", None, f"{name} Voisin"
    )
    checkouts = Checkouts(
        db, {"local": LocalProvider(db, settings.base_url)}, settings.key, settings.base_url, 1
    )
    visitor = new_secret()
    await count(db, house, f"{house.slug}-1", f"{house.slug}-bag", 20_000_017, now)
    await _put(db, house, visitor, now)
    checkout_id = await _open(checkouts, house, visitor, now)
    outcome = await checkouts.complete(
        house.store,
        visitor_id(visitor),
        checkout_id,
        contact=contact,
        payment_method="card",
        card_token="tok_ok",
        key=f"complete-{name}",
        now=now,
    )
    assert outcome.kind == "placed"
    placed = await checkouts.read(house.store, visitor_id(visitor), checkout_id)
    assert placed is not None
    (seller,) = placed.sellers
    assert seller.order_id and seller.link and seller.number
    await _put(db, house, visitor, now)
    open_checkout_id = await _open(checkouts, house, visitor, now)

    async def run_out(conn: Conn) -> None:
        await record_movement(
            conn,
            maison_id=house.maison_id,
            location_id=house.places[f"{house.slug}-2"],
            variant_id=house.variants[f"{house.slug}-ring-52"],
            kind="sold",
            on_hand=-7,
            source="till",
            reference="1",
            now=now,
        )

    await db.run(Actor.importer(), house.maison_id, run_out)

    async def limit(conn: Conn) -> UUID:
        ring = house.products["ring"]
        quota_id = await quotas.set_quota(
            conn,
            maison_id=house.maison_id,
            name=f"{name} rings",
            pieces_max=2,
            period_days=30,
            product_ids=[ring],
            begins_at=now,
            now=now,
        )
        await quota_counts.count(
            conn,
            maison_id=house.maison_id,
            checkout_id=checkout_id,
            taken=[quota_counts.Share(quota_id, 0, 1, 2, (ring,))],
            marks=[hashed(f"mark of {name}")],
            now=now,
        )
        await totals.add_up(conn, maison_id=house.maison_id, now=now)
        await indexing.index_all(conn, maison_id=house.maison_id)
        return quota_id

    quota_id = await db.run(Actor.importer(), house.maison_id, limit)

    async def upload(conn: Conn) -> UUID:
        picture_id = await pictures.take_in(
            conn,
            maison_id=house.maison_id,
            upload=hashed(f"upload of {name}").hex(),
            file_name=f"{name}.jpg",
            staff_id=None,
            now=now,
        )
        file = pictures.File(400, "webp", hashed(f"file of {name}").hex())
        await pictures.record_file(
            conn, maison_id=house.maison_id, picture_id=picture_id, file=file, steps_done=1, steps=1
        )
        await pictures.finish(
            conn, maison_id=house.maison_id, picture_id=picture_id, master=file.name, width=400, height=500
        )
        await pictures.describe(
            conn,
            maison_id=house.maison_id,
            picture_id=picture_id,
            alts={"en": f"A picture of {name}"},
            focal_x=0.5,
            focal_y=0.5,
        )
        return picture_id

    picture_id = await db.run(Actor.importer(), house.maison_id, upload)
    ((fulfilment_id,),) = admin("select id from orders.fulfilment where order_id = %s", [seller.order_id])
    ((line_id,),) = admin("select id from orders.order_line where order_id = %s", [seller.order_id])
    ((shortage_id,),) = admin("select id from stock.shortage where maison_id = %s", [house.maison_id])
    ((job_id,),) = admin(
        "select min(id) from procrastinate.procrastinate_jobs where args ->> 'maison_id' = %s",
        [str(house.maison_id)],
    )
    client, client_id = new_secret(), new_id(now)
    found: dict[str, Any] = {
        "house": house,
        "visitor": visitor,
        "checkout_id": checkout_id,
        "open_checkout_id": open_checkout_id,
        "order_id": seller.order_id,
        "fulfilment_id": fulfilment_id,
        "line_id": line_id,
        "link": seller.link,
        "client": client,
        "client_id": client_id,
        "shortage_id": shortage_id,
        "job_id": job_id,
        "quota_id": quota_id,
        "picture_id": picture_id,
        "contact": contact,
    }
    minted: dict[str, Any] = {
        one.name: new_id(now) for one in fields(Life) if one.type is UUID and one.name not in found
    }
    life = Life(**found, **minted)
    _the_rest(admin, life, name, now)
    # The multi-brand store, which visitors ask, has a brand of the same address.
    admin(
        """insert into public_facts.brand select %s, gen_random_uuid(), slug, name, '', '', '', '', '{}', published_at
        from public_facts.brand where maison_id = %s""",
        [shop.store.maison_id, house.maison_id],
    )
    for role, staff_id in house.staff.items():
        async with db.acting(Actor.staff(staff_id), house.maison_id) as conn:
            life.staff[role] = await open_session(conn, maison_id=house.maison_id, staff_id=staff_id, now=now)
    # What may be seen of this maison's life only from inside. A mail address of staff stands for the whole person.
    life.marks = [
        contact.name,
        contact.mail,
        contact.collector_name,
        seller.number,
        str(seller.order_id),
        str(fulfilment_id),
        str(checkout_id),
        str(open_checkout_id),
        seller.link,
        "20000017",
        f"{name} unpublished",
        f"advisor.{house.slug}@enfilade.example",
        f"advisor.{house.slug}",
    ]
    return life


async def _put(db: Db, house: House, visitor: str, now: datetime) -> None:
    async with db.acting(Actor.visitor(visitor_id(visitor)), house.maison_id) as conn:
        await baskets.put(
            conn,
            maison_id=house.maison_id,
            store_id=house.store.store_id,
            visitor_id=visitor_id(visitor),
            variant_id=house.variants[f"{house.slug}-bag"],
            quantity=1,
            now=now,
        )


async def _open(checkouts: Checkouts, house: House, visitor: str, now: datetime) -> UUID:
    return await checkouts.open(
        house.store,
        visitor_id(visitor),
        method="collect",
        boutiques={house.maison_id: house.places[f"{house.slug}-1"]},
        market="fr",
        language="en",
        key=new_secret(),
        now=now,
    )


def _the_rest(admin: Admin, life: Life, name: str, now: datetime) -> None:
    """Rows that no verb above writes, so that no table is empty when it is looked at."""
    house, later, hidden = life.house, now + timedelta(days=1), f"{name} unpublished"
    some_id, place, day, mail = (
        new_id(now),
        house.places[f"{house.slug}-1"],
        now.date().replace(day=1),
        life.contact.mail,
    )
    whose, client = {"maison_id": house.maison_id}, {"client_id": life.client_id}
    link = hashed(f"link of {name}")

    def add(table: str, **row: object) -> None:
        row = whose | row
        columns, values = ", ".join(row), ", ".join(f"%({column})s" for column in row)
        admin(f"insert into {table} ({columns}) values ({values})", row)

    add("clients.client", id=life.client_id, name=life.contact.name, language="en", created_at=now)
    add("clients.contact_point", **client, kind="mail", value=mail, verified_at=now)
    add("clients.session", **client, token_hash=hashed(life.client), created_at=now, expires_at=later)
    code = {"kind": "mail", "value": mail, "language": "en", "code_hash": link, "link_hash": link}
    wish = {"holder_kind": "client", "holder_id": life.client_id, "product_id": house.products["bag"]}
    add("clients.wish", store_id=house.store.store_id, **wish, wished_at=now)
    lives = {
        "name": life.contact.name,
        "line1": hidden,
        "line2": "",
        "postcode": "75002",
        "city": "Paris",
        "country": "FR",
    }
    add("clients.address", id=life.client_id, **client, **lives, kept_at=now)
    add("clients.consent", **client, purpose="advisor", given=True, said_at=now, wording=hidden)
    add("clients.erasure", **client, points=Jsonb([["mail", hidden]]), erased_at=now, forget_at=later)
    add("clients.sign_in_code", id=life.sign_in_id, **code, expires_at=later)
    seen = {"act": "looked", "subject_kind": "client", "subject_id": life.client_id}
    add("base.audit", id=some_id, staff_id=house.staff["advisor"], **seen, recorded_at=now)
    add("base.import_run", id=some_id, kind="stock", format="own", file_name=hidden, started_at=now)
    add("base.handled_fact", fact_id=some_id, listener="test", handled_at=now)
    add("boutiques.closure", id=some_id, location_id=place, during="[2030-01-01,2030-01-02)", created_at=now)
    where = {"country": "FR", "city": "Paris", "latitude": 48, "longitude": 2, "zone": "Europe/Paris"}
    closed = {"code": "hidden", "kind": "boutique", "opening_hours": "24/7", "published": False}
    add("boutiques.location", id=some_id, name=hidden, **where, **closed, changed_at=now)
    draft = {"handle": "hidden", "slug": f"hidden-{house.slug}", "family": "bag", "published": False}
    add("catalogue.product", id=some_id, source="main", brand=hidden, **draft, changed_at=now)
    add("catalogue.picture", product_id=house.products["bag"], position=9, name="bag-noir")
    shown = {"medium_id": life.picture_id, "name": f"upload-{life.picture_id}"}
    add("catalogue.picture", product_id=house.products["bag"], position=10, **shown)
    original = {"id": life.original_id, "name": hashed(f"model of {name}").hex(), "format": "glb", "bytes": 9}
    add("media.original", **original, file_name=hidden, uploaded_at=now)
    add("public_facts.original", **original)
    add("catalogue.model", product_id=house.products["bag"], colour="", original_id=life.original_id)
    brand = {"id": life.brand_id, "slug": f"{house.slug}-bag", "texts": "{}"}
    add(
        "catalogue.brand",
        **brand,
        name=f"{house.slug} guest",
        terms="consignment",
        company_name=hidden,
        changed_at=now,
    )
    _partners(add, life, hidden, now)
    no_seller = dict.fromkeys(("seller_name", "seller_city", "seller_country", "seller_number"), "")
    add("public_facts.brand", **brand, name=f"{house.slug} guest", **no_seller, published_at=now)
    add("stock.moved", location_id=place, variant_id=some_id, moved_at=now)
    url = {"url": f"https://hooks.example/{house.slug}-hidden", "types": ["order.placed"]}
    add("channels.webhook_endpoint", id=life.endpoint_id, number=10, **url, made_at=now, changed_at=now)
    end = {"endpoint_id": life.endpoint_id}
    add("channels.webhook_secret", **end, id=some_id, made_at=now)
    add("channels.webhook_progress", **end)
    sent = {"type": "order.placed", "body": f'{{"says": "{hidden}"}}', "state": "dead"}
    add("channels.webhook_delivery", **end, id=life.delivery_id, **sent, due_at=now, written_at=now)
    _stories(add, house, hidden, life.story_id, now)
    _windows(add, house, hidden, life.window_id, now)
    add("maisons.capability", name="stock", state="live", since=now)
    refused = {"order_line_id": life.line_id, "location_id": place, "reason": "damaged"}
    add("orders.rejection", id=some_id, **refused, rejected_at=now)
    add(
        "orders.cancellation",
        id=some_id,
        order_id=life.order_id,
        asked_by="client",
        state="asked",
        asked_at=now,
    )
    add("orders.cancellation_line", cancellation_id=some_id, order_line_id=life.line_id)
    of_work = {"fulfilment_id": life.fulfilment_id, "location_id": place}
    add("orders.putting_away", order_line_id=life.line_id, **of_work, asked_at=now)
    awaited = {"order_id": life.order_id, "state": "announced", "code_hash": hashed(f"return of {name}")}
    add("orders.return", id=life.return_id, **awaited, announced_at=now, lapses_at=later, changed_at=now)
    of_return = {"return_id": life.return_id, "order_line_id": life.line_id, "quantity": 1}
    add("orders.return_wish", **of_return, wished_at=now)
    another = {
        "order_id": life.order_id,
        "variant_id": house.variants[f"{house.slug}-bag"],
        "state": "wished",
    }
    add("orders.exchange", id=some_id, **of_return, **another, wished_at=now, changed_at=now)
    add("orders.return_line", id=some_id, **of_return, reason="worn")
    said = {"form_key": some_id, "name": hidden, "mail": "hidden@client.example"}
    add("orders.withdrawal", id=some_id, order_id=life.order_id, **said, stated_at=now)
    add("orders.withdrawal_line", withdrawal_id=some_id, **of_return)
    costs = {
        "parcel_minor": 1,
        "per_100_km_minor": 1,
        "border_minor": 1,
        "let_down_minor": 1,
        "boutique_piece_minor": 1,
        "warehouse_piece_minor": 1,
        "lost_sale_percent": 1,
        "resupply_days": 1,
    }
    ruled = {"rules": ["most_stock", "nearest"], "currency": "EUR"}
    add("orders.sourcing_terms", **ruled, **costs, changed_at=now)
    add("orders.pace", location_id=place, variant_id=house.variants[f"{house.slug}-bag"], sold_90d=20_000_017)
    bench = {"workshop_id": life.workshop_id, "day": now.date() + timedelta(days=1)}
    add(
        "boutiques.workshop",
        id=life.workshop_id,
        name=hidden,
        zone="UTC",
        pieces_a_day=7,
        there_days=1,
        back_days=1,
        changed_at=now,
    )
    add("boutiques.workshop_day", **bench, room=7, taken=2)
    add("boutiques.workshop_claim", id=some_id, **bench, holder_id=life.order_id, pieces=2, claimed_at=now)
    ring = house.variants[f"{house.slug}-ring-52"]
    add("public_facts.made_to_order", variant_id=ring, workshop_id=life.workshop_id, lead_days=17)
    made = {"variant_id": house.variants[f"{house.slug}-bag"], "units": 1, "takes": 1, "claimed_at": now}
    add("boutiques.making_claim", id=some_id, **bench, holder_id=life.checkout_id, **made)
    _transfer(add, life, now)
    _closed(add, life, now)
    _proposal(add, life, hidden, now)
    _piece(add, life, now)
    _wait(add, life, hidden, now)
    _appointment(add, life, hidden, now)
    _parcel(add, life, hidden, now)
    _desk(add, life, hidden, now)
    _certificate(add, life, hidden, now)
    _enquiry(add, life, hidden, now)
    sale = {
        "channel": "boutique",
        "sku": "x",
        "quantity": 1,
        "net_minor": 1,
        "tax_minor": 0,
        "currency": "EUR",
    }
    add("orders.external_sale", reference=hidden, sold_at=now, **sale, promised_online=False, collected=False)
    ((payment_id, entity),) = admin(
        "select id, legal_entity_id from payments.payment where maison_id = %s", [house.maison_id]
    )
    moved = {"legal_entity_id": entity, "currency": "EUR"}
    numbered = {"kind": "invoice", "year": now.year, "number": 1, "issued_on": now.date(), "issued_at": now}
    sold = {"order_id": life.order_id, "cause_id": life.fulfilment_id, "total_minor": 100, "tax_minor": 10}
    seller = dict.fromkeys(("seller_name", "seller_address", "seller_tax_id"), hidden) | {
        "seller_country": "FR"
    }
    add(
        "orders.invoice",
        id=life.invoice_id,
        **numbered,
        **sold,
        **seller,
        **moved,
        lines='[{"name": "piece"}]',
    )
    taken = {"debit": "provider", "credit": "client", "kind": "captured", "amount_minor": 11}
    add("payments.ledger_entry", **moved, **taken, cause_id=some_id, payment_id=payment_id, posted_at=now)
    ours = {"captured_minor": 11, "refunded_minor": 0}
    theirs = {"provider_captured_minor": 11, "provider_refunded_minor": 0}
    stated = {**moved, "provider": "local", "day": now.date() - timedelta(days=1)}
    add("payments.statement", **stated, **ours, **theirs, written_at=now)
    differs = {"payment_id": payment_id, "what": "captured", "ledger_minor": 1, "provider_minor": 2}
    add("payments.statement_difference", **stated, **differs)
    _till(add, life, payment_id, entity, now)
    made = {"channel": "web", "promised_online": True, "collected": True, "currency": "EUR"}
    add("orders.sales_day", day=day, **made, lines=1, net_minor=1)
    work = {"fulfilments": 5, "lines_asked": 5, "rejections": 0, "ready": 5, "minutes_to_ready": 5}
    add("orders.service_day", day=day, **work)
    visited = {"visits": 5, "net_minor": 5}
    add("orders.visit_day", day=day, currency="EUR", **visited, with_beside=5, till_lines=5)
    add("orders.figures_read", seen="1", full_at=now)
    months = {"first_month": day, "last_month": day}
    add(
        "aggregates.sales",
        currency="EUR",
        detail="total",
        **months,
        part="all",
        lines=5,
        net_minor=SALES[house.slug],
    )
    add("aggregates.service", **months, **work)
    add("aggregates.visit", **months, **visited, detail="beside", part="something")
    add("aggregates.purchase", **months, purchases=5, by_new=5, second=0, over_several=0)
    add("aggregates.freshness", as_of=now)


def _stories(add: Callable[..., None], house: House, hidden: str, published_id: UUID, now: datetime) -> None:
    """A story that is written still, and one that is told, in every market there is."""
    draft_id = new_id(now)
    written = {
        "draft": f'{{"language": "fr", "title": {{"fr": "{hidden}"}}}}',
        "drafted_at": now,
        "begun_at": now,
    }
    add("editorial.story", id=draft_id, slug=f"{house.slug}-hidden", **written)
    kept = {"number": 1, "content": written["draft"], "kept_at": now}
    add("editorial.version", story_id=draft_id, **kept)
    add("editorial.schedule", story_id=draft_id, market="fr", shown_from=now)
    told = f'{{"language": "fr", "title": {{"fr": "{house.slug} told"}}}}'
    shown = {"slug": f"{house.slug}-told", "version": 1, "content": told, "pieces": [f"{house.slug}-bag"]}
    add("public_facts.node", key="women", position=1, gender="women", families=["bag"], names="{}")
    add("public_facts.story", id=published_id, **shown, published_at=now, changed_at=now)
    said = {"language": "fr", "title": f"{house.slug} told", "standfirst": "", "plain": ""}
    add("public_facts.story_text", story_id=published_id, **said)
    for market in ("fr", "gb", "us"):
        add(
            "public_facts.story_market",
            story_id=published_id,
            market=market,
            shown_from=now - timedelta(days=1),
        )


def _transfer(add: Callable[..., None], life: Life, now: datetime) -> None:
    """Two pieces on their way, one of them received; and one asked for."""
    house, asked_id = life.house, new_id(now)
    there, here = house.places[f"{house.slug}-wh"], house.places[f"{house.slug}-1"]
    variant = {"variant_id": house.variants[f"{house.slug}-bag"], "asked": 2}
    sent = {"state": "sent", "sent_at": now, "expected_on": now.date()}
    known: dict[str, Any] = {"reason": "replenishment", "asked_at": now}
    add("stock.transfer", id=life.transfer_id, from_location_id=there, to_location_id=here, **known, **sent)
    add("stock.transfer_line", transfer_id=life.transfer_id, **variant, packed=2, sent=2, received=1)
    told = {"receipt_id": life.transfer_id, "received": 1, "told_at": now}
    add("stock.arrival", transfer_id=life.transfer_id, variant_id=variant["variant_id"], **told)
    add("stock.transfer", id=asked_id, from_location_id=here, to_location_id=there, **known)
    add("stock.transfer_line", transfer_id=asked_id, **variant)


def _closed(add: Callable[..., None], life: Life, now: datetime) -> None:
    """The second boutique is to close tomorrow, and something is to follow."""
    place, starts = life.house.places[f"{life.house.slug}-2"], now + timedelta(days=1)
    known: dict[str, Any] = {"act_id": life.act_id, "location_id": place}
    stops = ["appointments", "collect", "doors", "reserve", "ship"]
    add("closures.act", id=life.act_id, scope="boutiques", stops=stops, reason="hidden", confirmed_at=now)
    add("closures.place", **known, starts_at=starts)
    add(
        "closures.effect",
        id=life.act_id,
        **known,
        kind="resource",
        subject_id=life.fulfilment_id,
        found_at=now,
    )
    add("public_facts.closure", id=life.act_id, location_id=place, starts_at=starts, stops=stops)


def _piece(add: Callable[..., None], life: Life, now: datetime) -> None:
    """A ring that is counted by its serial, in the warehouse."""
    house = life.house
    variant, there = house.variants[f"{house.slug}-ring-52"], house.places[f"{house.slug}-wh"]
    add("stock.serialised", variant_id=variant, since=now)
    where = {"whereabouts": "here", "location_id": there, "changed_at": now}
    add("stock.piece", id=life.piece_id, variant_id=variant, serial="N-1", **where)
    step = {"kind": "received", "location_id": there, "recorded_at": now}
    add("stock.piece_step", id=life.piece_id, piece_id=life.piece_id, **step)


def _enquiry(add: Callable[..., None], life: Life, hidden: str, now: datetime) -> None:
    """Of somebody who wishes to know what the bag costs, and whom nobody has answered."""
    house = life.house
    piece = {"variant_id": house.variants[f"{house.slug}-bag"], "market": "fr", "language": "fr", "city": ""}
    said = {"name": life.contact.name, "mail": life.contact.mail, "phone": "", "words": hidden}
    add("orders.enquiry", id=life.enquiry_id, **piece, **said, asked_at=now, agreed_at=now)


def _certificate(add: Callable[..., None], life: Life, hidden: str, now: datetime) -> None:
    """Of the ring, as if the order had sold it and had it back."""
    of = {"piece_id": life.piece_id, "order_line_id": life.line_id, "order_id": life.order_id}
    words = dict.fromkeys(("sku", "brand", "name", "colour", "size"), hidden)
    void = {"void_since": now, "void_because": "returned"}
    sold = {"serial": "N-1", "sold_on": now.date(), "sold_at": hidden, "issued_at": now}
    secret = {"code_hash": hashed(f"certificate {hidden}")}
    add("orders.certificate", id=life.certificate_id, **of, **words, **sold, **void, **secret)


def _proposal(add: Callable[..., None], life: Life, hidden: str, now: datetime) -> None:
    """Put together for somebody, who was written to and has not opened it."""
    house = life.house
    seller = {"location_id": house.places[f"{house.slug}-1"], "staff_id": house.staff["advisor"]}
    known = {"store_id": house.store.store_id, "market": "fr", "language": "fr", "method": "ship"}
    stands = {
        "link_hash": hashed(f"proposal {hidden}"),
        "made_at": now,
        "expires_at": now + timedelta(days=2),
    }
    add("orders.proposal", id=life.proposal_id, **seller, **known, **stands)
    piece = {"variant_id": house.variants[f"{house.slug}-bag"], "quantity": 1, "place": 1}
    add("orders.proposal_line", proposal_id=life.proposal_id, **piece)
    approved = {"approved_at": now, "approved_by": house.staff["boutique_manager"]}
    add("orders.proposal_approval", proposal_id=life.proposal_id, **approved)
    said = {"advisor": f"advisor.{house.slug}", "words": hidden, "mail": life.contact.mail, "agreed_at": now}
    add("orders.proposal_note", proposal_id=life.proposal_id, **said, forget_at=now + timedelta(days=32))


def _till(add: Callable[..., None], life: Life, payment_id: UUID, entity: UUID, now: datetime) -> None:
    """An open till with a sale that is half paid, and money owed back for a return."""
    house, by = life.house, {"opened_by": life.house.staff["advisor"], "opened_at": now}
    at = {"location_id": house.places[f"{house.slug}-1"], "market": "fr", "currency": "EUR"}
    add("orders.drawer", id=life.drawer_id, **at, **by, legal_entity_id=entity, day=now.date(), cash_minor=11)
    moved = {"kind": "float", "cause_id": life.drawer_id, "amount_minor": 11, "words": "20000017"}
    who = {"by_id": house.staff["advisor"]}
    add("orders.cash_movement", drawer_id=life.drawer_id, **moved, recorded_at=now, **who)
    content = life.contact.mail.encode()
    sealed = {"number": 1, "kind": "opened", "content": content, "digest": hashlib.sha256(content).digest()}
    place = {"location_id": at["location_id"], "subject_id": life.drawer_id}
    add("orders.fiscal_record", id=life.drawer_id, **place, **sealed, recorded_at=now)
    whose = {"drawer_id": life.drawer_id, "store_id": house.store.store_id, "client_id": life.client_id}
    add(
        "orders.sale",
        id=life.sale_id,
        **whose,
        **at,
        **by,
        state="open",
        total_minor=20_000_017,
        changed_at=now,
    )
    piece = {
        "product_id": house.products["ring"],
        "brand": "",
        "name": "20000017",
        "colour": "",
        "size": "52",
    }
    price = {
        "quantity": 1,
        "unit_price_minor": 20_000_017,
        "tax_rate_basis_points": 2000,
        "prices_include_tax": True,
    }
    rung = {
        "variant_id": house.variants[f"{house.slug}-ring-52"],
        "sku": f"{house.slug}-ring-52",
        "rung_up_at": now,
    }
    add("orders.sale_line", sale_id=life.sale_id, **piece, **price, **rung)
    paid = {"kind": "cash", "way": "in", "amount_minor": 11, "state": "done", "slip": "20000017"}
    of = {"payment_id": payment_id}
    ended = {"asked_at": now, "ended_at": now}
    add("payments.tender", id=life.tender_id, **of, drawer_id=life.drawer_id, **paid, **ended, **who)
    add("payments.till_refund", return_id=life.return_id, **of, amount_minor=11, asked_at=now)


def _desk(add: Callable[..., None], life: Life, hidden: str, now: datetime) -> None:
    about, by = {"order_id": life.order_id}, life.house.staff["client_service"]
    worth = {"amount_minor": 5, "tax_minor": 1, "currency": "EUR", "reason": "late", "state": "asked"}
    asked = {"asked_at": now, "asked_by": by}
    add("orders.goodwill", id=life.goodwill_id, **about, order_line_id=life.line_id, **worth, **asked)
    noted = {"noted_at": now, "way": "phone", "act": "note", "words": hidden}
    add("orders.desk_note", id=life.goodwill_id, **about, staff_id=by, **noted)
    add("orders.call_back", id=life.call_id, **about, whom=hidden, words=hidden, due_at=now, **asked)


def _wait(add: Callable[..., None], life: Life, hidden: str, now: datetime) -> None:
    """Somebody asked to be told, and has not said yes."""
    house = life.house
    known = {"store_id": house.store.store_id, "market": "fr", "language": "fr", "mail": life.contact.mail}
    piece = {"variant_id": house.variants[f"{house.slug}-bag"]}
    add("orders.wait", id=life.wait_id, **known, **piece, link_hash=hashed(f"wait {hidden}"), asked_at=now)


def _appointment(add: Callable[..., None], life: Life, hidden: str, now: datetime) -> None:
    """Somebody comes in two days, to an advisor who works then and is away the day after."""
    house = life.house
    at, who = {"location_id": house.places[f"{house.slug}-1"]}, {"staff_id": house.staff["advisor"]}
    service, seat_id = {"service_id": life.service_id}, new_id(now)
    lasts = {"minutes": 30, "step_minutes": 30, "notice_minutes": 60, "horizon_days": 20, "needs_seat": True}
    add(
        "appointments.service",
        id=life.service_id,
        code="try",
        kind="try",
        **lasts,
        pieces_max=2,
        changed_at=now,
    )
    add("appointments.service_text", **service, language="fr", name="Essayer")
    add("appointments.service_at", **service, **at)
    add("appointments.turn", **at)
    add("appointments.seat", id=seat_id, **at, room=hidden)
    for role in ("advisor", "maison_manager"):
        books = {"staff_id": house.staff[role], "shown_name": hidden, "languages": ["fr"]}
        add("appointments.advisor", **books, changed_at=now)
    begins = now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=2)
    week = {"weekday": begins.isoweekday(), "from_minute": 0, "until_minute": 1440, "valid_from": now.date()}
    add("appointments.roster", id=seat_id, **who, **at, **week)
    hours = timedelta(hours=2)
    add("appointments.shift", **who, **at, during=Range(begins - hours, begins + hours))
    add(
        "appointments.absence",
        id=seat_id,
        **who,
        during=Range(begins + hours, begins + 2 * hours),
        said_at=now,
    )
    add("appointments.calendar_link", **who, id=seat_id, link_hash=hashed(f"calendar {hidden}"), made_at=now)
    outside = {"url": "https://calendar.example/busy.ics", "said_at": now, "due_at": now, "why": hidden}
    add("appointments.outside_calendar", **who, id=seat_id, **outside)
    ends = begins + timedelta(minutes=30)
    time = {"wall": begins.replace(tzinfo=None), "zone": "UTC", "starts_at": begins, "ends_at": ends}
    time |= {"preparation_minutes": 0, "clearing_minutes": 0, "busy": Range(begins, ends)}
    seated = {"needs_seat": True, "seat_id": seat_id, "store_id": house.store.store_id}
    mine = hashed(f"appointment {hidden}")
    said = {"number": hidden, "market": "fr", "language": "fr", "booker": mine, "link_hash": mine}
    ids = {"appointment_id": life.appointment_id}
    add(
        "appointments.appointment",
        id=life.appointment_id,
        client_id=life.client_id,
        **(service | at | who | time | seated | said),
        booked_at=now,
        changed_at=now,
    )
    person = {"name": life.contact.name, "mail": life.contact.mail, "forget_at": ends}
    add("appointments.contact", **ids, **person, words=hidden, noted=hidden)
    add("appointments.piece", **ids, variant_id=house.variants[f"{house.slug}-bag"], place=1)
    known = {"id": life.appointment_id, "cause": life.act_id, "state": "nowhere", "asked_at": now}
    add("appointments.alternative", **ids, **known)
    waits = {"id": life.appointment_id, "on_day": begins.date(), "client_id": life.client_id}
    person = {"name": life.contact.name, "mail": life.contact.mail, "asked_at": now}
    of_store = {"store_id": house.store.store_id, "market": "fr", "language": "fr"}
    who_waits = {"booker": mine, "link_hash": hashed(f"waiting {hidden}")}
    add("appointments.waiting", **waits, **service, **at, **person, **of_store, **who_waits)
    add("appointments.zone_rules", version=hidden, looked_at=now)


def _partners(add: Callable[..., None], life: Life, hidden: str, now: datetime) -> None:
    """A brand's commission, what is due to it and its statement; a collaboration with nobody, and an answer to a stranger."""
    brand, made = {"partner_id": life.brand_id}, {"collaboration_id": life.collaboration_id}
    add(
        "catalogue.commission",
        brand_id=life.brand_id,
        valid="[2026-01-01,)",
        basis_points=3_217,
        agreed_at=now,
    )
    line = {"order_line_id": life.line_id, **brand}
    add("orders.line_terms", **line, kind="consignment", basis_points=3_217)
    sold = {"kind": "sold", "cause_id": life.line_id}
    worth = {"total_minor": 120, "tax_minor": 20, "basis_points": 3_217, "kept_minor": 32, "due_minor": 68}
    order = {"order_id": life.order_id, "day": now.date(), "quantity": 1, "currency": "EUR", "posted_at": now}
    add("orders.due", **sold, **line, **order, **worth)
    said = {
        "begins": now.date() - timedelta(days=9),
        "ends": now.date(),
        "issued_at": now,
        "sums": "[]",
        "stock": "[]",
    }
    papers = {"issuer": "{}", "partner": f'{{"name": "{hidden}"}}', "lines": "[]"}
    add("orders.partner_statement", id=life.statement_id, **brand, kind="brand", number=1, **said, **papers)
    add("orders.partner_statement_line", statement_id=life.statement_id, **sold, **brand)
    during = {"begins_at": now, "houses": [], "changed_at": now}
    add("catalogue.collaboration", id=life.collaboration_id, name=hidden, state="draft", version=1, **during)
    alone = {"kind": "seller", "partner_maison_id": life.house.maison_id, "share_basis_points": 10_000}
    add("catalogue.collaboration_partner", **made, id=new_id(now), name=hidden, **alone)
    ring = {"product_id": life.house.products["ring"]}
    add("catalogue.collaboration_piece", **made, **ring)
    add("catalogue.collaboration_answer", collaboration_id=new_id(now), selling_maison_id=new_id(now), version=1, approved=True,
        answered_at=now)  # fmt: skip
    add("public_facts.collaboration", id=life.collaboration_id, name=life.house.slug, partners="[]")
    add("public_facts.exclusive", **made, **ring, sold="(,)")


def _parcel(add: Callable[..., None], life: Life, hidden: str, now: datetime) -> None:
    """A label that is made, and a scan of its parcel."""
    weighs = {"piece_grams": 1, "wrapping_grams": 1, "insured": True, "return_labels": True}
    add("carriers.terms", **weighs, changed_at=now)
    add("carriers.offered", market="fr", carrier="local", service="ground")
    rate = {"market": "fr", "carrier": "local", "service": "ground", "pieces": 1}
    add("carriers.rate", **rate, price_minor=900, currency="EUR", asked_at=now)
    add(
        "public_facts.delivery_service",
        market="us",
        service="standard",
        price_minor=900,
        days_min=1,
        days_max=2,
    )
    add("public_facts.duty_terms", market="us", at_door=True)
    add("public_facts.customs_code", family="bag", hs_code="420221")
    costs = {"service": "standard", "total_minor": 0, "tax_minor": 0, "parts": "[]"}
    none_back = {"back_minor": 0, "back_tax_minor": 0, "back_parts": "[]", "back_always": False}
    add("orders.delivery", order_id=life.order_id, **costs, **none_back)
    whose = {"purpose": "out", "cause_id": life.fulfilment_id, "order_id": life.order_id}
    where = {"location_id": life.house.places[f"{life.house.slug}-1"], "market": "fr"}
    made = {
        "state": "made",
        "carrier": "local",
        "service": "ground",
        "tracking": f"20000017-{life.house.slug}",
    }
    add("carriers.label", id=life.label_id, **whose, **where, **made, asked_at=now, made_at=now)
    names = f'{{"name": "{hidden}"}}'
    worth = {"grams": 1, "worth_minor": 20_000_017, "currency": "EUR"}
    add("carriers.label_paper", label_id=life.label_id, sender=names, recipient=names, **worth)
    add("carriers.scan", label_id=life.label_id, scan_id="1", standing="accepted", at=now, heard_at=now)


def _windows(add: Callable[..., None], house: House, hidden: str, lit_id: UUID, now: datetime) -> None:
    """A window that is composed still, one that is lit, beside whom the maison will not stand, and a place in a row."""
    drawn = {"drafted_at": now, "drafted_by": None}
    secret = f'{{"language": "fr", "line": {{"fr": "{hidden}"}}}}'
    add("editorial.window", id=new_id(now), name=hidden, draft=secret, **drawn)
    add("editorial.window", id=lit_id, name=hidden, draft=secret, **drawn, shown_at=now)
    add("editorial.window_schedule", window_id=lit_id, market="fr", shown_from=now)
    add("editorial.apart", other_maison_id=new_id(now), number=1, said_at=now)
    lit = f'{{"language": "fr", "line": {{"fr": "{house.slug} lit"}}, "picture": {{"name": "bag-noir"}}}}'
    add("public_facts.window", id=lit_id, content=lit, shown_at=now)
    add("public_facts.travel", origin="FR", destination="BE", days=3)
    add("public_facts.law", kind="wine", rule="age", country="FR", value=21)
    add("public_facts.market_rate", market="fr", kind="book", tax_rate_basis_points=550)
    add("public_facts.engraving_terms", letterings=["upright", "block"], scripts=["latin"])
    add("public_facts.engraving_fee", market="fr", amount_minor=4_000)
    add("catalogue.family_kinds", family=hidden.lower(), kinds=["food"])
    add("public_facts.window_market", window_id=lit_id, market="fr", shown_from=now - timedelta(days=1))
    place = {"store_id": house.store.store_id, "market": "fr", "day": now.date(), "place": 1}
    add("public_facts.arrangement", **place, shown_maison_id=house.maison_id, first=True)
