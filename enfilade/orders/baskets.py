"""Baskets: what a visitor of a store has put aside, of one maison or several. Nothing is held yet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.base.money import Money
from enfilade.catalogue.engraving import PLAIN, Wished, checked

LINES_MAX = 30


class NotSold(Exception):
    """This store does not sell this piece."""


class TooMany(Exception):
    """More of one piece, or more lines, than the maison sells at once."""

    def __init__(self, most: int) -> None:
        super().__init__(f"at most {most} at once")
        self.most = most


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A variant in the basket as the store shows it today; `unit` is the market's published price, None: not sold there.

    `brand` is that of a store's third-party brand, `seller_name` that of the company which sells instead of the store.
    `sendable`: the law lets a parcel with it reach the market from some place that has it. `engraving`: the words cut on it in
    `lettering`, '' for none; `engraving_minor` is what that costs on each piece, and is in its price.
    """

    selling_maison_id: UUID
    maison_slug: str
    maison_name: str
    variant_id: UUID
    product_id: UUID
    slug: str
    name: str
    text_language: str
    colour: str
    size: str
    picture: str
    quantity: int
    currency: str | None
    amount_minor: int | None
    quota_pieces_max: int | None
    brand: str
    seller_name: str
    sendable: bool
    engraving: str
    lettering: str
    engraving_minor: int

    @property
    def unit(self) -> Money | None:
        if self.amount_minor is None or self.currency is None:
            return None
        return Money(self.amount_minor + self.engraving_minor, self.currency)

    @property
    def engraving_cost(self) -> Money:
        """Of each piece."""
        assert self.currency is not None
        return Money(self.engraving_minor, self.currency)

    @property
    def total(self) -> Money | None:
        return self.unit * self.quantity if self.unit else None


@dataclass(frozen=True, slots=True)
class Basket:
    """The open basket; `id` is None while there is none."""

    id: UUID | None
    lines: list[BasketLine]

    @property
    def totals(self) -> list[Money]:
        """One a currency."""
        sums: dict[str, Money] = {}
        for line in self.lines:
            if line.total is not None:
                before = sums.get(line.total.currency)
                sums[line.total.currency] = before + line.total if before else line.total
        return list(sums.values())


@dataclass(frozen=True, slots=True)
class _Sold:
    maison_id: UUID
    most: int
    letters_max: int
    letterings: list[str] | None
    scripts: list[str] | None
    basket_id: UUID | None
    lines: int


async def put(
    conn: Conn,
    *,
    maison_id: UUID,
    store_id: UUID,
    visitor_id: UUID,
    variant_id: UUID,
    quantity: int,
    now: datetime,
    wished: Wished = PLAIN,
) -> None:
    """Adds `quantity` of a published variant, engraved as `wished`: with other words it is another line.

    Raises NotSold, TooMany, engraving.NotEngraved, TooLong, LetteringNotOffered.
    """
    await _write(conn, maison_id, store_id, visitor_id, variant_id, quantity, now, wished, add=True)


async def change(
    conn: Conn,
    *,
    maison_id: UUID,
    store_id: UUID,
    visitor_id: UUID,
    variant_id: UUID,
    quantity: int,
    now: datetime,
    wished: Wished = PLAIN,
) -> None:
    """Sets the quantity of a line, named by its variant and its words as they stand there; 0 takes it out.

    Raises as `put`.
    """
    if quantity == 0:
        await execute(
            conn,
            """
            delete from orders.basket_line l using orders.basket b
            where b.maison_id = %(maison_id)s and b.store_id = %(store_id)s and b.visitor_id = %(visitor_id)s
              and b.state = 'open' and l.maison_id = b.maison_id and l.basket_id = b.id and l.variant_id = %(variant_id)s
              and l.engraving = %(words)s and l.lettering = %(lettering)s
            """,
            maison_id=maison_id,
            store_id=store_id,
            visitor_id=visitor_id,
            variant_id=variant_id,
            words=wished.words,
            lettering=wished.lettering,
        )
        return
    await _write(conn, maison_id, store_id, visitor_id, variant_id, quantity, now, wished, add=False)


