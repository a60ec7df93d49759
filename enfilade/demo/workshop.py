"""What a stranger finds of a workshop in the demo: two pieces that one maison makes to order, one of them in work."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db, many, maybe
from enfilade.base.ids import new_id
from enfilade.boutiques import making as rooms
from enfilade.boutiques import workshops
from enfilade.boutiques.making import Making
from enfilade.boutiques.workshops import Workshop
from enfilade.orders import baskets, making
from enfilade.orders.checkout import Checkouts, Store
from enfilade.orders.placing import Contact
from enfilade.payments.local_provider import LocalProvider
from enfilade.staff.people import Colleague
from enfilade.stock.counts import Count, record_counts
from enfilade.world.maisons import maisons

NAME = "L’établi"
PIECES_A_DAY = 2
#: Of each piece: working days until it is finished, how much of a day's room it takes, to the client's specification.
MADE = ((10, 1, False), (25, 4, True))
BUYERS = (("Camille Aubry", "camille@client.example"), ("Jules Ferrand", "jules@client.example"))
CARD = "tok_ok"
DOOR = {"line1": "12 rue de la Paix", "postcode": "75002", "city": "Paris", "country": "FR"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where its advisor signs in, and who stands for the maison there."""

    maison_id: UUID
    store_id: UUID
    location_id: UUID
    zone: str
    staff_id: UUID


@dataclass(frozen=True, slots=True)
class _Piece:
    """In all its sizes and colours, and where any of them lies."""

    variant_ids: list[UUID]
    location_ids: list[UUID]


async def begin(at: Addresses, *, key: bytes, now: datetime) -> None:
    """Once; a second call finds it and changes nothing. The maison is the first that is drawn in full."""
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        async with db.public() as conn:
            found = await maybe(
                conn,
                _Id,
                "select maison_id as id from public_facts.maison where slug = %(slug)s",
                slug=maisons()[0].slug,
            )
        if found is not None:
            await _workshop(db, found.id, key, now)
    finally:
        await db.close()


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def _workshop(db: Db, maison_id: UUID, key: bytes, now: datetime) -> None:
    async with db.acting(Actor.importer(), maison_id) as conn:
        if any(one.name == NAME for one in await workshops.workshops(conn, maison_id=maison_id)):
            return
        place = await _place(conn, maison_id)
        pieces = await _pieces(conn, maison_id)
        if place is None or len(pieces) < len(MADE):
            return
        workshop_id = new_id(now)
        bench = Workshop(workshop_id, NAME, place.location_id, place.zone, PIECES_A_DAY, 1, 0, False, False)
        await workshops.set_workshop(conn, maison_id=maison_id, workshop=bench, now=now)
        for piece, (lead_days, takes, to_specification) in zip(pieces, MADE, strict=True):
            # None of it lies anywhere, so it is made.
            await record_counts(
                conn,
                maison_id=maison_id,
                counts=[
                    Count(location_id, variant_id, 0, now)
                    for location_id in piece.location_ids
                    for variant_id in piece.variant_ids
                ],
                source="count",
                now=now,
            )
            await rooms.set_making(
                conn,
                maison_id=maison_id,
                variant_ids=piece.variant_ids,
                making=Making(workshop_id, lead_days, takes, to_specification),
            )
    checkouts = Checkouts(db, {"local": LocalProvider(db, "")}, key, "", 3.0)
    for piece, (name, mail) in zip(pieces, BUYERS, strict=True):
        await _order(db, checkouts, place, piece, Contact(name, mail, "", DOOR, ""), now)
    by = Colleague(place.staff_id, "", "maison_manager", frozenset())
    async with db.acting(Actor.staff(by.staff_id), maison_id) as conn:
        for line in (await making.to_make(conn, maison_id=maison_id, by=by))[:1]:
            await making.begin(conn, maison_id=maison_id, by=by, line_id=line.line_id, now=now)


async def _place(conn: Conn, maison_id: UUID) -> _Place | None:
    return await maybe(
        conn,
        _Place,
        """
        select s.maison_id, s.id as store_id, l.id as location_id, l.zone, m.id as staff_id
        from staff.person p
        join staff.post t on t.maison_id = p.maison_id and t.staff_id = p.id
        join boutiques.location l on l.maison_id = t.maison_id and l.id = t.location_id and l.kind = 'boutique'
        join maisons.store s on s.maison_id = p.maison_id
        join staff.person m on m.maison_id = p.maison_id and m.role = 'maison_manager'
        where p.maison_id = %(maison_id)s and p.email like 'advisor.%%'
        order by p.email, l.code, m.email limit 1
        """,
        maison_id=maison_id,
    )


async def _pieces(conn: Conn, maison_id: UUID) -> list[_Piece]:
    """The two dearest pieces of which nobody is promised one."""
    return await many(
        conn,
        _Piece,
        """
        select array_agg(distinct v.id) as variant_ids, array_agg(distinct q.location_id) as location_ids
        from public_facts.product p
        join public_facts.variant v on v.product_id = p.id
        join public_facts.price r on r.variant_id = v.id and r.market = 'fr'
        join stock.position q on q.maison_id = p.maison_id and q.variant_id = v.id
        where p.maison_id = %(maison_id)s and p.kinds = '{}'
          and not exists (select 1 from public_facts.quota k where k.product_id = p.id)
          and not exists (select 1 from public_facts.exclusive x where x.product_id = p.id)
        group by p.id, p.position
        having bool_and(not q.serialised and q.allocated = 0 and q.held = 0)
        order by max(r.amount_minor) desc, p.position, p.id limit %(most)s
        """,
        maison_id=maison_id,
        most=len(MADE),
    )


async def _order(
    db: Db, checkouts: Checkouts, place: _Place, piece: _Piece, contact: Contact, now: datetime
) -> None:
    store, visitor_id = Store(place.store_id, place.maison_id), uuid4()
    async with db.acting(Actor.visitor(visitor_id), place.maison_id) as conn:
        await baskets.put(
            conn,
            maison_id=place.maison_id,
            store_id=place.store_id,
            visitor_id=visitor_id,
            variant_id=piece.variant_ids[0],
            quantity=1,
            now=now,
        )
    checkout_id = await checkouts.open(
        store, visitor_id, method="ship", boutiques={}, market="fr", language="fr", key=uuid4().hex, now=now
    )
    await checkouts.complete(
        store,
        visitor_id,
        checkout_id,
        contact=contact,
        payment_method="card",
        card_token=CARD,
        key=uuid4().hex,
        now=now,
    )
