"""What the overview reads: each list in one statement, whatever the maison's size."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many, one

IMPORTS_SHOWN = 8
PLACES_MAX = 300


@dataclass(frozen=True, slots=True)
class Published:
    """How much clients can see, of how much there is."""

    products: int
    products_published: int
    variants_published: int
    boutiques: int
    boutiques_published: int
    without_picture: int


async def published(conn: Conn, *, maison_id: UUID) -> Published:
    """Counted now."""
    return await one(
        conn,
        Published,
        """
        select p.products, p.products_published, p.without_picture, l.boutiques, l.boutiques_published,
          (select count(*) from catalogue.variant v join catalogue.product q on q.maison_id = v.maison_id
            and q.id = v.product_id where v.maison_id = %(maison_id)s and q.published) as variants_published
        from (select count(*) as products, count(*) filter (where p.published) as products_published,
            count(*) filter (where p.published and not exists (select 1 from catalogue.picture g
              where g.maison_id = p.maison_id and g.product_id = p.id)) as without_picture
          from catalogue.product p where p.maison_id = %(maison_id)s) p
        cross join (select count(*) as boutiques, count(*) filter (where published) as boutiques_published
          from boutiques.location where maison_id = %(maison_id)s and kind = 'boutique') l
        """,
        maison_id=maison_id,
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """A language of the maison's markets, with what is not written in it yet."""

    language: str
    products: int
    story: bool


async def gaps(conn: Conn, *, maison_id: UUID) -> list[Gap]:
    """Every language the maison sells in; those with nothing missing too."""
    return await many(
        conn,
        Gap,
        """
        select l.code as language, not exists (select 1 from maisons.maison_text t
            where t.maison_id = %(maison_id)s and t.language = l.code) as story,
          (select count(*) from catalogue.product p where p.maison_id = %(maison_id)s and p.published
            and not exists (select 1 from catalogue.product_text x where x.maison_id = p.maison_id
              and x.product_id = p.id and x.language = l.code)) as products
        from (select distinct unnest(languages) as code from maisons.market where maison_id = %(maison_id)s) l
        order by products desc, l.code
        """,
        maison_id=maison_id,
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One import."""

    kind: str
    format: str
    file_name: str
    rows_read: int
    rows_taken: int
    rows_refused: int
    dry_run: bool
    started_at: datetime
    finished_at: datetime | None


async def imports(conn: Conn, *, maison_id: UUID) -> list[Run]:
    """The last ones, newest first."""
    return await many(
        conn,
        Run,
        """
        select kind, format, file_name, rows_read, rows_taken, rows_refused, dry_run, started_at, finished_at
        from base.import_run where maison_id = %(maison_id)s order by id desc limit %(most)s
        """,
        maison_id=maison_id,
        most=IMPORTS_SHOWN,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A location: what it opts into, what it keeps back, what was there when the job added up (`added_up_at`).

    Without a total nothing was counted there by then.
    """

    code: str
    name: str
    city: str
    kind: str
    zone: str
    published: bool
    collect: bool
    reserve: bool
    ship: bool
    safety_collect: int
    safety_ship: int
    on_hand: int
    unavailable: int
    allocated: int
    held: int
    oldest_count: datetime | None
    added_up_at: datetime | None


async def places(conn: Conn, *, maison_id: UUID) -> list[Place]:
    """Boutiques first, by city. Their stock is of the moment it was added up."""
    return await many(
        conn,
        Place,
        """
        select l.code, l.name, l.city, l.kind, l.zone, l.published, coalesce(e.collect, false) as collect,
          coalesce(e.reserve, false) as reserve, coalesce(e.ship, false) as ship,
          coalesce(e.safety_collect, 0) as safety_collect, coalesce(e.safety_ship, 0) as safety_ship,
          coalesce(q.on_hand, 0) as on_hand, coalesce(q.unavailable, 0) as unavailable,
          coalesce(q.allocated, 0) as allocated, coalesce(q.held, 0) as held, q.oldest_count, q.added_up_at
        from boutiques.location l
        left join stock.exposure e on e.maison_id = l.maison_id and e.location_id = l.id
        left join stock.place_total q on q.maison_id = l.maison_id and q.location_id = l.id
        where l.maison_id = %(maison_id)s
        order by l.kind <> 'boutique', l.kind, l.city, l.name, l.code limit %(most)s
        """,
        maison_id=maison_id,
        most=PLACES_MAX,
    )
