"""`enfilade import …`: catalogue, boutiques, stock and sales from files, with progress, a report and what to do next."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from enfilade.base.db import Db
from enfilade.base.settings import SettingRefused
from enfilade.channels.file_imports import (
    Asked,
    CatalogueAsked,
    import_boutiques,
    import_catalogue,
    import_sales,
    import_stock,
)
from enfilade.channels.imports import FileRefused, Refusal, Report
from enfilade.maisons import founding

REFUSALS_SHOWN = 20
NOTICES_SHOWN = 10
_NEXT = {
    "catalogue": "enfilade import boutiques FILE --maison {maison}",
    "boutiques": "enfilade import stock FILE --maison {maison}",
    "stock": "enfilade stock verify",
    "sales": "look at the cockpit: the figures follow with the next round of aggregates",
}

Import = Callable[[Db, Asked], Awaitable[Report]]


def commands(database: Callable[[], Db]) -> click.Group:
    """The group `import`; `database` gives the pools, not yet open, when a command runs."""

    @click.group("import", help="Take in catalogue, boutiques, stock and sales from files.")
    def group() -> None:
        pass

    @group.command("catalogue")
    @_common
    @click.option(
        "--market-prices",
        multiple=True,
        metavar="CODE",
        help="A market the file's prices are for; repeat it for several. Without it: every market of the currency.",
    )
    @click.option(
        "--language", help="Language of the texts, where the format names none. Default: the maison's."
    )
    @click.option(
        "--stock-location", metavar="CODE", help="Count Shopify's inventory column as stock of this location."
    )
    def catalogue(
        asked: dict[str, Any],
        market_prices: tuple[str, ...],
        language: str | None,
        stock_location: str | None,
    ) -> None:
        """Products from Shopify CSV, Google Merchant XML or TSV, or our own CSV; the format is detected."""
        how = CatalogueAsked(market_prices, language, stock_location)
        _perform(database, asked, lambda db, told: import_catalogue(db, told, how))

    @group.command("boutiques")
    @_common
    @click.option("--country", help="Two-letter country of features that do not name theirs.")
    def boutiques(asked: dict[str, Any], country: str | None) -> None:
        """Boutiques from GeoJSON with OpenStreetMap tags, or our own CSV."""
        _perform(database, asked, lambda db, told: import_boutiques(db, told, country))

    @group.command("stock")
    @_common
    def stock(asked: dict[str, Any]) -> None:
        """Counts of stock from our own CSV."""
        _perform(database, asked, import_stock)

    @group.command("sales")
    @_common
    def sales(asked: dict[str, Any]) -> None:
        """Past and present sales, by channel, from our own CSV."""
        _perform(database, asked, import_sales)

    assert catalogue and boutiques and stock and sales
    return group


def _common(command: Callable[..., None]) -> Callable[..., None]:
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--maison", required=True, metavar="SLUG", help="Whose file it is.")
    @click.option(
        "--source", default="main", show_default=True, help="Where it comes from; handles are its own."
    )
    @click.option("--dry-run", is_flag=True, help="Do everything, then undo it: only the report remains.")
    @click.option("--all-or-nothing", is_flag=True, help="Take nothing if one row is refused.")
    @click.option(
        "--refusals",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Where to write every refused row. Default: FILE's name with .refused.csv, here.",
    )
    @wraps(command)
    def gathered(
        file: Path,
        maison: str,
        source: str,
        dry_run: bool,
        all_or_nothing: bool,
        refusals: Path | None,
        **own: object,
    ) -> None:
        asked = {
            "path": file,
            "maison": maison,
            "source": source,
            "dry_run": dry_run,
            "all_or_nothing": all_or_nothing,
            "refusals": refusals or Path(f"{file.stem}.refused.csv"),
        }
        command(asked, **own)

    return gathered


def _perform(database: Callable[[], Db], asked: dict[str, Any], work: Import) -> None:
    console = Console()
    refused = RefusedRows(asked["refusals"])
    try:
        report = asyncio.run(_within(database(), asked, work, refused, console))
    except (FileRefused, SettingRefused) as refusal:
        raise click.ClickException(str(refusal)) from None
    except (OperationalError, PoolTimeout) as error:
        raise click.ClickException(f"the database does not answer: {error}") from None
    finally:
        refused.close()
    show(console, report, asked["maison"], refused.path if refused.count else None)
    if report.rows_refused:
        raise SystemExit(1)


async def _within(
    db: Db, asked: dict[str, Any], work: Import, refused: "RefusedRows", console: Console
) -> Report:
    try:
        await db.open()
        async with db.door() as conn:
            maison_id = await founding.id_of(conn, slug=asked["maison"])
            if maison_id is None:
                known = await founding.slugs(conn)
                raise FileRefused(
                    f"there is no maison “{asked['maison']}”",
                    f"write one of {', '.join(known[:12]) or 'those you found first'}",
                )
        bars = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*bars, console=console, transient=True) as progress:
            task = progress.add_task(asked["path"].name, total=asked["path"].stat().st_size)
            told = Asked(
                path=asked["path"],
                maison_id=maison_id,
                now=datetime.now(UTC),
                source=asked["source"],
                dry_run=asked["dry_run"],
                all_or_nothing=asked["all_or_nothing"],
                on_refusal=refused.write,
            )

            def on_bytes(done: int, size: int) -> None:
                progress.update(task, completed=done, total=size)

            return await work(db, replace(told, on_bytes=on_bytes))
    finally:
        await db.close()


class RefusedRows:
    """Every refused row in a CSV beside the report, made when the first one comes."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self._file: TextIO | None = None
        self._writer: Any = None

    def write(self, refusal: Refusal) -> None:
        """Adds one refusal."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(("line", "column", "value", "reason", "what_to_do"))
        self.count += 1
        cells = (refusal.column, refusal.value, refusal.reason, refusal.remedy)
        self._writer.writerow((refusal.line, *(_inert(cell) for cell in cells)))

    def close(self) -> None:
        """Closes the file, if there was anything to write."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()


