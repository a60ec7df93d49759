"""Stock and sales by file: what is known is recorded once, what is not is named."""

from pathlib import Path
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.catalogue.entries import ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.channels.file_imports import Asked, import_sales, import_stock
from enfilade.stock.verify import verify
from tests.maisons.house import NOW, founded


async def stocked(db: Db) -> UUID:
    maison_id = await founded(db)
    sizes = [VariantEntry(1, {"size": size}, f"SKU-{size}") for size in "SML"]
    async with db.acting(Actor.importer(), maison_id) as conn:
        piece = ProductEntry(1, "sac", texts=[TextEntry("fr", "Sac")], variants=sizes)
        await upsert_products(conn, maison_id=maison_id, source="main", products=[piece], now=NOW)
    return maison_id


async def test_counts_become_positions_and_the_ledger_agrees(db: Db, admin, tmp_path: Path):
    maison_id = await stocked(db)
    path = tmp_path / "stock.csv"
    path.write_text(
        "Location;SKU;On_hand;Display;as_of\n"
        "PAR1;SKU-S;3;1;2026-11-22T08:00:00+01:00\n"
        "PAR1;SKU-M;2;;\n"
        "PAR1;SKU-M;5.0;;\n"  # the later row for the same position counts
        "ROM1;SKU-S;1;;\n"
        "PAR1;SKU-X;1;;\n"
        "PAR1;SKU-L;1;2;\n"
        "PAR1;SKU-L;-1;;\n"
        "PAR1;SKU-L;many;;\n"
        "PAR1;SKU-L;;;\n"
        "PAR1;SKU-L;1;;2026-11-22T08:00:00\n"
        "PAR1;SKU-L;1;;2027-11-22T08:00:00+01:00\n",
        encoding="utf-8",
    )
    for _ in range(2):
        report = await import_stock(db, Asked(path, maison_id, NOW))
        found = sorted((r.line, r.column) for r in report.refusals)
        assert found == [
            (5, "location"),
            (6, "sku"),
            (7, "on_hand"),
            (8, "on_hand"),
            (9, "on_hand"),
            (10, "on_hand"),
            (11, "as_of"),
            (12, "as_of"),
        ]
        assert admin("select on_hand, display from stock.position order by on_hand") == [(3, 1), (5, 0)]
        assert await verify(db, maison_id=maison_id) == []
    assert admin("select count(*) from stock.movement") == [(3,)], "the same counts again move nothing"


SALES = "reference,sold_at,channel,location,sku,quantity,net_amount,tax_amount,currency,promised_online,collected\n"


async def test_sales_are_known_by_reference_and_sku(db: Db, admin, tmp_path: Path):
    maison_id = await stocked(db)
    path = tmp_path / "sales.csv"
    rows = [
        "T-1,2026-05-02T15:30:00+02:00,boutique,PAR1,SKU-S,1,1 000.00,200.00,EUR,no,no",
        "T-1,2026-05-02T15:30:00+02:00,boutique,PAR1,SKU-M,2,2000.00,400.00,EUR,no,no",
        "T-2,2026-05-03T10:00:00+09:00,web,,GONE-1,1,128000,12800,JPY,,yes",
        "T-3,2026-05-04T10:00:00Z,boutique,PAR1,SKU-S,-1,-1000.00,-200.00,EUR,,",
        "T-4,2026-05-04T10:00:00Z,boutique,,SKU-S,1,1000.00,200.00,EUR,,",  # 6: which boutique?
        "T-5,2026-05-04T10:00:00Z,kiosk,PAR1,SKU-S,1,1000.00,200.00,EUR,,",
        "T-6,2026-05-04T10:00:00Z,boutique,PAR1,SKU-S,1,-1000.00,200.00,EUR,,",
        "T-7,2026-05-04T10:00:00Z,boutique,PAR1,SKU-S,0,1000.00,200.00,EUR,,",
        "T-8,2026-05-04,boutique,PAR1,SKU-S,1,1000.00,200.00,EUR,,",
        "T-9,2026-05-04T10:00:00Z,boutique,ROM1,SKU-S,1,1000.00,200.00,EUR,,",
    ]
    path.write_text(SALES + "\n".join(rows) + "\n", encoding="utf-8")
    for new in (4, 0):
        report = await import_sales(db, Asked(path, maison_id, NOW))
        assert sorted((r.line, r.column) for r in report.refusals) == [
            (6, "location"),
            (7, "channel"),
            (8, "net_amount"),
            (9, "quantity"),
            (10, "sold_at"),
            (11, "location"),
        ]
        assert report.figures["sales new"] == new
        assert report.figures["sales unchanged"] == 4 - new
    assert admin(
        "select reference, quantity, net_minor, tax_minor, promised_online, collected, location_id is not null "
        "from orders.external_sale order by reference, quantity"
    ) == [
        ("T-1", 1, 100000, 20000, False, False, True),
        ("T-1", 2, 200000, 40000, False, False, True),
        ("T-2", 1, 128000, 12800, True, True, False),
        ("T-3", -1, -100000, -20000, False, False, True),
    ]
    path.write_text(SALES + rows[0].replace("1 000.00", "900.00") + "\n")
    report = await import_sales(db, Asked(path, maison_id, NOW))
    assert report.figures["sales corrected"] == 1


