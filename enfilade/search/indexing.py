"""From published facts to documents: pieces, maisons, boutiques, stories. Each verb may be repeated at any time."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from enfilade.base.db import Conn, execute, many
from enfilade.search.documents import Document, write
from enfilade.search.meanings import colours_of, meanings, meant

PIECES_AT_ONCE = 500
#: Families and colours as catalogues write them, against what is understood.
_GENDERS = {"women": ["for:women"], "men": ["for:men"], "unisex": ["for:women", "for:men"]}
_METALS = {"material:gold", "material:platinum", "material:silver", "material:steel"}
_OF_METAL = {f"kind:{kind}" for kind in ("ring", "necklace", "bracelet", "earrings", "watch")}


async def alone(conn: Conn, *, maison_id: UUID) -> None:
    """Who indexes a maison waits for whoever else does, and reads what they have committed."""
    await execute(
        conn,
        "select pg_advisory_xact_lock(hashtextextended('search:' || %(maison_id)s::text, 0))",
        maison_id=maison_id,
    )


async def index_pieces(conn: Conn, *, maison_id: UUID, product_ids: list[UUID] | None = None) -> int:
    """Documents of these pieces, or of all; a piece that is not published any more has none. Returns how many there are."""
    await alone(conn, maison_id=maison_id)
    if product_ids is None:
        found = await many(
            conn,
            _Id,
            """
            select id from public_facts.product where maison_id = %(maison_id)s
            union select id from public_facts.search_document where maison_id = %(maison_id)s and kind = 'piece'
            """,
            maison_id=maison_id,
        )
        product_ids = [row.id for row in found]
    count = 0
    for start in range(0, len(product_ids), PIECES_AT_ONCE):
        ids = product_ids[start : start + PIECES_AT_ONCE]
        rows = await _pieces(conn, maison_id, ids)
        count += len(rows)
        await write(conn, maison_id=maison_id, kind="piece", ids=ids, documents=[_piece(row) for row in rows])
    return count


async def index_maison(conn: Conn, *, maison_id: UUID) -> None:
    """The maison's own document. The group sells nothing and has none."""
    await alone(conn, maison_id=maison_id)
    rows = await many(
        conn,
        _Maison,
        """
        select m.maison_id as id, m.slug, m.name, m.segment, coalesce(m.city, '') as city, m.theme,
          coalesce((select jsonb_agg(jsonb_build_object('tagline', t.tagline, 'story', t.story) order by t.language)
            from public_facts.maison_text t where t.maison_id = m.maison_id), '[]') as texts
        from public_facts.maison m where m.maison_id = %(maison_id)s and m.kind in ('maison', 'retailer')
        """,
        maison_id=maison_id,
    )
    await write(
        conn,
        maison_id=maison_id,
        kind="maison",
        ids=None,
        documents=[
            Document(
                "maison",
                row.id,
                [row.name],
                labels=[row.city, row.segment.replace("_", " "), *(text["tagline"] for text in row.texts)],
                texts=[text["story"] for text in row.texts],
            )
            for row in rows
        ],
    )


async def index_boutiques(conn: Conn, *, maison_id: UUID, location_ids: list[UUID] | None = None) -> None:
    """Documents of these boutiques, or of all; other places are not for clients to find."""
    await alone(conn, maison_id=maison_id)
    rows = await many(
        conn,
        _Boutique,
        """
        select b.id, b.name, b.city, b.country, b.postcode, b.address, m.name as maison
        from public_facts.boutique b join public_facts.maison m on m.maison_id = b.maison_id
        where b.maison_id = %(maison_id)s and b.kind = 'boutique'
          and (%(ids)s::uuid[] is null or b.id = any(%(ids)s::uuid[]))
        """,
        maison_id=maison_id,
        ids=location_ids,
    )
    await write(
        conn,
        maison_id=maison_id,
        kind="boutique",
        ids=location_ids,
        documents=[
            Document(
                "boutique",
                row.id,
                [row.name, row.city],
                labels=[
                    row.maison,
                    row.postcode,
                    row.address,
                    "boutique boutiques store winkel magasin 门店 精品店",
                ],
            )
            for row in rows
        ],
    )


