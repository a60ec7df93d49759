"""Ringing up: the pieces of an open sale, held from then on by the web's own claim at a price that is frozen, and who buys.

Once something is tendered none of it changes any more: what was tendered is taken back first.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.boutiques import workshops
from enfilade.boutiques.zones import zone_of
from enfilade.catalogue.engraving import Wished, checked
from enfilade.clients import accounts
from enfilade.clients.accounts import Known
from enfilade.clients.contact_points import contact_point
from enfilade.orders import engraving_room, quota_counts
from enfilade.orders.marks import marks_of
from enfilade.orders.placing import Contact, PlacingLine
from enfilade.orders.till.naming import Named, choose
from enfilade.orders.till.sales import Sale, SaleOver, locked, read, untouched
from enfilade.staff.people import Colleague
from enfilade.stock import holds
from enfilade.stock.serials import as_engraved

#: Pieces of a sale are kept so long after its last step, for an advisor who is called away.
HELD_FOR = timedelta(hours=1)


class NotSoldHere(Exception):
    """The piece is not published, or has no price in this boutique's market."""


class NotToBeHad(Exception):
    """By the books no free piece of it is here; the words say what keeps it."""


class NoRoomToEngrave(Exception):
    """No workshop has room to engrave what is rung up."""


class NoSuchClient(Exception):
    """The maison has no client of this mail address or phone number."""


async def add(
    conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID, variant_id: UUID, key: bytes, now: datetime
) -> None:
    """Rings one piece more up, at today's price, and holds it.

    Raises NotSoldHere, NotToBeHad, QuotaReached (of a known client) and those of `untouched`.
    """
    sale = await untouched(conn, maison_id=maison_id, by=by, sale_id=sale_id)
    rung = await execute(
        conn,
        """
        insert into orders.sale_line as l (maison_id, sale_id, variant_id, product_id, sku, brand, name, colour, size, quantity,
          unit_price_minor, tax_rate_basis_points, prices_include_tax, quota_id, quota_pieces_max, quota_period, rung_up_at,
          kinds, age_min)
        select %(maison_id)s, %(sale_id)s, v.id, v.product_id, coalesce(v.sku, ''), p.brand, t.name, v.colour, v.size, 1,
          r.amount_minor, coalesce((select max(x.tax_rate_basis_points) from public_facts.market_rate x
            where x.maison_id = v.maison_id and x.market = k.code and x.kind = any(p.kinds)), k.tax_rate_basis_points),
          k.prices_include_tax, q.quota_id, q.pieces_max,
          -- Which period, counted from its beginning; as quota_counts.period_of.
          floor(extract(epoch from %(now)s::timestamptz - q.begins_at) / (q.period_days * 86400))::integer, %(now)s,
          p.kinds, public_facts.law_of(v.maison_id, p.kinds, 'age', (select b.country from boutiques.location b
            where b.maison_id = v.maison_id and b.id = %(location_id)s))
        from public_facts.variant v
        join public_facts.product p on p.id = v.product_id
        join public_facts.market k on k.maison_id = v.maison_id and k.code = %(market)s
        join public_facts.price r on r.variant_id = v.id and r.market = k.code and r.currency = %(currency)s
          and public_facts.may_be_sold(v.product_id, %(store_id)s, k.code, %(now)s)
        cross join lateral (select x.name from public_facts.product_text x where x.product_id = v.product_id
          order by x.language = k.languages[1] desc, x.language limit 1) t
        left join public_facts.quota q on q.product_id = v.product_id
        where v.maison_id = %(maison_id)s and v.id = %(variant_id)s
        on conflict on constraint one_sale_line_per_variant do update set quantity = least(l.quantity + 1, 100)
        """,
        maison_id=maison_id,
        sale_id=sale_id,
        variant_id=variant_id,
        market=sale.market,
        currency=sale.currency,
        store_id=sale.store_id,
        location_id=sale.location_id,
        now=now,
    )
    if not rung:
        raise NotSoldHere("This piece has no price here")
    await _counted(conn, maison_id, sale, by, key, now)


