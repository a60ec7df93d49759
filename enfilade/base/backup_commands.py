"""`enfilade backup`, `backups`, `restore`: for the PostgreSQL that comes with us; a server of one's own has its own tools."""

import os
from collections.abc import Callable
from pathlib import Path

import click
import psycopg

from enfilade.base import backup as backing
from enfilade.base import embedded
from enfilade.base import restore as restoring
from enfilade.base.backup_archive import archive, connect, databases
from enfilade.base.binaries import CannotRun

REFUSALS = (
    backing.BackupFailed,
    restoring.RestoreRefused,
    embedded.ClusterFailed,
    CannotRun,
    psycopg.OperationalError,
)


def commands(verified: Callable[[str], int]) -> list[click.Command]:
    """`verified` proves the shop at an administrator's address and returns how many rows disagree."""
    folder = click.option(
        "--backups",
        "folder",
        type=click.Path(path_type=Path),
        default=lambda: Path(os.environ.get("ENFILADE_BACKUPS", "") or embedded.place().data / "backups"),
        help="Folder of all backups, best on another disk; also ENFILADE_BACKUPS. [default: backups in ENFILADE_DATA]",
    )

    @click.command("backup", help="Make a verified backup while the shop runs, and archive what follows it.")
    @folder
    @click.option(
        "--keep", type=click.IntRange(min=1), help="Remove all but the newest N, and the log only they need."
    )
    def backup(folder: Path, keep: int | None) -> None:
        try:
            made = backing.make(
                embedded.place(), folder.absolute(), keep=keep or 0, environment=os.environ, say=click.echo
            )
        except REFUSALS as refusal:
            raise click.ClickException(str(refusal).strip()) from refusal
        click.echo(_line(made))

    @click.command(
        "backups", help="List the backups and tell whether the archive follows. Exits 1 where it does not."
    )
    @folder
    def backups(folder: Path) -> None:
        known = backing.backups(folder.absolute())
        for made in known:
            click.echo(_line(made))
        if not known:
            click.echo("no backup yet")
        cluster = embedded.place().cluster()
        if not cluster.running():
            click.echo("archive: PostgreSQL does not run here")
            return
        with connect(cluster) as conn:
            now = archive(conn)
        click.echo(f"archive: {now.state()}")
        if now.failing or now.folder is None:
            raise click.exceptions.Exit(1)

    @click.command(
        "restore", help="Make a shop as it was at a moment, in a folder of its own, beside the running one."
    )
    @folder
    @click.option(
        "--to", "to", required=True, help="A time with its zone, as 2026-11-22T14:30:00+01:00, or latest."
    )
    @click.option(
        "--into", type=click.Path(path_type=Path), required=True, help="A folder that is empty or not there."
    )
    @click.option(
        "--lost-log",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="pg_wal of a shop that no longer runs, for what was never archived.",
    )
    def restore(folder: Path, to: str, into: Path, lost_log: Path | None) -> None:
        try:
            mark, cluster = restoring.restore(
                folder.absolute(),
                into,
                restoring.moment(to),
                running=embedded.place(),
                lost_log=lost_log,
                environment=os.environ,
                say=click.echo,
            )
            try:
                with connect(cluster) as conn:
                    names = databases(conn)
                wrong = sum(verified(cluster.address(embedded.ADMINISTRATOR, name)) for name in names)
            finally:
                cluster.stop()
        except REFUSALS as refusal:
            raise click.ClickException(str(refusal).strip()) from refusal
        click.echo(f"restored from {mark.backup}; its last transaction is of {mark.reached}")
        click.echo(
            f"ENFILADE_DATA={into.absolute()} is a shop of its own; its worker waits for: enfilade restored"
        )
        if wrong:
            raise click.exceptions.Exit(1)

    return [backup, backups, restore]


def _line(made: backing.Backup) -> str:
    size = (made.base_bytes + made.files_bytes) / 1e6
    return f"{made.name}  ended {made.ended_at[:19]}Z  {size:,.0f} MB  verified {made.verified_at[:19]}Z  key: {made.key}"
