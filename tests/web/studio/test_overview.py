"""The overview says what is there, what misses and what is short, in few statements whatever the size."""

from datetime import UTC, datetime, timedelta

from enfilade.base.actors import Actor
from enfilade.base.db import execute
from enfilade.base.ids import new_id
from enfilade.base.tenants import at_each
from enfilade.stock import totals
from tests.shop import count
from tests.web.studio.conftest import Studio

# The session, then the maison's name, what is published, languages, imports, places, shortages.
OVERVIEW_STATEMENTS = 7


async def test_the_overview_counts(studio: Studio) -> None:
    page = await studio.get("/")
    assert page.response.status_code == 200
    assert page.statements <= OVERVIEW_STATEMENTS
    assert "<dt>Pieces published</dt><dd>2</dd>" in page.text
    assert "of 2 in the catalogue" in page.text
    assert "<dt>Boutiques shown</dt><dd>2</dd>" in page.text
    assert "2 pieces without a picture" in page.text
    # The bag is told in French and English, the ring in French only; the story in French only.
    assert "1 piece not in English yet" in page.text
    assert "story is not in English yet" in page.text
    assert "not in French" not in page.text
    assert "None: nothing is promised that is not there." in page.text


async def test_stock_is_added_up_by_place(studio: Studio) -> None:
    house = studio.shop.a
    await studio.order()
    await count(studio.db, house, "alba-2", "alba-bag", 7, datetime.now(UTC), display=2)
    text = (await studio.get("/")).text
    assert "Stock is not added up yet" in text
    assert text.count("never counted") == 3
    at = datetime.now(UTC).replace(hour=7, minute=42)
    await at_each(studio.db, totals.add_up, now=at)
    text = (await studio.get("/")).text
    assert f"Stock as it stood at {at.day} {at:%b}, 07:42 UTC" in text
    rows = {row.split("<")[0].strip(): row for row in text.split('<th scope="row">')[1:]}
    cells = {
        place: [cell.split("</td>")[0] for cell in row.split('<td class="number">')[1:]]
        for place, row in rows.items()
    }
    assert cells["Lyon"] == ["0 / 0", "12", "2", "0", "0"]
    assert cells["Paris"] == ["0 / 0", "10", "0", "1", "0"]
    await count(studio.db, house, "alba-2", "alba-bag", 17, datetime.now(UTC))
    assert (await studio.get("/")).text == text, "until it is added up again"
    await at_each(studio.db, totals.add_up, now=at + timedelta(minutes=10))
    assert '<td class="number">22</td>' in (await studio.get("/")).text
    assert rows["Warehouse"].count('<span class="muted">no</span>') == 2


async def test_a_shortage_is_listed_until_somebody_sees_to_it(studio: Studio) -> None:
    house = studio.shop.a
    async with studio.db.acting(Actor.job(), house.maison_id) as conn:
        await execute(
            conn,
            """
            insert into stock.shortage (maison_id, id, location_id, variant_id, quantity, cause, recorded_at)
            values (%(maison_id)s, %(id)s, %(place)s, %(variant)s, 1, 'count', now())
            """,
            maison_id=house.maison_id,
            id=new_id(datetime.now(UTC)),
            place=house.places["alba-1"],
            variant=house.variants["alba-ring-52"],
        )
    text = (await studio.get("/")).text
    assert "<dt>Open shortages</dt><dd>1</dd>" in text
    assert "La bague, 52" in text
    theirs = (await studio.get("/", await studio.as_("maison_manager", studio.shop.b))).text
    assert "<dt>Open shortages</dt><dd>0</dd>" in theirs


async def test_imports_are_listed_with_what_was_refused(studio: Studio) -> None:
    house = studio.shop.a
    async with studio.db.acting(Actor.importer(), house.maison_id) as conn:
        await execute(
            conn,
            """
            insert into base.import_run (maison_id, id, kind, format, file_name, rows_read, rows_taken,
              rows_refused, started_at, finished_at)
            values (%(maison_id)s, %(id)s, 'stock', 'csv', '<counts>.csv', 1200, 1197, 3, now(), now())
            """,
            maison_id=house.maison_id,
            id=new_id(datetime.now(UTC)),
        )
    text = (await studio.get("/")).text
    assert "&lt;counts&gt;.csv" in text
    assert '<td class="number">1,200</td><td class="number">1,197</td><td class="number wrong">3</td>' in text


async def test_what_misses_is_a_list_in_pages(studio: Studio) -> None:
    page = await studio.get("/missing?limit=1")
    assert page.statements <= 3
    assert "The bag" in page.text
    assert "La bague" not in page.text
    following = page.text.split('rel="next" href="/studio')[1].split('"')[0].replace("&amp;", "&")
    second = await studio.get(following)
    assert "La bague" in second.text
    assert "The bag" not in second.text
    assert 'rel="next"' not in second.text
    english = (await studio.get("/missing?what=en")).text
    assert "La bague" in english
    assert "The bag" not in english
    assert "Nothing: every published piece has it." in (await studio.get("/missing?what=fr")).text
    assert (await studio.get("/missing?after=nonsense")).response.status_code == 400