async def engrave(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    sale_id: UUID,
    variant_id: UUID,
    wished: Wished,
    key: bytes,
    now: datetime,
) -> None:
    """These words are cut on each piece of the variant, once it is paid, for the maison's fee; without words none are.

    Raises NotSoldHere, NoRoomToEngrave, engraving.NotEngraved, TooLong, LetteringNotOffered and those of `untouched`.
    """
    sale = await untouched(conn, maison_id=maison_id, by=by, sale_id=sale_id)
    terms = await maybe(
        conn,
        _Terms,
        """
        select p.engraving_letters_max as letters_max, t.letterings, t.scripts, coalesce(f.amount_minor, 0) as fee_minor
        from orders.sale_line l
        join public_facts.product p on p.id = l.product_id
        left join public_facts.engraving_terms t on t.maison_id = l.maison_id
        left join public_facts.engraving_fee f on f.maison_id = l.maison_id and f.market = %(market)s
        where l.maison_id = %(maison_id)s and l.sale_id = %(sale_id)s and l.variant_id = %(variant_id)s
        """,
        maison_id=maison_id,
        sale_id=sale_id,
        variant_id=variant_id,
        market=sale.market,
    )
    if terms is None:
        raise NotSoldHere("Ring the piece up first")
    cut = checked(wished, terms.letters_max, terms.letterings, terms.scripts)
    await execute(
        conn,
        """
        update orders.sale_line set engraving = %(words)s, lettering = %(lettering)s, engraving_minor = %(fee)s,
          engrave_by = null, unit_price_minor = unit_price_minor - engraving_minor + %(fee)s
        where maison_id = %(maison_id)s and sale_id = %(sale_id)s and variant_id = %(variant_id)s
        """,
        maison_id=maison_id,
        sale_id=sale_id,
        variant_id=variant_id,
        words=cut.words,
        lettering=cut.lettering,
        fee=terms.fee_minor if cut.lettering else 0,
    )
    await _counted(conn, maison_id, sale, by, key, now)


@dataclass(frozen=True, slots=True)
class _Terms:
    letters_max: int
    letterings: list[str] | None
    scripts: list[str] | None
    fee_minor: int


async def name_serial(
    conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID, variant_id: UUID, serial: str, now: datetime
) -> None:
    """This is the piece in the hand: it is the one sold, and the one the books had chosen is free again.

    While the sale is open, paid or not; where all were named already, it takes the place of the first. Raises SerialRefused,
    NotSoldHere, NotToBeHad, SaleOver and those of `sales.locked`.
    """
    sale = (await locked(conn, maison_id=maison_id, by=by, sale_id=sale_id))[0]
    if sale.state != "open":
        raise SaleOver(sale.state)
    line = await maybe(
        conn,
        Named,
        """
        select l.variant_id, l.quantity, l.serials from orders.sale_line l
        where l.maison_id = %(maison_id)s and l.sale_id = %(sale_id)s and l.variant_id = %(variant_id)s
        """,
        maison_id=maison_id,
        sale_id=sale_id,
        variant_id=variant_id,
    )
    if line is None:
        raise NotSoldHere("Ring the piece up first")
    written = as_engraved(serial)
    kept = [one for one in line.serials if one != written]
    named = [*kept[max(0, len(kept) + 1 - line.quantity) :], written]
    await execute(
        conn,
        """
        update orders.sale_line set serials = %(serials)s::text[]
        where maison_id = %(maison_id)s and sale_id = %(sale_id)s and variant_id = %(variant_id)s
        """,
        maison_id=maison_id,
        sale_id=sale_id,
        variant_id=variant_id,
        serials=named,
    )
    if await _lapsed(conn, maison_id, sale, variant_id, now):
        await _hold(conn, maison_id, sale, await lines(conn, maison_id=maison_id, sale=sale), by, now)
    else:
        await choose(conn, maison_id, sale, Named(variant_id, line.quantity, named), by, now)


