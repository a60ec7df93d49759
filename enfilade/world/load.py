"""The demo world into a database, through the same verbs and readers that a maison's own files go through."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, scalar
from enfilade.base.ids import new_id, repeatable
from enfilade.boutiques import workshops
from enfilade.boutiques.locations import ids_of
from enfilade.boutiques.workshops import Workshop
from enfilade.carriers import terms as carrier_terms
from enfilade.catalogue import engraving
from enfilade.channels.boutiques import BoutiquesTaking
from enfilade.channels.boutiques_csv import read_boutiques
from enfilade.channels.catalogues import CatalogueTaking, PriceList
from enfilade.channels.files import column
from enfilade.channels.imports import Item, Notice, Refusal, Take, plan_afresh
from enfilade.channels.own_csv import read_catalogue
from enfilade.channels.sales_csv import SalesTaking, read_sales
from enfilade.channels.stock_csv import StockTaking, read_stock
from enfilade.maisons import capabilities, founding, legal_entities, markets, policies, stores
from enfilade.maisons.themes import values_of
from enfilade.orders.sourcing_terms import set_sourcing
from enfilade.staff import people
from enfilade.staff.passwords import hashed_password
from enfilade.staff.surfaces import Role
from enfilade.world.brands import keep_brands
from enfilade.world.generate import World
from enfilade.world.maisons import Maison
from enfilade.world.policies import BENCHES, SERVICES, SHIP_TO_STORE_DAYS
from enfilade.world.reading import WorldRefused, numbered
from enfilade.world.services import keep_services

#: Everybody in the demo signs in with it; it protects nothing, and the demo says so.
DEMO_PASSWORD = "enfilade-demo"  # noqa: S105
ROWS_AT_ONCE = 2000

T = TypeVar("T")
#: Hears who has been loaded, how many of how many.
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Loading:
    world: World
    now: datetime
    password_hash: str

    @property
    def evening(self) -> datetime:
        """The world stands as on the morning of its day, wherever it is already afternoon or still night."""
        return max(self.now, datetime.combine(self.world.today + timedelta(days=1), time(12), UTC))


async def load(db: Db, world: World, now: datetime, progress: Told | None = None) -> None:
    """Loads what is not there yet, a transaction a tenant, and publishes it. A second call changes nothing.

    Of a world written by COPY only the ground (who sells where, with whom) and the store's own pieces. The same world at
    the same `now` gets the same ids.

    Raises WorldRefused, and what the verbs raise.
    """
    loading = _Loading(world, now, hashed_password(DEMO_PASSWORD))
    store_id = await _load_group(db, loading)
    done = 1
    total = len(world.maisons) + 1
    if progress is not None:
        progress(world.store.name, done, total)
    # While the database works for one maison, the next one's rows are drawn.
    turns = asyncio.Semaphore(2)

    async def one(maison: Maison) -> None:
        nonlocal done
        async with turns:
            await _load_maison(db, loading, maison, store_id)
        done += 1
        if progress is not None:
            progress(maison.name, done, total)

    async with asyncio.TaskGroup() as group:
        for maison in world.maisons:
            group.create_task(one(maison))


async def _tenant(db: Db, slug: str, now: datetime) -> UUID:
    async with db.door() as conn:
        return await founding.id_of(conn, slug=slug) or new_id(now)


async def _load_group(db: Db, loading: _Loading) -> UUID:
    group = loading.world.group
    with repeatable(f"{loading.world.scale.seed}/ids/{group.slug}"):
        await _load_group_itself(db, loading)
    return await _load_maison(db, loading, loading.world.store, None)


async def _load_group_itself(db: Db, loading: _Loading) -> None:
    group, now = loading.world.group, loading.now
    group_id = await _tenant(db, group.slug, now)
    async with db.acting(Actor.importer(), group_id) as conn:
        tenant = founding.Maison(
            slug=group.slug,
            name=group.name,
            kind="group",
            segment="group",
            default_language="fr",
            founded=group.founded,
            city=group.city,
        )
        await founding.found(conn, maison_id=group_id, maison=tenant, texts=[], now=now)
        await _hire(conn, group_id, loading, loading.world.group_staff_rows())


async def _load_maison(db: Db, loading: _Loading, maison: Maison, shown_in: UUID | None) -> UUID:
    """The maison with all that is its own; returns its store's id."""
    now, world = loading.now, loading.world
    with repeatable(f"{world.scale.seed}/ids/{maison.slug}"):
        maison_id = await _tenant(db, maison.slug, now)
        async with db.acting(Actor.importer(), maison_id) as conn:
            await plan_afresh(conn)
            store_id = await _found(conn, maison_id, loading, maison)
            if shown_in is not None:
                await stores.show_in(conn, maison_id=maison_id, store_id=shown_in)
            located = BoutiquesTaking(maison_id=maison_id, now=now)
            await _take(conn, read_boutiques(numbered(world.boutique_rows(maison))), located)
            if maison.kind == "retailer":
                await keep_brands(conn, maison_id=maison_id, now=now)
            if not world.scale.copied or maison.kind == "retailer":
                await _take_rows(conn, maison_id, loading, maison)
            await _hire(conn, maison_id, loading, world.staff_rows(maison))
            codes = [row["code"] for row in world.boutique_rows(maison) if row["kind"] == "boutique"]
            await keep_services(conn, maison_id=maison_id, maison=maison, boutiques=codes, now=now)
    return store_id


