"""Products are written once, renamed never doubled, priced by date, published in the same transaction."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, scalar
from enfilade.catalogue.entries import PictureEntry, PriceEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.products import Upserted, upsert_products
from enfilade.catalogue.publish import publish_products
from tests.maisons.house import NOW, founded


def variant(size: str, sku: str | None = None, euros: int = 1000, line: int = 2) -> VariantEntry:
    prices = [PriceEntry("fr", "EUR", euros * 100)]
    return VariantEntry(line, {"size": size} if size else {}, sku, prices=prices)


def product(*variants: VariantEntry, handle: str = "sac") -> ProductEntry:
    texts = [TextEntry("fr", "Sac", "Cuir.")]
    return ProductEntry(1, handle, texts=texts, variants=list(variants), pictures=[PictureEntry("bag-noir")])


async def write(
    db: Db, maison_id: UUID, *products: ProductEntry, source: str = "main", now: datetime = NOW
) -> Upserted:
    async with db.acting(Actor.importer(), maison_id) as conn:
        return await upsert_products(
            conn, maison_id=maison_id, source=source, products=list(products), now=now
        )


async def shown(db: Db) -> list[str]:
    async with db.public() as conn:
        return await _shown(conn)


async def _shown(conn: Conn) -> list[str]:
    return await scalar(
        conn,
        """
        select coalesce(array_agg(concat_ws(' ', p.slug, v.size, v.sku, r.amount_minor) order by p.slug, v.position),
          '{}')
        from public_facts.product p left join public_facts.variant v on v.product_id = p.id
        left join public_facts.price r on r.variant_id = v.id
        """,
    )


async def test_the_same_again_writes_no_row(db: Db, admin):
    maison_id = await founded(db)
    first = await write(db, maison_id, product(variant("S", "A"), variant("M")))
    assert (first.new, first.variants_new, first.prices_changed) == (1, 2, 2)
    tables = (
        "catalogue.product", "catalogue.product_text", "catalogue.variant", "catalogue.price", "catalogue.picture",
        "public_facts.product", "public_facts.product_text", "public_facts.variant", "public_facts.price",
    )  # fmt: skip
    versions = " union all ".join(f"select '{t}', xmin::text, ctid::text from {t}" for t in tables)
    before = sorted(admin(versions))
    again = await write(db, maison_id, product(variant("S", "A"), variant("M")), now=NOW + timedelta(days=1))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    assert sorted(admin(versions)) == before
    assert len(before) == 1 + 1 + 2 + 2 + 1 + 1 + 1 + 2 + 2


async def test_a_later_sku_renames_the_variant(db: Db):
    maison_id = await founded(db)
    first = await write(db, maison_id, product(variant("S"), variant("M")))
    later = await write(db, maison_id, product(variant("S", "A"), variant("M", "B")))
    assert later.variant_ids == first.variant_ids
    assert await shown(db) == ["brisseval-sac S A 100000", "brisseval-sac M B 100000"]
    other = await write(db, maison_id, product(variant("S", "A2"), variant("M")))
    assert other.variant_ids == first.variant_ids, "a new SKU for the same options is the same variant"
    assert await shown(db) == ["brisseval-sac S A2 100000", "brisseval-sac M B 100000"]


async def test_a_sku_keeps_its_variant_when_options_are_renamed_or_exchanged(db: Db):
    maison_id = await founded(db)
    first = await write(db, maison_id, product(variant("S", "A"), variant("M", "B")))
    swapped = await write(db, maison_id, product(variant("M", "A"), variant("S", "B")))
    assert swapped.refused == []
    assert swapped.variant_ids["sac", "size=m"] == first.variant_ids["sac", "size=s"]
    assert await shown(db) == ["brisseval-sac M A 100000", "brisseval-sac S B 100000"]


async def test_a_sku_that_would_move_to_another_product_is_refused(db: Db):
    maison_id = await founded(db)
    await write(db, maison_id, product(variant("S", "A")))
    moved = await write(db, maison_id, product(variant("S", "A", line=7), variant("M", "B"), handle="malle"))
    assert [(r.line, r.column, r.value) for r in moved.refused] == [(7, "sku", "A")]
    assert "“sac”" in moved.refused[0].reason
    assert await shown(db) == ["brisseval-malle M B 100000", "brisseval-sac S A 100000"]


async def test_a_product_all_of_whose_variants_are_refused_does_not_appear(db: Db):
    maison_id = await founded(db)
    await write(db, maison_id, product(variant("S", "A")))
    moved = await write(db, maison_id, product(variant("S", "A"), handle="malle"))
    assert (moved.new, len(moved.refused)) == (0, 1)
    assert await shown(db) == ["brisseval-sac S A 100000"]


async def test_options_taken_by_a_variant_the_file_leaves_out_are_refused(db: Db):
    maison_id = await founded(db)
    await write(db, maison_id, product(variant("S", "A"), variant("M", "B")))
    partial = await write(db, maison_id, product(variant("M", "A")))
    assert [(r.column, r.value) for r in partial.refused] == [("options", "size=m")]
    assert await shown(db) == ["brisseval-sac S A 100000", "brisseval-sac M B 100000"]


async def test_repeated_sizes_are_one_variant_and_contradictions_are_refused(db: Db):
    maison_id = await founded(db)
    told = await write(
        db,
        maison_id,
        product(
            variant("S"),
            variant("s ", "A"),
            variant("S", "A"),
            variant("S", "B", line=9),
            variant("M", "A", line=10),
        ),
    )
    assert [(r.line, r.value) for r in told.refused] == [(9, "B"), (10, "A")]
    assert await shown(db) == ["brisseval-sac S A 100000"]


async def test_one_import_twice_in_the_same_batch_is_merged(db: Db):
    maison_id = await founded(db)
    told = await write(db, maison_id, product(variant("S", "A")), product(variant("M", "B")))
    assert told.new == 1
    assert await shown(db) == ["brisseval-sac S A 100000", "brisseval-sac M B 100000"]


async def test_a_price_is_appended_only_when_it_changes(db: Db, admin):
    maison_id = await founded(db)
    day = timedelta(days=1)
    for euros, now in ((1000, NOW), (1000, NOW + day), (1200, NOW + 2 * day), (1200, NOW + 3 * day)):
        await write(db, maison_id, product(variant("S", "A", euros)), now=now)
    history = admin("select valid_from, amount_minor from catalogue.price order by valid_from")
    assert history == [(NOW, 100000), (NOW + 2 * day, 120000)]
    assert await shown(db) == ["brisseval-sac S A 120000"]


async def test_a_price_that_begins_later_is_published_when_its_day_comes(db: Db, admin):
    maison_id = await founded(db)
    await write(db, maison_id, product(variant("S", "A")))
    admin(
        "insert into catalogue.price select maison_id, variant_id, market, %s, currency, 150000 from catalogue.price",
        [NOW + timedelta(days=3)],
    )
    async with db.acting(Actor.job(), maison_id) as conn:
        await publish_products(conn, maison_id=maison_id, now=NOW + timedelta(days=2))
        assert await _shown(conn) == ["brisseval-sac S A 100000"]
        await publish_products(conn, maison_id=maison_id, now=NOW + timedelta(days=4))
        assert await _shown(conn) == ["brisseval-sac S A 150000"]


async def test_an_unpublished_product_leaves_nothing_behind(db: Db, admin):
    maison_id = await founded(db)
    await write(db, maison_id, product(variant("S", "A")))
    await write(db, maison_id, replace(product(variant("S", "A")), published=False))
    for table in ("product", "product_text", "variant", "price"):
        assert admin(f"select count(*) from public_facts.{table}") == [(0,)], table
    await write(db, maison_id, replace(product(variant("S", "A")), published=True))
    assert await shown(db) == ["brisseval-sac S A 100000"]


async def test_what_is_not_said_stays(db: Db, admin):
    maison_id = await founded(db)
    await write(db, maison_id, replace(product(variant("S", "A")), family="bag", made_in="FR"))
    bare = ProductEntry(1, "sac", texts=[TextEntry("nl", "Tas")], variants=[VariantEntry(2, {"size": "S"})])
    await write(db, maison_id, bare)
    assert admin("select family, made_in, brand, jsonb_array_length(pictures) from public_facts.product") == [
        ("bag", "FR", "Brisseval", 1)
    ]
    assert admin("select language, name, description from public_facts.product_text order by 1") == [
        ("fr", "Sac", "Cuir."),
        ("nl", "Tas", ""),
    ]


async def test_a_new_piece_needs_a_name(db: Db):
    maison_id = await founded(db)
    told = await write(
        db, maison_id, ProductEntry(4, "sac", variants=[variant("S", line=4), variant("M", line=5)])
    )
    assert [(r.line, r.column) for r in told.refused] == [(4, "name"), (5, "name")]
    assert await shown(db) == []


async def test_two_sources_may_use_the_same_handle_and_two_maisons_the_same_words(db: Db):
    maison_id = await founded(db)
    await write(db, maison_id, product(variant("S", "A")))
    await write(db, maison_id, product(variant("S", "B")), source="other")
    # brisseval + sac-noir and brisseval-sac + noir would share an address, and the first is hidden from the second.
    await write(db, maison_id, replace(product(handle="sac-noir"), published=False))
    sister = await founded(db, "brisseval-sac", "Brisseval Sac")
    await write(db, sister, product(handle="noir"))
    slugs = [line.split(" ")[0] for line in await shown(db)]
    assert len(set(slugs)) == 3
    assert slugs[0] == "brisseval-sac"
    assert any(slug.startswith("brisseval-sac-noir-") for slug in slugs)


async def test_pictures_are_replaced_or_added_to(db: Db, admin):
    maison_id = await founded(db)
    await write(db, maison_id, product(variant("S")))
    second = PictureEntry(source_url="https://img.example/2.jpg", alt="From behind")
    await write(db, maison_id, replace(product(), pictures=[second], more_pictures=True))
    pictures = "select jsonb_path_query_array(pictures, '$[*].name') from public_facts.product"
    assert admin(pictures) == [(["bag-noir", ""],)]
    await write(db, maison_id, replace(product(), pictures=[second]))
    assert admin(pictures) == [([""],)]