async def _lapsed(conn: Conn, maison_id: UUID, sale: Sale, variant_id: UUID, now: datetime) -> bool:
    """Whether the sale holds nothing of the variant any more."""
    return not await scalar(
        conn,
        """
        select 1 from stock.hold where maison_id = %(maison_id)s and holder_id = %(sale_id)s and variant_id = %(variant_id)s
          and expires_at > %(now)s
        """,
        maison_id=maison_id,
        sale_id=sale.id,
        variant_id=variant_id,
        now=now,
    )


async def take_out(
    conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID, variant_id: UUID, key: bytes, now: datetime
) -> None:
    """One piece less; it is free at once. Raises those of `untouched`."""
    sale = await untouched(conn, maison_id=maison_id, by=by, sale_id=sale_id)
    less = await execute(
        conn,
        """
        update orders.sale_line set quantity = quantity - 1,
          -- Which one is put back nobody said.
          serials = case when cardinality(serials) < quantity then serials else '{}' end
        where maison_id = %(maison_id)s and sale_id = %(sale_id)s and variant_id = %(variant_id)s and quantity > 1
        """,
        maison_id=maison_id,
        sale_id=sale_id,
        variant_id=variant_id,
    )
    if not less:
        await execute(
            conn,
            """
            delete from orders.sale_line
            where maison_id = %(maison_id)s and sale_id = %(sale_id)s and variant_id = %(variant_id)s
            """,
            maison_id=maison_id,
            sale_id=sale_id,
            variant_id=variant_id,
        )
    await _counted(conn, maison_id, sale, by, key, now)


async def name_client(
    conn: Conn, *, maison_id: UUID, by: Colleague, sale_id: UUID, written: str, key: bytes, now: datetime
) -> None:
    """Who buys, by the mail address or phone number the maison knows them by; '' for somebody unknown.

    Raises NoSuchClient, NotAContactPoint, QuotaReached and those of `untouched`.
    """
    sale = await untouched(conn, maison_id=maison_id, by=by, sale_id=sale_id)
    client: Known | None = None
    if written.strip():
        country = await maybe(
            conn,
            _Country,
            "select country from boutiques.location where maison_id = %(maison_id)s and id = %(id)s",
            maison_id=maison_id,
            id=sale.location_id,
        )
        point = contact_point(written, country.country if country else "")
        client = await accounts.known(conn, maison_id=maison_id, client_id=None, written=point.value)
        if client is None:
            raise NoSuchClient("The maison knows no client of this address or number")
    await execute(
        conn,
        "update orders.sale set client_id = %(client_id)s where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=sale_id,
        client_id=client.id if client else None,
    )
    changed = await read(conn, maison_id=maison_id, sale_id=sale_id)
    assert changed is not None
    await _counted(conn, maison_id, changed, by, key, now)


@dataclass(frozen=True, slots=True)
class _Country:
    country: str


@dataclass(frozen=True, slots=True)
class RungUp:
    """A line of an open sale."""

    variant_id: UUID
    product_id: UUID
    sku: str
    brand: str
    name: str
    colour: str
    size: str
    quantity: int
    unit_price_minor: int
    tax_rate_basis_points: int
    prices_include_tax: bool
    quota_id: UUID | None
    quota_pieces_max: int | None
    quota_period: int | None
    kinds: list[str] | None
    age_min: int | None
    engraving: str
    lettering: str
    engraving_minor: int
    engrave_by: date | None

    def placing(self, maison_id: UUID, location_id: UUID, currency: str) -> PlacingLine:
        """As an order takes it."""
        return PlacingLine(
            maison_id,
            self.variant_id,
            self.product_id,
            self.sku,
            self.brand,
            self.name,
            self.colour,
            self.size,
            self.quantity,
            location_id,
            currency,
            self.unit_price_minor,
            self.tax_rate_basis_points,
            self.prices_include_tax,
            self.quota_id,
            self.quota_pieces_max,
            self.quota_period,
            kinds=self.kinds,
            age_min=self.age_min,
            engraving=self.engraving,
            lettering=self.lettering,
            engraving_minor=self.engraving_minor,
            engrave_by=self.engrave_by,
        )