async def _found(conn: Conn, maison_id: UUID, loading: _Loading, maison: Maison) -> UUID:
    world, now = loading.world, loading.now
    told = founding.Maison(
        slug=maison.slug,
        name=maison.name,
        kind=cast("founding.Kind", maison.kind),
        segment=maison.segment,
        default_language=maison.language,
        founded=maison.founded,
        city=maison.city,
        theme=values_of(maison.theme),
        wordmark=maison.wordmark,
    )
    tagline, story = asdict(maison.voice.tagline), asdict(maison.voice.story)
    texts = [founding.MaisonText(language, tagline[language], story[language]) for language in tagline]
    await founding.found(conn, maison_id=maison_id, maison=told, texts=texts, now=now)
    rows = world.legal_entity_rows(maison)
    entities = [
        legal_entities.LegalEntity(
            row["code"],
            row["name"],
            row["country"],
            row["tax_id"],
            row["payment_account"],
            row["address"],
        )
        for row in rows
    ]
    await legal_entities.establish(conn, maison_id=maison_id, entities=entities, now=now)
    # A market without a company of its own is served by the maison's first.
    seller = {row["market"]: row["code"] for row in reversed(rows)}
    await markets.open_markets(
        conn,
        maison_id=maison_id,
        markets=[_market(row, seller.get(row["code"], rows[0]["code"])) for row in world.market_rows()],
    )
    policy = world.policy(maison)
    await policies.set_policy(
        conn,
        maison_id=maison_id,
        policy=policies.Policy(
            hold_minutes=policy["hold_minutes"],
            as_of_limit_minutes=policy["as_of_limit_minutes"],
            pick_sla_minutes=policy["pick_sla_minutes"],
            collect_days=policy["collect_by_days"],
            sourcing_attempts_max=policy["sourcing_attempts_max"],
            ship_to_store_days=SHIP_TO_STORE_DAYS.get(maison.slug),
        ),
        now=now,
    )
    if (sourcing := world.sourcing(maison)) is not None:
        await set_sourcing(conn, maison_id=maison_id, sourcing=sourcing, now=now)
    if (cut := world.engraving(maison)) is not None:
        await engraving.set_terms(conn, maison_id=maison_id, terms=cut)
    if maison.slug in BENCHES and not await workshops.workshops(conn, maison_id=maison_id):
        name, zone, pieces, there, back = BENCHES[maison.slug]
        bench = Workshop(new_id(now), name, None, zone, pieces, there, back, stopped=False)
        await workshops.set_workshop(conn, maison_id=maison_id, workshop=bench, now=now)
    await carrier_terms.set_terms(
        conn,
        maison_id=maison_id,
        terms=world.parcels(maison),
        offered=[
            carrier_terms.Offered(row["code"], "local", service)
            for row in world.market_rows()
            for service in SERVICES
        ],
        by_id=None,
        now=now,
    )
    for row in world.adoption_rows(maison):
        state = cast("capabilities.State", row["state"])
        since = datetime.fromisoformat(row["since"]).replace(tzinfo=UTC)
        await capabilities.adopt(
            conn, maison_id=maison_id, capabilities={row["capability"]: state}, now=since
        )
    store = stores.Store(maison.slug, maison.name, multi_brand=maison.kind == "retailer")
    return await stores.open_store(conn, maison_id=maison_id, store=store, now=now)


