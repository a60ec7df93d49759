"""The demo: one installation from nothing to its open doors, in one command that stops all it started."""

import asyncio
import json
import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import tuple_row
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from enfilade.base import database, embedded
from enfilade.base.binaries import CannotRun
from enfilade.base.supervise import Child, Kept, supervise
from enfilade.demo import numbered, partners, workshop
from enfilade.demo.own_host import open_door, own_host
from enfilade.demo.race import race
from enfilade.demo.serving import DemoFailed, free_port, granian, say, until_ready
from enfilade.world.load import DEMO_PASSWORD
from enfilade.world.maisons import maisons
from enfilade.world.make import make
from enfilade.world.people import DOMAIN
from enfilade.world.scale import Scale, ScaleRefused, scale_of

DATABASE = "enfilade"
READY_SECONDS_MAX = 90.0
# Said of a database in its comment, so that --fresh never drops one that the demo did not make.
BEING_MADE, MADE = "Enfilade demo, being made", "Enfilade demo, made"


@click.group(
    invoke_without_command=True,
    help="Serve the demo world on this machine, with all it needs; Ctrl-C stops it.",
)
@click.option("--fresh", is_flag=True, help="Forget what was done in the demo and begin again.")
@click.option("--workers", default=2, show_default=True, help="Processes that serve the web.")
@click.option(
    "--scale",
    default="small",
    show_default=True,
    help="How large a world to make, the first time: tiny, small, full, or figures like maisons=1,positions=10000.",
)
@click.pass_context
def demo(asked: click.Context, fresh: bool, workers: int, scale: str) -> None:
    """Everything from an empty folder to four open doors."""
    if asked.invoked_subcommand is not None:
        return
    # A stop asked for while the world is being made ends like Ctrl-C, with everything cleaned up.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        port = free_port(os.environ.get("PORT", ""))
        with server(fresh=fresh) as (admin, name, kept):
            addresses = world_in(admin, name, fresh=fresh, scale=scale)
            asyncio.run(open_door(addresses, port=port, now=datetime.now(UTC)))
            asyncio.run(serve(addresses, kept, port=port, workers=workers))
    except (
        DemoFailed,
        ScaleRefused,
        CannotRun,
        embedded.ClusterFailed,
        embedded.DataInUse,
        psycopg.OperationalError,
    ) as refusal:
        raise click.ClickException(str(refusal).strip()) from refusal
    except KeyboardInterrupt:
        say("stopped")
        sys.exit(130)
    say("stopped; bin/demo goes on where you left")


@contextmanager
def server(*, fresh: bool) -> Generator[tuple[str, str, list[Kept]]]:
    """An administrator's address, the database's name, and the server to keep alive if it is ours."""
    place = embedded.place()
    with embedded.claimed(place.data):
        if given := os.environ.get("ENFILADE_DATABASE_URL", ""):
            name = conninfo_to_dict(given).get("dbname") or DATABASE
            yield make_conninfo(given, dbname="postgres"), str(name), []
            return
        cluster = place.cluster()
        if fresh:
            cluster.stop()
            for folder in (cluster.data, place.data / "mailbox"):
                shutil.rmtree(folder, ignore_errors=True)
        with step("PostgreSQL"):
            cluster.prepare()
            cluster.start()
        try:
            yield cluster.address(embedded.ADMINISTRATOR, "postgres"), DATABASE, [cluster]
        finally:
            cluster.stop()


def world_in(admin: str, name: str, *, fresh: bool, scale: str) -> database.Addresses:
    """The database with the demo world in it: found as it was left, or made."""
    size = scale_of(scale)
    mark = mark_of(admin, name)
    if mark is not None and not mark.startswith((BEING_MADE, MADE)):
        raise DemoFailed(
            f"database {name} holds something else than the demo; name another in ENFILADE_DATABASE_URL"
        )
    # What the importers began they go on with; what COPY began is begun anew.
    broken_off = mark is not None and mark.startswith(BEING_MADE) and size.copied
    if mark is not None and (fresh or broken_off):
        with psycopg.connect(admin, autocommit=True) as conn:
            conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        mark = None
    with step("roles and tables"):
        addresses = database.prepare(admin, name)
        if mark is None:
            write_mark(addresses.admin, name, BEING_MADE)
        try:
            database.migrate(addresses.admin)
        except database.MigrationChanged as change:
            raise DemoFailed(f"{change}.\nThe demo's data is older; --fresh makes it anew.") from change
    if mark is None or mark.startswith(BEING_MADE):
        with step(f"the {scale} world"):
            asyncio.run(load_world(addresses, size))
            for tell in (partners.begin, workshop.begin, numbered.begin):
                asyncio.run(tell(addresses, key=secrets.token_bytes(48), now=datetime.now(UTC)))
        write_mark(addresses.admin, name, f"{MADE}, {scale}")
    return addresses


