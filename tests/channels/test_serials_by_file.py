"""Serials by file: the catalogue says what is counted one by one, stock names the pieces, each refused row its reason."""

from pathlib import Path

from enfilade.base.db import Db
from enfilade.channels.file_imports import Asked, CatalogueAsked, import_catalogue, import_stock
from enfilade.stock.verify import verify
from tests.maisons.house import NOW, founded


async def test_a_file_says_how_and_another_which(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    catalogue, stock = tmp_path / "own.csv", tmp_path / "stock.csv"
    header = "handle,sku,size,serialised,name_en\n"

    async def told(*rows: str) -> list[tuple[int, str]]:
        catalogue.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
        report = await import_catalogue(db, Asked(catalogue, maison_id, NOW), CatalogueAsked())
        return [(refused.line, refused.column) for refused in report.refusals]

    for _ in range(2):
        assert await told("watch,W-1,S,yes,Watch", "watch,W-2,M,,", "watch,W-3,L,perhaps,") == [
            (4, "serialised")
        ]
    assert admin("select count(*) from stock.serialised") == [(1,)]
    stock.write_text(
        "location,sku,on_hand,serials\n"
        "PAR1,W-1,2,a1 a2\n"
        "PAR1,W-1,2,A1\n"  # 3: two, and one is named
        "PAR1,W-2,1,X1\n"  # 4: counted by number
        "PAR1,W-2,4,\n"
        "PAR1,W-1,1,*\n",  # 6: no serial
        encoding="utf-8",
    )
    for _ in range(2):
        report = await import_stock(db, Asked(stock, maison_id, NOW))
        assert [(refused.line, refused.column) for refused in report.refusals] == [
            (3, "serials"),
            (4, "serials"),
            (6, "serials"),
        ]
        assert admin("select serial from stock.piece where whereabouts = 'here' order by 1") == [
            ("A1",),
            ("A2",),
        ]
        assert admin("select on_hand, serialised from stock.position order by 1") == [(2, True), (4, False)]
        assert await verify(db, maison_id=maison_id) == []
    # While there is stock of it, it stays as it is, and the rest of the file is taken.
    assert await told("watch,W-1,S,no,Watch", "watch,W-2,M,yes,") == [(2, "serialised"), (3, "serialised")]
    assert admin("select count(*) from stock.serialised") == [(1,)]