def _inert(cell: str) -> str:
    # A spreadsheet evaluates what begins so; somebody else's cell must stay text when the report is opened there.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def show(console: Console, report: Report, maison: str, refused_at: Path | None) -> None:
    """The report as a person reads it: what was done, what was refused, what to do next."""
    done = "would be taken" if report.dry_run else "taken"
    console.print(
        f"{report.file_name} · {report.format} · {report.rows_read:,} rows read, "
        f"{report.rows_taken:,} {done}, {report.rows_refused:,} refused",
        highlight=False,
        markup=False,
    )
    figures = Table(box=None, show_header=False, padding=(0, 2))
    for name, count in report.figures.items():
        if count:
            figures.add_row(f"{count:,}", name)
    if figures.row_count:
        console.print(figures)
    for refusal in report.refusals[:REFUSALS_SHOWN]:
        cell = f" · {refusal.column}" if refusal.column else ""
        value = f" “{refusal.value}”" if refusal.value else ""
        console.print(
            f"line {refusal.line}{cell}{value}: {refusal.reason} → {refusal.remedy}",
            highlight=False,
            markup=False,
        )
    if refused_at is not None:
        console.print(
            f"All {report.rows_refused:,} refused rows, with what to do, are in {refused_at}",
            highlight=False,
            markup=False,
        )
    for notice in report.notices[:NOTICES_SHOWN]:
        where = f"line {notice.line}: " if notice.line else ""
        console.print(f"Look at {where}{notice.message}", highlight=False, markup=False)
    if report.notices_count > NOTICES_SHOWN:
        console.print(
            f"… and {report.notices_count - NOTICES_SHOWN:,} more like these", highlight=False, markup=False
        )
    console.print(_next_step(report, maison), highlight=False, markup=False)


def _next_step(report: Report, maison: str) -> str:
    if report.dry_run:
        return "Nothing was written: this was a dry run. Next: the same command without --dry-run"
    if report.undone:
        return "Nothing was written: a row was refused. Next: correct it, or leave --all-or-nothing out"
    if report.rows_refused:
        return "Next: correct the refused rows and import the file again; what was taken is not taken twice"
    return "Next: " + _NEXT[report.kind].format(maison=maison)
