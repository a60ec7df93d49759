"""Catalogues in every format: what is right is taken, what is not is named with its line and what to do."""

from pathlib import Path
from uuid import UUID
from xml.sax.saxutils import escape

import pytest

from enfilade.base.db import Db
from enfilade.channels.file_imports import Asked, CatalogueAsked, import_catalogue
from enfilade.channels.imports import FileRefused, Report
from tests.maisons.house import NOW, founded

EUROS = CatalogueAsked(market_prices=("fr",))
SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Inventory Qty,Variant Price,Variant Barcode,Image Src,Image Position,Image Alt Text,Variant Image\n"
)


async def imported(
    db: Db,
    maison_id: UUID,
    path: Path,
    how: CatalogueAsked = EUROS,
    *,
    dry_run: bool = False,
    all_or_nothing: bool = False,
) -> Report:
    asked = Asked(path, maison_id, NOW, dry_run=dry_run, all_or_nothing=all_or_nothing)
    return await import_catalogue(db, asked, how)


def shopify(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "shopify.csv"
    path.write_text(SHOPIFY + "\n".join(rows) + "\n", encoding="utf-8")
    return path


async def test_shopify_rows_of_a_product_its_pictures_and_its_default_title(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    path = shopify(
        tmp_path,
        'ring,Signet ring,"<p>Gold.</p><script>x</script>",Maker,Ring,men,true,Title,Default Title,,,,3,420,,'
        "https://img.example/1.jpg,1,Front,",
        "bracelet,Bracelet,Silver.,Maker,Bracelet,,true,Color,Blue,Size,S,,1,42.99,,https://img.example/2.jpg,1,,"
        "https://img.example/9.jpg",
        "bracelet,,,,,,,,Blue,,M,,0,42.99,,https://img.example/3.jpg,2,,",
        "bracelet,,,,,,,,Black,,M,,-2,44.99,,,,,",
        "bracelet,,,,,,,,,,,,,,,https://img.example/4.jpg,3,Worn,",
    )
    how = CatalogueAsked(market_prices=("fr",), stock_location="PAR1")
    report = await imported(db, maison_id, path, how)
    assert (report.format, report.rows_read, report.rows_refused) == ("Shopify CSV", 5, 0)
    assert admin(
        """select p.slug, v.colour, v.size, r.amount_minor, k.on_hand from public_facts.product p
        join public_facts.variant v on v.product_id = p.id join public_facts.price r on r.variant_id = v.id
        left join stock.position k on k.variant_id = v.id order by p.slug, v.position"""
    ) == [
        ("brisseval-bracelet", "Blue", "S", 4299, 1),
        ("brisseval-bracelet", "Blue", "M", 4299, 0),
        ("brisseval-bracelet", "Black", "M", 4499, 0),
        ("brisseval-ring", "", "", 42000, 3),
    ]
    assert admin("select language, name, description from public_facts.product_text order by name") == [
        ("fr", "Bracelet", "Silver."),
        ("fr", "Signet ring", "Gold."),
    ]
    pictures = admin(
        "select source_url, alt from catalogue.picture i join catalogue.product p on p.id = i.product_id "
        "order by p.handle desc, i.position"
    )
    assert [url.rsplit("/")[-1] for url, _ in pictures] == ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "9.jpg"]
    assert admin("select options from public_facts.variant where size = '' ") == [({},)]
    again = await imported(db, maison_id, path)
    assert again.figures["products unchanged"] == 2
    assert again.figures["prices new or changed"] == 0


async def test_shopify_s_newer_column_names_and_its_drafts(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    path = tmp_path / "new.csv"
    path.write_text(
        "Title,URL handle,Description,Vendor,Product category,Type,Published on online store,Status,SKU,"
        "Option1 name,Option1 value,Price,Product image URL\n"
        "Scarf,scarf,<b>Silk</b>,Maker,Apparel > Accessories > Scarves,,TRUE,Active,SC-1,Color,Ecru,190.00,\n"
        "Sketch,sketch,,Maker,,Art,TRUE,Draft,SK-1,Title,Default Title,10.00,\n"
    )
    report = await imported(db, maison_id, path)
    assert (report.format, report.rows_refused) == ("Shopify CSV", 0)
    assert admin("select slug, family from public_facts.product") == [("brisseval-scarf", "Scarves")]
    assert admin("select count(*) from catalogue.product") == [(2,)]


async def test_a_file_without_currency_needs_to_know_its_markets(db: Db, tmp_path: Path):
    maison_id = await founded(db)
    path = shopify(tmp_path, "ring,Ring,,M,,,true,,,,,,,42,,,,,")
    with pytest.raises(FileRefused, match="--market-prices"):
        await imported(db, maison_id, path, CatalogueAsked())
    with pytest.raises(FileRefused, match="choose among fr, gb"):
        await imported(db, maison_id, path, CatalogueAsked(market_prices=("jp",)))


OWN = "handle,sku,brand,family,colour,size,published,name_en,name_fr,description_fr,price_EUR,price_GBP,picture_1\n"


def own(tmp_path: Path, *rows: str, header: str = OWN) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return path


async def test_our_own_csv_and_every_kind_of_refusal(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    path = own(
        tmp_path,
        'sac,A,Brisseval,bag,noir,,yes,Bag,Sac,"Cuir, lisse","1 250,00",1050.00,bag-noir',  # 2
        "sac,B,,,cognac,,,,,,1250.00,1050,",  # 3
        'sac,C,,,ivoire,,,,,,"1,250",1050,',  # 4: ambiguous
        "sac,A,,,rouge,,,,,,1250,1050,",  # 5: SKU again
        ",D,,,rouge,,,,,,1250,1050,",  # 6: no handle
        "malle,E,,trunk,,,maybe,Trunk,,,100.00,,",  # 7: neither yes nor no
        "malle,F,,trunk,,L,,,,,100.00,,",  # 8: belongs to line 7
        "coffre,G,,trunk,,,yes,,,,100.00,,",  # 9: no name
        "gant,H,,glove,,,yes,Glove,,,0.00,,",  # 10: for nothing
        "gant,I,,glove,,7,yes,Glove,,,80.00,,ftp://x/y.jpg",  # 11: no picture's address
        'etui,J,,case,,,yes,"Ca\x00se",,,80.00,,',  # 12: a NUL
        "=cmd|' /C calc'!A0,K,,case,,,yes,=1+1,,,80.00,,",  # 13: data
        f"long,L,,case,,,yes,{'n' * 301},,,80.00,,",  # 14: too long
    )
    report = await imported(db, maison_id, path, CatalogueAsked())
    refused = {refusal.line: refusal for refusal in report.refusals}
    assert sorted(refused) == [4, 5, 6, 7, 8, 9, 10, 11, 12, 14]
    assert all(refusal.reason and refusal.remedy for refusal in report.refusals)
    assert (refused[4].column, refused[4].value) == ("price_eur", "1,250")
    assert (refused[5].column, refused[5].value) == ("sku", "A")
    assert (refused[6].column, refused[7].column) == ("handle", "published")
    assert "line 7" in refused[8].reason
    assert refused[9].column == "name"
    assert "nothing" in refused[10].reason
    assert refused[11].column == "picture_1"
    assert (report.rows_read, report.rows_taken) == (13, 3)
    assert admin(
        "select v.sku, r.market, r.amount_minor from public_facts.variant v join public_facts.price r "
        "on r.variant_id = v.id where v.sku in ('A', 'B') order by 1, 2"
    ) == [("A", "fr", 125000), ("A", "gb", 105000), ("B", "fr", 125000), ("B", "gb", 105000)]
    assert admin("select name from public_facts.product_text where name like '=%%'") == [("=1+1",)]
    assert admin(
        "select rows_read, rows_taken, rows_refused, finished_at is not null from base.import_run"
    ) == [(13, 3, 10, True)]


async def test_a_currency_nobody_sells_in_is_noticed_and_passed_over(db: Db, tmp_path: Path):
    maison_id = await founded(db)
    path = own(tmp_path, "sac,A,Bag,100.00", header="handle,sku,name_en,price_USD\n")
    report = await imported(db, maison_id, path, CatalogueAsked())
    assert report.rows_refused == 0
    assert "USD" in report.notices[0].message


async def test_a_product_told_in_two_places_adds_up(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    filling = [f"piece-{n},P{n},,bag,,,yes,Piece,,,100.00,," for n in range(1200)]
    path = own(
        tmp_path,
        "sac,A,,bag,,S,yes,Bag,,,100.00,,bag-noir",
        *filling,
        "sac,B,,,,M,,,,,100.00,,bag-cognac",
    )
    for _ in range(2):
        report = await imported(db, maison_id, path, CatalogueAsked())
        assert report.rows_refused == 0
        assert admin(
            """select array_agg(distinct v.sku), p.pictures -> 0 ->> 'name', p.pictures -> 1 ->> 'name'
            from public_facts.product p join public_facts.variant v on v.product_id = p.id
            where p.slug = 'brisseval-sac' group by p.pictures"""
        ) == [(["A", "B"], "bag-noir", "bag-cognac")]


def feed(tmp_path: Path, *items: dict[str, str], atom: bool = False, prolog: str = "") -> Path:
    tag = "entry" if atom else "item"
    body = "".join(
        f"<{tag}>"
        + "".join(f"<g:{name}>{escape(value)}</g:{name}>" for name, value in item.items())
        + f"</{tag}>\n"
        for item in items
    )
    google = 'xmlns:g="http://base.google.com/ns/1.0"'
    if atom:
        text = f'<feed xmlns="http://www.w3.org/2005/Atom" {google}><title>Shop</title>{body}</feed>'
    else:
        text = f'<rss version="2.0" {google}><channel><title>Shop</title>{body}</channel></rss>'
    path = tmp_path / "feed.xml"
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n{prolog}{text}', encoding="utf-8")
    return path


ITEM = {
    "id": "G-1",
    "item_group_id": "robe",
    "title": "Robe & co",
    "description": "Soie &lt;b&gt;légère",
    "price": "1,250.00 EUR",
    "color": "Blue",
    "size": "38",
    "gtin": "2001",
    "brand": "Maker",
    "product_type": "Mode > Robes",
    "image_link": "https://img.example/r1.jpg",
}


@pytest.mark.parametrize("atom", [False, True])
async def test_google_xml(db: Db, admin, tmp_path: Path, atom: bool):
    maison_id = await founded(db)
    second = {**ITEM, "id": "G-2", "size": "40", "sale_price": "990.00 EUR"}
    past = {**ITEM, "id": "G-3", "size": "42", "sale_price": "1.00 EUR"}
    past["sale_price_effective_date"] = "2020-01-01T00:00+00:00/2020-02-01T00:00+00:00"
    bad = {**ITEM, "id": "G-4", "size": "44", "price": "1.250 EUR"}
    report = await imported(
        db, maison_id, feed(tmp_path, ITEM, second, past, bad, atom=atom), CatalogueAsked()
    )
    assert report.format == "Google Merchant XML"
    assert [(r.column, r.value) for r in report.refusals] == [("price", "1.250 EUR")]
    assert report.refusals[0].line > 2
    assert admin(
        "select v.sku, v.size, v.colour, r.market, r.amount_minor from public_facts.variant v "
        "join public_facts.price r on r.variant_id = v.id order by 1"
    ) == [
        ("G-1", "38", "Blue", "fr", 125000),
        ("G-2", "40", "Blue", "fr", 99000),
        ("G-3", "42", "Blue", "fr", 125000),
    ]
    assert admin("select family, brand, jsonb_array_length(pictures) from public_facts.product") == [
        ("Robes", "Maker", 1)
    ]
    assert admin("select name from public_facts.product_text") == [("Robe & co",)]


async def test_google_tsv(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    path = tmp_path / "feed.tsv"
    path.write_text(
        "id\titem group id\ttitle\tprice\tsize\timage link\tadditional image link\n"
        "T-1\tpull\tPull\t320.00 GBP\tS\thttps://img.example/1.jpg\thttps://img.example/2.jpg,https://img.example/3.jpg\n"
        "T-2\tpull\tPull\t320.00 SEK\tM\t\t\n"
    )
    report = await imported(db, maison_id, path, CatalogueAsked())
    assert (report.format, report.rows_refused) == ("Google Merchant TSV", 0)
    assert "SEK" in report.notices[0].message
    assert admin("select market, amount_minor from public_facts.price") == [("gb", 32000)]
    assert admin("select jsonb_array_length(pictures) from public_facts.product") == [(3,)]


async def test_entities_are_neither_expanded_nor_fetched(db: Db, tmp_path: Path):
    maison_id = await founded(db)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    prolog = f'<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY x SYSTEM "file://{secret}">]>\n'
    with pytest.raises(FileRefused, match="DTD"):
        await imported(db, maison_id, feed(tmp_path, ITEM, prolog=prolog))


async def test_xml_that_breaks_off_keeps_what_came_before(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    path = feed(tmp_path, ITEM, {**ITEM, "id": "G-2", "size": "40"})
    path.write_text(path.read_text()[:-60])
    report = await imported(db, maison_id, path, CatalogueAsked())
    assert [r.column for r in report.refusals] == [""]
    assert "breaks off" in report.refusals[0].reason
    assert admin("select sku from public_facts.variant") == [("G-1",)]


@pytest.mark.parametrize("text", ["<html><body>no</body></html>", "a,b\n1,2\n", "<rss", "{}"])
async def test_another_file_is_refused_as_a_whole(db: Db, tmp_path: Path, text: str):
    maison_id = await founded(db)
    path = tmp_path / "file"
    path.write_text(text)
    with pytest.raises(FileRefused):
        await imported(db, maison_id, path)


async def test_a_dry_run_reports_and_leaves_nothing(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    path = own(tmp_path, "sac,A,,bag,,S,yes,Bag,,,100.00,,", "sac,B,,bag,,M,yes,Bag,,,free,,")
    report = await imported(db, maison_id, path, CatalogueAsked(), dry_run=True)
    assert (report.rows_taken, report.rows_refused, report.undone) == (1, 1, True)
    assert admin("select count(*) from catalogue.product") == [(0,)]
    assert admin("select dry_run, rows_taken from base.import_run") == [(True, 0)]


async def test_all_or_nothing_takes_nothing_if_one_row_is_refused(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    good = [f"piece-{n},P{n},,bag,,,yes,Piece,,,100.00,," for n in range(1500)]
    bad = own(tmp_path, *good, "sac,B,,bag,,M,yes,Bag,,,free,,")
    report = await imported(db, maison_id, bad, CatalogueAsked(), all_or_nothing=True)
    assert (report.rows_refused, report.undone) == (1, True)
    assert admin("select count(*) from catalogue.product") == [(0,)]
    report = await imported(db, maison_id, own(tmp_path, *good), CatalogueAsked(), all_or_nothing=True)
    assert (report.rows_taken, report.undone) == (1500, False)
    assert admin("select count(*) from public_facts.product") == [(1500,)]