async def index_stories(conn: Conn, *, maison_id: UUID, story_ids: list[UUID] | None = None) -> None:
    """Documents of these stories, or of all; where and when each is shown is asked when somebody searches."""
    await alone(conn, maison_id=maison_id)
    rows = await many(
        conn,
        _Story,
        """
        select s.id, m.name as maison, coalesce((select jsonb_agg(jsonb_build_object('title', t.title,
            'standfirst', t.standfirst, 'plain', t.plain) order by t.language)
            from public_facts.story_text t where t.story_id = s.id), '[]') as texts
        from public_facts.story s join public_facts.maison m on m.maison_id = s.maison_id
        where s.maison_id = %(maison_id)s and (%(ids)s::uuid[] is null or s.id = any(%(ids)s::uuid[]))
        """,
        maison_id=maison_id,
        ids=story_ids,
    )
    await write(
        conn,
        maison_id=maison_id,
        kind="story",
        ids=story_ids,
        documents=[
            Document(
                "story",
                row.id,
                [text["title"] for text in row.texts],
                labels=[row.maison, *(text["standfirst"] for text in row.texts)],
                texts=[text["plain"] for text in row.texts],
            )
            for row in rows
        ],
    )


async def index_all(conn: Conn, *, maison_id: UUID) -> int:
    """Everything the maison has published; how many pieces that is."""
    await index_maison(conn, maison_id=maison_id)
    await index_boutiques(conn, maison_id=maison_id)
    await index_stories(conn, maison_id=maison_id)
    return await index_pieces(conn, maison_id=maison_id)


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Piece:
    id: UUID
    brand: str
    maison: str
    family: str
    gender: str
    position: int
    texts: list[dict[str, str]]
    variants: list[dict[str, Any]]
    prices: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Maison:
    id: UUID
    slug: str
    name: str
    segment: str
    city: str
    theme: dict[str, Any]
    texts: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Boutique:
    id: UUID
    name: str
    city: str
    country: str
    postcode: str
    address: str
    maison: str


@dataclass(frozen=True, slots=True)
class _Story:
    id: UUID
    maison: str
    texts: list[dict[str, str]]


async def _pieces(conn: Conn, maison_id: UUID, ids: list[UUID]) -> list[_Piece]:
    return await many(
        conn,
        _Piece,
        """
        select p.id, p.brand, m.name as maison, p.family, p.gender, p.position,
          coalesce((select jsonb_agg(jsonb_build_object('name', t.name, 'description', t.description,
              'materials', t.materials, 'language', t.language) order by t.language)
            from public_facts.product_text t where t.product_id = p.id), '[]') as texts,
          coalesce((select jsonb_agg(jsonb_build_object('sku', coalesce(v.sku, ''), 'colour', v.colour, 'size', v.size)
              order by v.position, v.id)
            from public_facts.variant v where v.product_id = p.id), '[]') as variants,
          coalesce((select jsonb_object_agg(r.market, r.low) from (
            select c.market, min(c.amount_minor) as low from public_facts.variant v
            join public_facts.price c on c.variant_id = v.id where v.product_id = p.id group by c.market) r), '{}') as prices
        from public_facts.product p join public_facts.maison m on m.maison_id = p.maison_id
        where p.maison_id = %(maison_id)s and p.id = any(%(ids)s::uuid[])
        """,
        maison_id=maison_id,
        ids=ids,
    )


def _piece(row: _Piece) -> Document:
    names = list(dict.fromkeys(text["name"] for text in row.texts))
    colours = list(dict.fromkeys(variant["colour"] for variant in row.variants if variant["colour"]))
    sizes = list(dict.fromkeys(variant["size"] for variant in row.variants if variant["size"]))
    materials = [text["materials"] for text in row.texts]
    return Document(
        "piece",
        row.id,
        names,
        labels=list(dict.fromkeys([row.brand, row.maison, row.family.replace("_", " "), *colours, *sizes])),
        texts=[*materials, *(text["description"] for text in row.texts)],
        codes=[variant["sku"] for variant in row.variants if variant["sku"]],
        facets=_facets(row, names, colours, materials),
        prices=row.prices,
        position=row.position,
    )


def _facets(row: _Piece, names: list[str], colours: list[str], materials: list[str]) -> list[str]:
    codes = meanings().codes
    kinds = codes["kind"].get(row.family.lower()) or meant("kind", row.family)
    if not kinds and row.family:
        kinds = (f"kind:{row.family.lower()}",)
    found: dict[str, None] = dict.fromkeys(kinds)
    for colour in colours:
        found.update(dict.fromkeys(colours_of(colour)))
    for text in [*names, *colours, *materials]:
        # Of a bag the clasp alone is metal.
        made_of = (one for one in meant("material", text) if one not in _METALS or _OF_METAL & found.keys())
        found.update(dict.fromkeys(made_of))
    found.update(dict.fromkeys(_GENDERS.get(row.gender, [])))
    return list(found)
