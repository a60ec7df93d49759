"""The group's figures: what all maisons sell, by segment and by maison, and the same as a file."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from litestar import Request, Response, get
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.insight import figures
from enfilade.insight.figures import Book, Figures
from enfilade.insight.months import last_months
from enfilade.insight.published import Maison, Published
from enfilade.web.cockpit import drawing, showing
from enfilade.web.cockpit.asked import CURVE_MONTHS, PERIODS, Asked, asked
from enfilade.web.cockpit.entering import NotForThisRole, Reader, read
from enfilade.web.shared import spreadsheets

HEADER = (
    *("maison", "segment", "from", "to", "as_of"),
    *("net_eur", "lines", "online_net_eur", "boutique_net_eur", "reserve_net_eur", "pay_by_link_net_eur"),
    *(
        "endless_aisle_net_eur",
        "share_of_ecommerce_percent",
        "share_of_lines_percent",
        "click_and_collect_percent",
    ),
    *("minutes_to_ready", "rejection_percent", "estimated"),
    *showing.VISIT_COLUMNS,
)
#: All small curves alike, so that they compare: from 0 to 25 %.
SMALL_CURVE = drawing.Axis(0.25, ())


@dataclass(frozen=True, slots=True)
class Row:
    """A maison in the table. `curve`: its share month by month, as points of small pictures."""

    maison: Maison
    figures: Figures
    curve: list[str]


@dataclass(frozen=True, slots=True)
class Segment:
    """The maisons of a segment together."""

    name: str
    maisons: int
    figures: Figures


ORDER: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.maison.name.casefold(),
    "segment": lambda row: (row.maison.segment, row.maison.name.casefold()),
    "net": lambda row: row.figures.total.net or None,
    "online": lambda row: row.figures.online.net or None,
    "boutique": lambda row: row.figures.boutique.net or None,
    "share": lambda row: row.figures.share.value,
    "collect": lambda row: row.figures.collect.value,
    "ready": lambda row: row.figures.ready.value,
    "rejected": lambda row: row.figures.rejected.value,
}


def in_order(rows: Sequence[Row], by: Asked) -> list[Row]:
    """Sorted as asked; what is unknown stands last either way."""
    key = ORDER[by.sort]
    known = sorted((row for row in rows if key(row) is not None), key=key, reverse=by.descending)
    return [*known, *(row for row in rows if key(row) is None)]


@dataclass(frozen=True, slots=True)
class Group:
    """Everything the page says, from what was published at one moment."""

    rows: list[Row]
    segments: list[Segment]
    whole: Figures
    before: Figures
    by_month: list[tuple[date, Figures]]
    as_of: datetime | None
    uncounted: list[str]
    untold: int
    other_currencies: dict[str, int]


def gather(published: Published, by: Asked, today: date) -> Group:
    """Adds up the maisons of the segment asked for; the segments' table always holds all."""
    books = figures.books(published)
    window, history = by.window(today), last_months(today, CURVE_MONTHS)
    told = {maison.maison_id: books[maison.maison_id].figures(window) for maison in published.maisons}
    chosen = [maison for maison in published.maisons if not by.segment or maison.segment == by.segment]
    monthly = {maison.maison_id: _monthly(books[maison.maison_id], history) for maison in chosen}
    rows = [
        Row(
            maison,
            told[maison.maison_id],
            drawing.curves([one.share.value for one in monthly[maison.maison_id]], SMALL_CURVE),
        )
        for maison in chosen
    ]
    others: dict[str, int] = {}
    for maison in chosen:
        for currency, amount in books[maison.maison_id].other_currencies(window).items():
            others[currency] = others.get(currency, 0) + round(amount.lines)
    return Group(
        rows=in_order(rows, by),
        segments=[
            _segment(name, [told[m.maison_id] for m in published.maisons if m.segment == name])
            for name in sorted({maison.segment for maison in published.maisons})
        ],
        whole=figures.added(row.figures for row in rows),
        before=figures.added(books[maison.maison_id].figures(by.before(today)) for maison in chosen),
        by_month=[
            (month, figures.added(months[place] for months in monthly.values()))
            for place, month in enumerate(history)
        ],
        as_of=min((maison.as_of for maison in chosen if maison.as_of), default=None),
        uncounted=[maison.name for maison in chosen if maison.as_of is None],
        untold=sum(row.figures.total.lines > 0 and row.figures.share.value is None for row in rows),
        other_currencies=others,
    )