async def lines(conn: Conn, *, maison_id: UUID, sale: Sale) -> list[PlacingLine]:
    """What was rung up, in its order."""
    found = await many(
        conn,
        RungUp,
        """
        select variant_id, product_id, sku, brand, name, colour, size, quantity, unit_price_minor, tax_rate_basis_points,
          prices_include_tax, quota_id, quota_pieces_max, quota_period, kinds, age_min, engraving, lettering, engraving_minor,
          engrave_by
        from orders.sale_line where maison_id = %(maison_id)s and sale_id = %(sale_id)s order by rung_up_at, variant_id
        """,
        maison_id=maison_id,
        sale_id=sale.id,
    )
    return [line.placing(maison_id, sale.location_id, sale.currency) for line in found]


async def count_quotas(
    conn: Conn,
    *,
    maison_id: UUID,
    sale: Sale,
    client: Known | None,
    rung: list[PlacingLine],
    key: bytes,
    now: datetime,
) -> None:
    """Counts limited pieces for a known client, once. Raises QuotaReached."""
    if client is None:
        return
    marks = {
        mark
        for point in client.points
        for mark in marks_of(
            key,
            maison_id,
            contact=Contact("", point if "@" in point else "", "" if "@" in point else point, None, ""),
            client_id=client.id,
        )
    } | set(marks_of(key, maison_id, contact=None, client_id=client.id))
    await quota_counts.count(
        conn,
        maison_id=maison_id,
        checkout_id=sale.id,
        taken=quota_counts.shares(rung),
        marks=sorted(marks),
        now=now,
    )


async def _counted(conn: Conn, maison_id: UUID, sale: Sale, by: Colleague, key: bytes, now: datetime) -> None:
    """After a change: the total, what counts for the client's quota, the pieces held, and the day of what is engraved."""
    rung = await lines(conn, maison_id=maison_id, sale=sale)
    await execute(
        conn,
        """
        update orders.sale set total_minor = %(total)s, changed_at = %(now)s
        where maison_id = %(maison_id)s and id = %(id)s and state = 'open'
        """,
        maison_id=maison_id,
        id=sale.id,
        total=sum(line.total.minor for line in rung),
        now=now,
    )
    await quota_counts.forget(conn, maison_id=maison_id, checkout_id=sale.id)
    client = (
        await accounts.known(conn, maison_id=maison_id, client_id=sale.client_id) if sale.client_id else None
    )
    await count_quotas(conn, maison_id=maison_id, sale=sale, client=client, rung=rung, key=key, now=now)
    await _hold(conn, maison_id, sale, rung, by, now)


async def _hold(
    conn: Conn, maison_id: UUID, sale: Sale, rung: list[PlacingLine], by: Colleague, now: datetime
) -> None:
    """Holds what is rung up anew; of serialised pieces those that were named. Raises NotToBeHad, SerialRefused."""
    await holds.release(conn, maison_id=maison_id, holder_id=sale.id)
    if not rung:
        await workshops.leave(conn, maison_id=maison_id, holder_id=sale.id, pieces=0)
        return
    try:
        await holds.claim(
            conn,
            maison_id=maison_id,
            purpose="sale",
            holder_id=sale.id,
            demands=[holds.Demand(sale.location_id, line.variant_id, line.quantity) for line in rung],
            method="counter",
            expires_at=now + HELD_FOR,
            now=now,
        )
    except holds.NotEnoughStock as lack:
        raise NotToBeHad(await _why(conn, maison_id, lack.lacking[0], now)) from lack
    for line in await many(
        conn,
        Named,
        """
        select variant_id, quantity, serials from orders.sale_line
        where maison_id = %(maison_id)s and sale_id = %(sale_id)s and cardinality(serials) > 0 order by variant_id
        """,
        maison_id=maison_id,
        sale_id=sale.id,
    ):
        await choose(conn, maison_id, sale, line, by, now)
    await _room(conn, maison_id, sale, now)


