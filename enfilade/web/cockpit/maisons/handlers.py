"""One maison's figures, month by month: for the group, and for the managers of that maison alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from enfilade.base.db import Db
from enfilade.insight import figures
from enfilade.insight.figures import Book, Figures
from enfilade.insight.months import Amount, last_months
from enfilade.insight.published import Maison
from enfilade.web.cockpit import drawing, showing
from enfilade.web.cockpit.asked import CURVE_MONTHS, PERIODS, asked
from enfilade.web.cockpit.entering import Reader, read
from enfilade.web.shared import spreadsheets

HEADER = (
    *("maison", "month", "net_eur", "lines", "online_net_eur", "share_of_ecommerce_percent"),
    *("click_and_collect_percent", "minutes_to_ready", "rejection_percent", "estimated"),
    *showing.VISIT_COLUMNS,
)


@dataclass(frozen=True, slots=True)
class Month:
    """A month; the last one runs."""

    first: date
    figures: Figures


def _months(book: Book, history: Sequence[date]) -> list[Month]:
    return [Month(month, book.figures((month,))) for month in history]


async def _of(db: Db, reader: Reader, slug: str) -> tuple[Maison, Book]:
    """Another maison's address is not here for a manager: they read nothing but their own."""
    published = await read(db, reader, slug)
    if not published.maisons:
        raise NotFoundException
    return published.maisons[0], figures.books(published)[published.maisons[0].maison_id]


@get("/maisons/{slug:str}", include_in_schema=False)
async def maison(request: Request[Any, Any, Any], db: Db, reader: Reader, slug: str) -> Response[str]:
    """The page."""
    found, book = await _of(db, reader, slug)
    by, today = asked(request), datetime.now(UTC).date()
    months = _months(book, last_months(today, CURVE_MONTHS))
    share = [month.figures.share.value for month in months]
    whole = book.figures(by.window(today))
    apart: list[tuple[str, Amount]] = [
        (showing.channel(part), amount) for part, amount in whole.apart.items()
    ]
    return showing.screen(
        request,
        "cockpit/maisons/maison.html",
        reader=reader,
        by=by,
        periods=PERIODS,
        window=by.window(today),
        today=today,
        maison=found,
        whole=whole,
        before=book.figures(by.before(today)),
        apart=sorted(apart, key=lambda one: -one[1].net),
        others=book.other_currencies(by.window(today)),
        months=months,
        pairs=[(month.first, month.figures) for month in months],
        share_axis=(share_axis := drawing.axis(share, 0.05)),
        share_curves=drawing.curves(share, share_axis),
        sales_axis=drawing.axis([month.figures.total.net for month in months]),
    )


@get("/maisons/{slug:str}/months.csv", include_in_schema=False)
async def maison_file(db: Db, reader: Reader, slug: str) -> Response[bytes]:
    """The table of months as a file."""
    found, book = await _of(db, reader, slug)
    months = _months(book, last_months(datetime.now(UTC).date(), CURVE_MONTHS))
    return spreadsheets.file(f"{found.slug}-months.csv", HEADER, (_cells(found, month) for month in months))


def _cells(of: Maison, month: Month) -> list[object]:
    def share(value: float | None) -> object:
        return showing.number(None if value is None else value * 100, 2)

    told = month.figures
    return [
        of.name,
        f"{month.first:%Y-%m}",
        showing.major(told.total.net),
        showing.number(told.total.lines),
        showing.major(told.online.net) if told.share.value is not None else "",
        share(told.share.value),
        share(told.collect.value),
        showing.number(told.ready.value),
        share(told.rejected.value),
        "yes" if told.estimated else "no",
        *showing.visit_cells(told.visits),
    ]
