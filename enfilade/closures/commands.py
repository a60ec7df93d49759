"""`enfilade closures …`: a schedule of closures from a file, and half a country closed in a drawn world to see what happens."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from rich.console import Console
from rich.table import Table

from enfilade.base.binaries import CannotRun
from enfilade.base.db import Db
from enfilade.base.embedded import ClusterFailed
from enfilade.channels.commands import RefusedRows, show
from enfilade.channels.imports import FileRefused, Report
from enfilade.closures import schedule
from enfilade.closures.simulate import Came, simulate
from enfilade.maisons import founding

SAYS = {
    "resource": "parcels",
    "extend": "collections that waited",
    "postpone": "collections to prepare",
    "divert": "transfers",
    "welcome": "told that it is open",
    "propose": "appointments",
    "keep": "appointments at their own time again",
}


def commands(database: Callable[[], Db]) -> click.Group:
    """The group `closures`; `database` gives the pools, not yet open, when a command runs."""

    @click.group("closures", help="Close boutiques by a schedule, and try what closing half a country does.")
    def group() -> None:
        pass

    @group.command("import")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--maison", required=True, metavar="SLUG", help="Whose file it is.")
    @click.option("--dry-run", is_flag=True, help="Do everything, then undo it: only the report remains.")
    @click.option("--all-or-nothing", is_flag=True, help="Take nothing if one row is refused.")
    def take(file: Path, maison: str, dry_run: bool, all_or_nothing: bool) -> None:
        """A schedule of closures from our own CSV: code, from, until, stops, reason."""
        refused = RefusedRows(Path(f"{file.stem}.refused.csv"))
        console = Console()
        try:
            report = asyncio.run(_taken(database(), file, maison, dry_run, all_or_nothing, refused))
        except FileRefused as refusal:
            raise click.ClickException(str(refusal)) from None
        except (OperationalError, PoolTimeout) as error:
            raise click.ClickException(f"the database does not answer: {error}") from None
        finally:
            refused.close()
        show(console, report, maison, refused.path if refused.count else None)
        if report.rows_refused:
            raise SystemExit(1)

    @group.command("simulate")
    @click.option("--boutiques", default=40, show_default=True, type=click.IntRange(5, 400))
    @click.option("--orders", default=400, show_default=True, type=click.IntRange(1, 5000))
    @click.option("--appointments", default=150, show_default=True, type=click.IntRange(0, 5000))
    @click.option(
        "--days", type=click.IntRange(1, 28), help="Closed for so many days; without it, until reopened."
    )
    @click.option(
        "--kills", default=0, show_default=True, type=click.IntRange(0, 10), help="Workers killed meanwhile."
    )
    @click.option("--seed", default=1, show_default=True, help="The same seed draws the same day.")
    def try_it(
        boutiques: int, orders: int, appointments: int, days: int | None, kills: int, seed: int
    ) -> None:
        """Half the boutiques of a country close at noon of a busy day, in a database that is gone afterwards."""
        try:
            came = simulate(
                boutiques=boutiques,
                orders=orders,
                seed=seed,
                kills=kills,
                days=days,
                appointments=appointments,
            )
        except (ClusterFailed, CannotRun) as refusal:
            raise click.ClickException(str(refusal).strip()) from refusal
        _told(came)
        if came.wrong:
            raise SystemExit(1)

    assert take and try_it
    return group


async def _taken(
    db: Db, file: Path, maison: str, dry_run: bool, all_or_nothing: bool, refused: RefusedRows
) -> Report:
    await db.open()
    try:
        async with db.door() as conn:
            maison_id = await founding.id_of(conn, slug=maison)
        if maison_id is None:
            raise FileRefused(f"there is no maison “{maison}”", "write its slug")
        return await schedule.import_schedule(
            db,
            maison_id=maison_id,
            path=file,
            now=datetime.now(UTC),
            dry_run=dry_run,
            all_or_nothing=all_or_nothing,
            on_refusal=refused.write,
        )
    finally:
        await db.close()


def _told(came: Came) -> None:
    click.echo(
        f"{came.places} boutiques closed at noon with {came.orders} orders and {came.appointments} appointments; "
        f"{came.killed} workers killed meanwhile; all done after {came.seconds / 60:.1f} minutes"
    )
    table = Table(box=None, pad_edge=False)
    for column in ("what", "came out", "why", "how many"):
        table.add_column(column, justify="right" if column == "how many" else "left")
    for (kind, state, why), number in sorted(came.effects.items()):
        table.add_row(SAYS[kind], state.replace("_", " "), why, str(number))
    table.add_row("letters", "sent", "", str(came.letters))
    Console(width=100).print(table)
    for wrong in came.wrong:
        click.echo(f"wrong: {wrong}", err=True)
    if not came.wrong:
        click.echo("nothing lost, nobody told twice; stock, orders and payments agree")