def _market(row: dict[str, str], legal_entity: str) -> markets.Market:
    return markets.Market(
        code=row["code"],
        legal_entity=legal_entity,
        countries=row["countries"].split(),
        currency=row["currency"],
        languages=row["languages"].split(),
        tax_rate_basis_points=round(float(row["tax_rate"]) * 10_000),
        prices_include_tax=row["prices_include_tax"] == "yes",
    )


async def _take_rows(conn: Conn, maison_id: UUID, loading: _Loading, maison: Maison) -> None:
    world, now, evening = loading.world, loading.now, loading.evening
    pieces = world.catalogue_rows(maison)
    if pieces:
        prices = PriceList(await markets.markets_of(conn, maison_id=maison_id))
        offered = CatalogueTaking(maison_id=maison_id, source="main", now=now)
        await _take(
            conn, read_catalogue(numbered(pieces), [column(name) for name in pieces[0]], prices), offered
        )
    # A world already lived in keeps its own stock: counting the first day's again would undo what was sold.
    if not await scalar(
        conn, "select exists (select 1 from stock.position where maison_id = %(id)s)", id=maison_id
    ):
        counted = StockTaking(maison_id=maison_id, source="opening", now=now)
        told = read_stock(numbered(world.stock_rows(maison)), evening)
        not_after_now = (
            replace(item, entry=replace(item.entry, as_of=min(item.entry.as_of, now)))
            if isinstance(item, Item)
            else item
            for item in told
        )
        await _take(conn, not_after_now, counted)
    if not await scalar(
        conn, "select exists (select 1 from orders.external_sale where maison_id = %(id)s)", id=maison_id
    ):
        await _take(
            conn, read_sales(numbered(world.sales_rows(maison)), evening), SalesTaking(maison_id=maison_id)
        )


async def _take(conn: Conn, read: Iterable[Item[T] | Refusal | Notice], take: Take[T]) -> None:
    batch: list[T] = []
    for item in read:
        if isinstance(item, Refusal):
            raise WorldRefused(item)
        if isinstance(item, Item):
            batch.append(item.entry)
        if len(batch) >= ROWS_AT_ONCE:
            await _taken(conn, batch, take)
            batch = []
    if batch:
        await _taken(conn, batch, take)


async def _taken(conn: Conn, batch: list[T], take: Take[T]) -> None:
    taken = await take(conn, batch)
    if taken.refusals:
        raise WorldRefused(taken.refusals[0])


async def _hire(conn: Conn, maison_id: UUID, loading: _Loading, rows: list[dict[str, str]]) -> None:
    hired: list[Any] = await scalar(
        conn,
        "select coalesce(array_agg(email), '{}') from staff.person where maison_id = %(id)s",
        id=maison_id,
    )
    known = set(hired)
    codes = sorted({code for row in rows for code in row["locations"].split()})
    places = await ids_of(conn, maison_id=maison_id, codes=codes)
    for row in rows:
        if row["email"] not in known:
            await people.hire(
                conn,
                maison_id=maison_id,
                email=row["email"],
                name=row["name"],
                role=cast("Role", row["role"]),
                password_hash=loading.password_hash,
                location_ids=[places[code] for code in row["locations"].split()],
                now=loading.now,
                chosen=True,
            )