async def load_world(addresses: database.Addresses, scale: Scale) -> None:
    """Maisons, boutiques, pieces, stock, people and two years of sales."""
    columns = (
        TextColumn("demo: {task.description:<28}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, transient=True, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task("", total=None)

        def told(name: str, done: int, total: int) -> None:
            progress.update(task, description=name, completed=done, total=total)

        made = await make(addresses, scale, now=datetime.now(UTC), told=told)
    for what, seconds in {"the ground": made.ground_seconds, **made.filled.seconds}.items():
        if made.filled.rows:
            say(f"  {what}: {seconds:.0f} s")
    for table, rows in made.filled.rows.items():
        say(f"  {table}: {rows:,} rows, {made.filled.copying[table]:.0f} s of COPY")


def mark_of(admin: str, name: str) -> str | None:
    """The comment on a database, "" where it has none, None where there is no such database."""
    with psycopg.connect(admin, row_factory=tuple_row) as conn:
        found = conn.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %(name)s",
            {"name": name},
        ).fetchone()
    return None if found is None else str(found[0] or "")


def write_mark(admin: str, name: str, mark: str) -> None:
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("set role enfilade_owner")
        conn.execute(sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(mark)))


async def serve(addresses: database.Addresses, kept: list[Kept], *, port: int, workers: int) -> None:
    """Runs web and worker until a signal; says where the doors are as soon as they open."""
    base = f"http://127.0.0.1:{port}"
    environment = {
        "ENFILADE_DATABASE_URL": addresses.app,
        "ENFILADE_DATA": str(embedded.place().data),
        "ENFILADE_BASE_URL": base,
        "ENFILADE_DEMO": "yes",
        "PYTHONUNBUFFERED": "1",
    }
    worker = [sys.executable, "-c", "from enfilade.run import command_line; command_line()", "worker"]
    began = time.monotonic()

    async def open_doors() -> None:
        await until_ready(base, seconds_max=READY_SECONDS_MAX)
        say(f"ready in {time.monotonic() - began:.1f} s")
        print(doors(base, port), flush=True)

    children = [Child("web", granian(port, workers), environment), Child("worker", worker, environment)]
    await supervise(children, kept=kept, when_started=open_doors, say=relay)


def doors(base: str, port: int) -> str:
    """The five surfaces, and who may sign in where; the store of one maison has a door of its own."""
    maison = maisons()[0]
    slug = maison.slug
    rows = [
        ("storefront", "/", "client", "no account needed"),
        ("", f"http://{own_host(port)}/", "", f"{maison.name} alone, at its own host"),
        ("boutique app", "/boutique", "advisor", f"advisor.{slug}@{DOMAIN}"),
        ("", "", "boutique manager", f"boutique.{slug}@{DOMAIN}"),
        ("desk", "/desk", "client service", f"desk.{slug}@{DOMAIN}"),
        ("studio", "/studio", "maison manager", f"maison.{slug}@{DOMAIN}"),
        ("cockpit", "/cockpit", "group analyst", f"analyst@{DOMAIN}"),
        ("", "", "group administrator", f"administrator@{DOMAIN}"),
    ]
    lines = [
        f"  {surface:<14}{base + path if path.startswith('/') else path:<34}{role:<21}{who}"
        for surface, path, role, who in rows
    ]
    foot = [f"  Every password is {DEMO_PASSWORD}", "  Ctrl-C stops everything."]
    return "\n".join(["", *lines, "", *foot, ""])


@contextmanager
def step(what: str) -> Generator[None]:
    """Says what is being done, and afterwards how long it took when one would have noticed."""
    say(what)
    began = time.monotonic()
    yield
    if (seconds := time.monotonic() - began) > 2:
        say(f"{what}: {seconds:.0f} s")


def relay(name: str, line: str) -> None:
    """A line of a child's output; what is routine in a log is left out."""
    if line.startswith("{"):
        try:
            if json.loads(line).get("level") in ("debug", "info"):
                return
        except ValueError:
            pass
    print(f"{name:>10} | {line}", flush=True)


demo.add_command(race)
