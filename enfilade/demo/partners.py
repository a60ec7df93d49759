"""What a stranger finds of partners in the demo: brands’ sales of last month, stated, and a piece two maisons made together."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db, many, scalar
from enfilade.base.ids import new_id
from enfilade.catalogue import collaborations, commissions
from enfilade.catalogue.brands import brands_of
from enfilade.catalogue.collaborations import Partner, Terms
from enfilade.orders.partners import issuing, statements
from enfilade.orders.till import drawers, paying, ringing_up, sales, settling
from enfilade.staff.people import Colleague
from enfilade.stock.counts import record_movement

FLOAT_MINOR = 20_000
SOLD_MAX = 3
COMMISSIONS = {"consignment": 3_500, "concession": 2_800}
NAME = "À quatre mains"
ARTIST = "Inès Carabin"


@dataclass(frozen=True, slots=True)
class _Maison:
    maison_id: UUID
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Lying:
    """A piece where it can be sold by hand."""

    location_id: UUID
    variant_id: UUID
    product_id: UUID


async def begin(at: Addresses, *, key: bytes, now: datetime) -> None:
    """Once; a second call finds it and changes nothing."""
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        async with db.public() as conn:
            houses = await many(
                conn,
                _Maison,
                """
                select m.maison_id, m.name, m.kind from public_facts.maison m
                where m.kind <> 'group' and exists (select 1 from public_facts.boutique b where b.maison_id = m.maison_id
                  and b.country = 'FR' and b.kind = 'boutique')
                order by m.kind = 'maison', m.slug = 'odelaine', m.slug <> 'brisseval', m.slug
                """,
            )
        store = next((one for one in houses if one.kind == "retailer"), None)
        made = [one for one in houses if one.kind == "maison"]
        if store is not None:
            await _brands(db, store.maison_id, key, now)
        if len(made) >= 2:
            await _collaboration(db, made[0], made[-1], key, now)
    finally:
        await db.close()


def last_month(now: datetime) -> tuple[datetime, date]:
    """Noon of its twelfth day, and the first day of the month after it."""
    first = now.date().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=12)
    return datetime(before.year, before.month, before.day, 12, tzinfo=UTC), first


async def _brands(db: Db, maison_id: UUID, key: bytes, now: datetime) -> None:
    then, ends = last_month(now)
    async with db.acting(Actor.importer(), maison_id) as conn:
        kept = await brands_of(conn, maison_id=maison_id)
        if not kept or await commissions.commissions_of(conn, maison_id=maison_id):
            return
        for brand in kept:
            await commissions.agree(
                conn,
                maison_id=maison_id,
                brand_id=brand.id,
                basis_points=COMMISSIONS[brand.terms],
                begins=date(then.year, 1, 1),
                now=now,
            )
        lying = [
            one for brand in kept for one in (await _lying(conn, maison_id, brand.name, None))[:SOLD_MAX]
        ]
    await _sold(db, maison_id, lying, key, then)
    async with db.acting(Actor.job(), maison_id) as conn:
        for running in await statements.running(conn, maison_id=maison_id):
            await issuing.issue(conn, maison_id=maison_id, partner_id=running.partner_id, ends=ends, now=now)


async def _collaboration(db: Db, seller: _Maison, house: _Maison, key: bytes, now: datetime) -> None:
    then, ends = last_month(now)
    async with db.acting(Actor.importer(), seller.maison_id) as conn:
        found = await _lying(conn, seller.maison_id, None, None)
        if not found or await collaborations.collaborations(conn, maison_id=seller.maison_id):
            return
        agreed = await collaborations.keep(
            conn,
            maison_id=seller.maison_id,
            terms=Terms(
                NAME,
                then - timedelta(days=11),
                now + timedelta(days=180),
                (
                    Partner("seller", seller.name, 6_000, seller.maison_id),
                    Partner("house", house.name, 3_000, house.maison_id),
                    Partner("artist", ARTIST, 1_000, city="Lyon", country="FR", signed_on=then.date()),
                ),
                (found[0].product_id,),
            ),
            now=then - timedelta(days=11),
        )
        await collaborations.propose(conn, maison_id=seller.maison_id, collaboration_id=agreed, now=then)
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        await collaborations.answer(
            conn,
            maison_id=house.maison_id,
            selling_maison_id=seller.maison_id,
            collaboration_id=agreed,
            version=1,
            approved=True,
            now=then,
        )
    async with db.acting(Actor.importer(), seller.maison_id) as conn:
        await collaborations.settle(conn, maison_id=seller.maison_id, now=then)
    await _sold(db, seller.maison_id, found[:1], key, then)
    async with db.acting(Actor.job(), seller.maison_id) as conn:
        for running in await statements.running(conn, maison_id=seller.maison_id):
            await issuing.issue(
                conn, maison_id=seller.maison_id, partner_id=running.partner_id, ends=ends, now=now
            )


async def _lying(conn: Conn, maison_id: UUID, brand: str | None, product_id: UUID | None) -> list[_Lying]:
    """Pieces in boutiques in France, one of each product, in the catalogue's order."""
    return await many(
        conn,
        _Lying,
        """
        select distinct on (p.position, p.id) q.location_id, v.id as variant_id, p.id as product_id
        from public_facts.product p
        join public_facts.variant v on v.product_id = p.id
        join public_facts.price r on r.variant_id = v.id and r.currency = 'EUR'
        join stock.position q on q.maison_id = v.maison_id and q.variant_id = v.id
          and q.on_hand > q.unavailable + q.allocated + q.held and not q.serialised
        join boutiques.location b on b.maison_id = q.maison_id and b.id = q.location_id and b.kind = 'boutique'
          and b.country = 'FR'
        where p.maison_id = %(maison_id)s and (%(brand)s::text is null or p.brand = %(brand)s)
          and (%(product_id)s::uuid is null or p.id = %(product_id)s)
          and not exists (select 1 from public_facts.quota k where k.product_id = p.id)
        order by p.position, p.id, q.on_hand desc, q.location_id limit 20
        """,
        maison_id=maison_id,
        brand=brand,
        product_id=product_id,
    )