async def _room(conn: Conn, maison_id: UUID, sale: Sale, now: datetime) -> None:
    """Holds a workshop's room for what is to be engraved, on the first day there is. Raises NoRoomToEngrave."""
    await workshops.leave(conn, maison_id=maison_id, holder_id=sale.id, pieces=0)
    day = await maybe(
        conn,
        _Promised,
        """
        with promised as (
          select public_facts.engraved_by(%(maison_id)s, (select sum(l.quantity)::integer from orders.sale_line l
            where l.maison_id = %(maison_id)s and l.sale_id = %(sale_id)s and l.lettering <> ''), %(now)s) as day
        ), said as (
          update orders.sale_line l set engrave_by = p.day from promised p
          where l.maison_id = %(maison_id)s and l.sale_id = %(sale_id)s and l.lettering <> ''
          returning l.variant_id
        )
        select p.day, exists (select 1 from public_facts.workshop w where w.maison_id = %(maison_id)s) as workshop
        from promised p where exists (select 1 from said)
        """,
        maison_id=maison_id,
        sale_id=sale.id,
        now=now,
    )
    if day is None or (day.day is None and not day.workshop):
        return
    try:
        if day.day is None:
            raise workshops.NoRoom
        rung = await lines(conn, maison_id=maison_id, sale=sale)
        await engraving_room.hold(
            conn, maison_id=maison_id, checkout_id=sale.id, lines=rung, until=now + HELD_FOR, now=now
        )
    except workshops.NoRoom as error:
        raise NoRoomToEngrave("No workshop has room for it in the next weeks") from error


@dataclass(frozen=True, slots=True)
class _Promised:
    day: date | None
    workshop: bool


@dataclass(frozen=True, slots=True)
class _There:
    on_hand: int
    unavailable: int
    held_until: datetime | None
    zone: str
    orders: list[str]


async def _why(conn: Conn, maison_id: UUID, lack: holds.Lack, now: datetime) -> str:
    """What keeps the pieces that are there, in words an advisor can act upon."""
    found = await maybe(
        conn,
        _There,
        """
        select p.on_hand, p.unavailable, (select max(h.expires_at) from stock.hold h where h.maison_id = p.maison_id
            and h.location_id = p.location_id and h.variant_id = p.variant_id and h.expires_at > %(now)s) as held_until,
          b.zone, array(select distinct o.number from stock.allocation a
            join orders.order_line l on l.maison_id = a.maison_id and l.id = a.order_line_id
            join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
            where a.maison_id = p.maison_id and a.location_id = p.location_id and a.variant_id = p.variant_id
            order by 1 limit 3) as orders
        from stock.position p join boutiques.location b on b.maison_id = p.maison_id and b.id = p.location_id
        where p.maison_id = %(maison_id)s and p.location_id = %(location_id)s and p.variant_id = %(variant_id)s
        """,
        maison_id=maison_id,
        location_id=lack.location_id,
        variant_id=lack.variant_id,
        now=now,
    )
    if found is None or found.on_hand == 0:
        return "By the books there is none of it here: sell it from another place, or count it in"
    reasons: list[str] = []
    if found.orders:
        reasons.append(f"promised to order {', '.join(found.orders)}")
    if found.held_until is not None:
        until = found.held_until.astimezone(zone_of(found.zone))
        reasons.append(f"held for somebody who is buying it, until {until:%H:%M}")
    if found.unavailable:
        reasons.append("on display or otherwise not for sale")
    return f"It is {' and '.join(reasons)}" if reasons else "There are no more of it here"