async def test_the_word_of_a_visit_is_kept_in_one_form_and_corrected_by_the_same_line(
    db: Db, admin, tmp_path: Path
):
    maison_id = await stocked(db)
    path = tmp_path / "sales.csv"
    line = "T-{n},2026-05-02T15:30:00+02:00,boutique,PAR1,SKU-S,1,10.00,2.00,EUR,no,no"

    async def taken(*visits: str) -> tuple[int, int, list[tuple[int, str | None]]]:
        lines = [f"{line.format(n=n)},{visit}" for n, visit in enumerate(visits, 1)]
        path.write_text("\n".join([SALES.strip() + ",visit", *lines]) + "\n")
        report = await import_sales(db, Asked(path, maison_id, NOW))
        refused = [(r.line, r.column) for r in report.refusals]
        return report.figures.get("sales new", 0), report.figures.get("sales corrected", 0), refused  # type: ignore[return-value]

    def kept() -> list[str]:
        return [visit for (visit,) in admin("select visit from orders.external_sale order by reference")]

    assert await taken("k7mq-x2pd", "K7MQ X2PD", "", "w" * 60, "w" * 61) == (4, 0, [(6, "visit")])
    assert kept() == ["K7MQX2PD", "K7MQX2PD", "", "W" * 60]
    assert await taken("K7MQX2PD", "K7MQX2PD", "", "w" * 60) == (0, 0, [])
    assert await taken("", "K7MQX2PE", "late", "w" * 60) == (0, 3, [])
    assert kept() == ["", "K7MQX2PE", "LATE", "W" * 60]
    path.write_text(SALES + line.format(n=2) + "\n")
    await import_sales(db, Asked(path, maison_id, NOW))
    assert kept()[1] == "", "a file without the column tells no visit"


async def test_a_row_the_database_refuses_costs_only_itself(db: Db, admin, tmp_path: Path):
    maison_id = await stocked(db)
    admin("alter table orders.external_sale add constraint odd_references check (reference not like '%%13')")
    path = tmp_path / "sales.csv"
    line = "R-{n},2026-05-02T15:30:00+02:00,boutique,PAR1,SKU-S,1,10.00,2.00,EUR,no,no"
    path.write_text(SALES + "\n".join(line.format(n=n) for n in range(1, 301)) + "\n")
    report = await import_sales(db, Asked(path, maison_id, NOW))
    assert sorted(r.line for r in report.refusals) == [14, 114, 214]
    assert "odd_references" in report.refusals[0].reason
    assert admin("select count(*) from orders.external_sale") == [(297,)]