async def _sold(db: Db, maison_id: UUID, lying: list[_Lying], key: bytes, now: datetime) -> None:
    """Each for cash at the counter of its boutique, on one day whose till is counted and closed."""
    async with db.acting(Actor.job(), maison_id) as conn:
        staff_id: UUID | None = await scalar(
            conn,
            "select id from staff.person where maison_id = %(maison_id)s and role = 'maison_manager' order by id limit 1",
            maison_id=maison_id,
        )
    if staff_id is None:
        return
    by = Colleague(staff_id, "", "maison_manager", frozenset())
    for location_id in sorted({one.location_id for one in lying}):
        here = [one for one in lying if one.location_id == location_id]

        async def day(conn: Conn, location_id: UUID = location_id, here: list[_Lying] = here) -> None:
            drawer_id, cash = new_id(now), FLOAT_MINOR
            await drawers.open_drawer(
                conn,
                maison_id=maison_id,
                by=by,
                drawer_id=drawer_id,
                location_id=location_id,
                float_minor=FLOAT_MINOR,
                now=now,
            )
            for one in here:
                # It came a week before it was sold: the world counts its stock today.
                await record_movement(
                    conn,
                    maison_id=maison_id,
                    location_id=location_id,
                    variant_id=one.variant_id,
                    kind="received",
                    on_hand=2,
                    source="demo",
                    reference=f"delivery {one.variant_id}",
                    now=now - timedelta(days=7),
                )
                sale_id = new_id(now)
                await sales.open_sale(
                    conn, maison_id=maison_id, by=by, sale_id=sale_id, location_id=location_id, now=now
                )
                await ringing_up.add(
                    conn,
                    maison_id=maison_id,
                    by=by,
                    sale_id=sale_id,
                    variant_id=one.variant_id,
                    key=key,
                    now=now,
                )
                due: int = await scalar(
                    conn,
                    "select total_minor from orders.sale where maison_id = %(maison_id)s and id = %(id)s",
                    maison_id=maison_id,
                    id=sale_id,
                )
                await paying.pay_cash(
                    conn,
                    maison_id=maison_id,
                    by=by,
                    sale_id=sale_id,
                    tender_id=new_id(now),
                    given_minor=due,
                    now=now,
                )
                await settling.settle(
                    conn,
                    maison_id=maison_id,
                    by=by,
                    sale_id=sale_id,
                    language="fr",
                    mail="",
                    key=key,
                    now=now,
                )
                cash += due
            await drawers.close(
                conn, maison_id=maison_id, by=by, drawer_id=drawer_id, counted_minor=cash, words="", now=now
            )

        await db.run(Actor.staff(staff_id), maison_id, day)