def _segment(name: str, of: list[Figures]) -> Segment:
    return Segment(name, len(of), figures.added(of))


def _monthly(book: Book, months: Sequence[date]) -> list[Figures]:
    return [book.figures((month,)) for month in months]


@get(["/", "/figures"], include_in_schema=False)
async def group(request: Request[Any, Any, Any], db: Db, reader: Reader) -> Response[Any]:
    """The page; a manager is led to their own maison's."""
    published = await read(db, reader)
    if not reader.of_group:
        return Redirect(f"/cockpit/maisons/{published.maisons[0].slug}", status_code=303)
    by, today = asked(request), datetime.now(UTC).date()
    # Adding up two years of every maison takes longer than other readers should wait for.
    gathered = await asyncio.to_thread(gather, published, by, today)
    share = [month.share.value for _, month in gathered.by_month]
    return showing.screen(
        request,
        "cockpit/figures/figures.html",
        reader=reader,
        by=by,
        periods=PERIODS,
        window=by.window(today),
        today=today,
        group=gathered,
        together=together(gathered.whole),
        scope=scope(gathered.rows),
        share_axis=(share_axis := drawing.axis(share, 0.05)),
        share_curves=drawing.curves(share, share_axis),
        sales_axis=drawing.axis([month.total.net for _, month in gathered.by_month]),
    )


def scope(rows: Sequence[Row]) -> str:
    """How many of whom the figures are about."""
    stores = sum(row.maison.kind == "retailer" for row in rows)
    maisons = len(rows) - stores
    words = [f"{maisons} maison{'s' * (maisons != 1)}"] * bool(maisons) + [
        f"{stores} store{'s' * (stores != 1)}"
    ] * bool(stores)
    return " and ".join(words)


def together(whole: Figures) -> list[tuple[str, float]]:
    """The channels shown apart, and what small maisons tell of several only together, greatest first."""
    single = {part: amount.net for part, amount in whole.apart.items() if "+" not in part}
    shown = [(showing.channel(part), net) for part, net in sorted(single.items(), key=lambda one: -one[1])]
    mixed = sum(amount.net for part, amount in whole.apart.items() if "+" in part)
    return [*shown, ("Several of these, told together by small maisons", mixed)] if mixed else shown


@get("/figures.csv", include_in_schema=False)
async def group_file(request: Request[Any, Any, Any], db: Db, reader: Reader) -> Response[bytes]:
    """The table of maisons as a file, sorted and filtered as on the page."""
    if not reader.of_group:
        raise NotForThisRole("This file is the group's; your maison's stands on its own page")
    by, today = asked(request), datetime.now(UTC).date()
    gathered = await asyncio.to_thread(gather, await read(db, reader), by, today)
    window = by.window(today)
    return spreadsheets.file(
        f"figures-{window[0]:%Y-%m}-{window[-1]:%Y-%m}.csv",
        HEADER,
        (_cells(row.maison, row.figures, window[0], today) for row in gathered.rows),
    )


def _cells(maison: Maison, of: Figures, first: date, today: date) -> list[object]:
    def share(value: float | None) -> object:
        return showing.number(None if value is None else value * 100, 2)

    apart = [of.apart.get(part) for part in ("reserve", "pay_by_link", "endless_aisle")]
    return [
        maison.name,
        maison.segment,
        first.isoformat(),
        today.isoformat(),
        maison.as_of.isoformat(timespec="seconds") if maison.as_of else "",
        showing.major(of.total.net),
        showing.number(of.total.lines),
        showing.major(of.online.net) if of.share.value is not None else "",
        showing.major(of.boutique.net) if of.boutique.lines else "",
        *(showing.major(amount.net) if amount else "" for amount in apart),
        share(of.share.value),
        share(of.share_lines.value),
        share(of.collect.value),
        showing.number(of.ready.value),
        share(of.rejected.value),
        "yes" if of.estimated else "no",
        *showing.visit_cells(of.visits),
    ]
