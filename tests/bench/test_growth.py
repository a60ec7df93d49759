"""How cost grows: that each figure is measured, by lines too, and that picture and table hold what was told."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from psycopg.conninfo import conninfo_to_dict

from bench.chart import AXES, table, written
from bench.ground import Ground, count, places
from bench.growth import measured, points
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.embedded import Cluster
from tests.shop import found_shop

READ = {"p50_ms": 5.0, "p99_ms": 21.5, "cpu_ms": None, "done": 9, "errors": 0}
TOLD = {
    axis: [{"x": x, "load": 1.5, "figures": {"checkout": READ, "listing_page": READ}} for x in (1, 10)]
    for axis in AXES
}


async def test_every_figure_is_measured_without_an_error(
    cluster: Cluster, addresses: Addresses, db: Db
) -> None:
    now = datetime.now(UTC)
    await found_shop(db, now)
    await db.close()
    await count(addresses, [(place, 1000) for place in places(addresses)], now + timedelta(seconds=1))
    ground = Ground(cluster, str(conninfo_to_dict(addresses.admin)["dbname"]))
    told = measured(ground, print, 20, lines=(1, 2), workers=1)
    assert set(told["figures"]) == {"availability_read", "listing_page", "product_page", "checkout"}
    assert set(told["lines"]) == {1, 2} and told["held"] >= 1
    for figure in (*told["figures"].values(), *told["lines"].values()):
        assert figure["errors"] == 0 and figure["done"] > 0


def test_the_picture_is_well_formed_and_holds_every_line() -> None:
    root = ElementTree.fromstring(written(TOLD))
    lines = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == len(AXES) * 2 * 2


def test_the_table_has_a_row_a_point() -> None:
    assert "| lines | 10 | – | 5 / 21.5 / – | – | 5 / 21.5 / – | 1.5 |" in table(TOLD)


def test_each_axis_has_three_worlds_or_more() -> None:
    told = points(0, 10_000_000)
    assert [point.x for point in told if point.axis == "positions"] == [10**4, 10**5, 10**6, 10**7]
    assert len({point.scale for point in told}) == len(told) - 1
    assert [point.x for point in points(10**6, 10**7)] == [10**6, 10**7]