async def _write(
    conn: Conn,
    maison_id: UUID,
    store_id: UUID,
    visitor_id: UUID,
    variant_id: UUID,
    quantity: int,
    now: datetime,
    wished: Wished,
    *,
    add: bool,
) -> None:
    sold = await maybe(
        conn,
        _Sold,
        """
        with sold as (
          select v.maison_id, t.pieces_per_line_max as most, p.engraving_letters_max as letters_max, e.letterings, e.scripts
          from public_facts.variant v
          join public_facts.product p on p.id = v.product_id
          join public_facts.store_maison s on s.store_id = %(store_id)s and s.maison_id = v.maison_id
          join public_facts.promise_terms t on t.maison_id = v.maison_id
          left join public_facts.engraving_terms e on e.maison_id = v.maison_id
          where v.id = %(variant_id)s
        ), kept as (
          insert into orders.basket (maison_id, id, store_id, visitor_id, state, created_at, changed_at)
          select %(maison_id)s, %(id)s, %(store_id)s, %(visitor_id)s, 'open', %(now)s, %(now)s
          from sold where %(quantity)s between 1 and most
          on conflict (maison_id, store_id, visitor_id, region) where state = 'open' do update set changed_at = %(now)s
          returning id
        )
        select s.*, k.id as basket_id, (select count(*) from orders.basket_line l
          where l.maison_id = %(maison_id)s and l.basket_id = k.id)::integer as lines
        from sold s left join kept k on true
        """,
        maison_id=maison_id,
        id=new_id(now),
        store_id=store_id,
        visitor_id=visitor_id,
        variant_id=variant_id,
        quantity=quantity,
        now=now,
    )
    if sold is None:
        raise NotSold
    if sold.basket_id is None:
        raise TooMany(sold.most)
    if sold.lines >= LINES_MAX and add:
        raise TooMany(LINES_MAX)
    cut = checked(wished, sold.letters_max, sold.letterings, sold.scripts)
    written = await execute(
        conn,
        """
        insert into orders.basket_line as l (maison_id, basket_id, selling_maison_id, variant_id, quantity, added_at, engraving,
          lettering)
        values (%(maison_id)s, %(basket_id)s, %(selling)s, %(variant_id)s, %(quantity)s, %(now)s, %(words)s, %(lettering)s)
        on conflict on constraint one_line_per_variant do update
          set quantity = case when %(add)s then l.quantity + excluded.quantity else excluded.quantity end
          where case when %(add)s then l.quantity + excluded.quantity else excluded.quantity end <= %(most)s
        """,
        maison_id=maison_id,
        basket_id=sold.basket_id,
        selling=sold.maison_id,
        variant_id=variant_id,
        quantity=quantity,
        words=cut.words,
        lettering=cut.lettering,
        add=add,
        most=sold.most,
        now=now,
    )
    if not written:
        raise TooMany(sold.most)


@dataclass(frozen=True, slots=True)
class _Line(BasketLine):
    basket_id: UUID


async def count(conn: Conn, *, maison_id: UUID, store_id: UUID, visitor_id: UUID) -> int:
    """How many pieces the visitor's open basket holds."""
    found = await scalar(
        conn,
        """
        select sum(l.quantity)::integer from orders.basket b
        join orders.basket_line l on l.maison_id = b.maison_id and l.basket_id = b.id
        where b.maison_id = %(maison_id)s and b.store_id = %(store_id)s and b.visitor_id = %(visitor_id)s and b.state = 'open'
        """,
        maison_id=maison_id,
        store_id=store_id,
        visitor_id=visitor_id,
    )
    return int(found or 0)


async def read(
    conn: Conn, *, maison_id: UUID, store_id: UUID, visitor_id: UUID, market: str, language: str
) -> Basket:
    """The visitor's open basket with today's names and prices; pieces no longer published are left out."""
    rows = await many(
        conn,
        _Line,
        """
        select b.id as basket_id, l.selling_maison_id, m.slug as maison_slug, m.name as maison_name, l.variant_id,
          v.product_id, p.slug, t.name, t.language as text_language, v.colour, v.size,
          coalesce(p.pictures -> 0 ->> 'name', '') as picture, l.quantity, r.currency, r.amount_minor,
          q.pieces_max as quota_pieces_max, coalesce(h.name, '') as brand, coalesce(h.seller_name, '') as seller_name,
          cardinality(p.kinds) = 0
            or public_facts.sendable(l.selling_maison_id, l.variant_id, p.kinds, %(market)s) as sendable,
          l.engraving, l.lettering, case when l.lettering = '' or r.currency is null then 0
            else coalesce(e.amount_minor, 0) end as engraving_minor
        from orders.basket b
        join orders.basket_line l on l.maison_id = b.maison_id and l.basket_id = b.id
        join public_facts.variant v on v.id = l.variant_id
        join public_facts.product p on p.id = v.product_id
        left join public_facts.brand h on h.maison_id = p.maison_id and h.id = p.brand_id
        join public_facts.maison m on m.maison_id = l.selling_maison_id
        cross join lateral (select x.name, x.language from public_facts.product_text x where x.product_id = v.product_id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t
        left join public_facts.price r on r.variant_id = l.variant_id and r.market = %(market)s
          and public_facts.may_be_sold(v.product_id, b.store_id, %(market)s, now())
        left join public_facts.quota q on q.product_id = v.product_id
        left join public_facts.engraving_fee e on e.maison_id = l.selling_maison_id and e.market = %(market)s
        where b.maison_id = %(maison_id)s and b.store_id = %(store_id)s and b.visitor_id = %(visitor_id)s and b.state = 'open'
        order by m.name, l.added_at, l.variant_id, l.engraving
        """,
        maison_id=maison_id,
        store_id=store_id,
        visitor_id=visitor_id,
        market=market,
        language=language,
    )
    return Basket(rows[0].basket_id if rows else None, [*rows])
