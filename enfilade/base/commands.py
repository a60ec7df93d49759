"""`enfilade database`: roles, migrations and the generated schema. These need an administrator's address."""

import subprocess
from pathlib import Path

import click

from enfilade.base import database as databases
from enfilade.base import migrations
from enfilade.base.binaries import binary
from enfilade.base.embedded import ADMINISTRATOR, temporary

_admin = click.option(
    "--admin-url",
    envvar="ENFILADE_DATABASE_ADMIN_URL",
    required=True,
    help="Address of a role that may create roles and databases; also ENFILADE_DATABASE_ADMIN_URL.",
)


@click.group(help="Roles, migrations and the generated schema.")
def database() -> None:
    """The group `database`."""


@database.command(help="Create the roles and the database NAME where they are missing.")
@_admin
@click.argument("name", default="enfilade")
def prepare(admin_url: str, name: str) -> None:
    """Once an installation; can be run again."""
    at = databases.prepare(admin_url, name)
    click.echo(f"prepared; next: enfilade database migrate --admin-url '{at.admin}'")


@database.command(help="Apply the migrations that have not run, while the shop goes on.")
@_admin
@click.option(
    "--patience",
    default=migrations.PATIENCE_SECONDS,
    show_default=True,
    help="Seconds a migration may try to get its locks.",
)
def migrate(admin_url: str, patience: float) -> None:
    """Each whole or not at all."""
    try:
        applied = migrations.migrate(admin_url, patience_seconds=patience, say=click.echo)
    except (migrations.MigrationChanged, migrations.MigrationWaits) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    for name in applied:
        click.echo(f"applied {name}")
    click.echo(f"{len(applied)} migrations applied" if applied else "nothing to do: the schema is up to date")


@database.command(help="Write schema.sql anew from the migrations, in a database of its own.")
@click.argument("target", type=click.Path(path_type=Path), default=Path("schema.sql"))
def schema(target: Path) -> None:
    """A test proves that the committed file equals the migrations."""
    target.write_text(generated_schema(), encoding="utf-8")
    click.echo(f"wrote {target}")


def generated_schema() -> str:
    """The schema all migrations make, as pg_dump tells it, without what differs between two equal databases."""
    with temporary() as cluster:
        at = databases.prepare(cluster.address(ADMINISTRATOR, "postgres"), "generated")
        migrations.migrate(at.admin)
        return dumped(at.admin)


def dumped(admin: str) -> str:
    """The normalised schema of one database, Procrastinate's own part left out."""
    dump = subprocess.run(
        [binary("pg_dump"), "--schema-only", "--exclude-schema=procrastinate", "--dbname", admin],
        check=True,
        capture_output=True,
        text=True,
    )
    return databases.normalised(dump.stdout)
