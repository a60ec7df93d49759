"""The archive of what PostgreSQL writes: its own module copies each finished piece of its log into a folder, without a shell.

A piece is finished when it is full, and after ARCHIVE_SECONDS at the latest: that much may be lost with the machine.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from enfilade.base.embedded import ADMINISTRATOR, Cluster

ARCHIVE_SECONDS = 60
ARRIVE_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Archive:
    """`folder` is None where nothing is archived; `failing` is the piece whose last try nothing has made good."""

    folder: Path | None
    last: str
    last_at: datetime | None
    failing: str
    failing_at: datetime | None
    needs_restart: bool

    def state(self) -> str:
        """In one line, for people."""
        if self.needs_restart:
            return "off: PostgreSQL must be started anew once before it archives"
        if self.folder is None:
            return "off: no backup has been made yet"
        if self.failing:
            since = f"{self.failing_at:%Y-%m-%d %H:%M:%S %Z}"
            return f"FAILING, last at {since} with {self.failing}: see PostgreSQL's log and the disk of {self.folder}"
        return (
            f"well, last at {self.last_at:%Y-%m-%d %H:%M:%S %Z}"
            if self.last_at
            else "well, nothing to do yet"
        )


def connect(cluster: Cluster, database: str = "postgres") -> psycopg.Connection:
    """As the administrator."""
    return psycopg.connect(cluster.address(ADMINISTRATOR, database), autocommit=True)


def archive(conn: psycopg.Connection) -> Archive:
    """What is archived where, and whether it fails."""
    row = conn.execute(
        """
        select current_setting('archive_library'), current_setting('basic_archive.archive_directory', true),
          current_setting('archive_mode'), coalesce(last_archived_wal, ''), last_archived_time,
          case when last_failed_time > coalesce(last_archived_time, '-infinity') then last_failed_wal else '' end,
          last_failed_time
        from pg_stat_archiver
        """
    ).fetchone()
    assert row is not None
    library, folder, mode, last, last_at, failing, failing_at = row
    on = library == "basic_archive" and folder
    return Archive(Path(folder) if on else None, last, last_at, failing, failing_at, mode == "off")


def archive_into(conn: psycopg.Connection, folder: Path) -> None:
    """From now on, and after every start. A cluster that began without an archive must be started anew once."""
    for name, value in (
        ("archive_mode", "on"),
        ("archive_command", ""),
        ("archive_library", "basic_archive"),
        ("archive_timeout", f"{ARCHIVE_SECONDS}s"),
        ("basic_archive.archive_directory", str(folder)),
    ):
        conn.execute(
            sql.SQL("alter system set {} = {}").format(sql.Identifier(*name.split(".")), sql.Literal(value))
        )
    conn.execute("select pg_reload_conf()")


def finish_piece(conn: psycopg.Connection, folder: Path, *, seconds_max: float = ARRIVE_SECONDS_MAX) -> bool:
    """Ends the present piece and waits until the archive has it; False when it does not come in time."""
    # A commit of its own, so that any moment before now has something after it.
    conn.execute("select pg_current_xact_id()")
    row = conn.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
    assert row is not None
    deadline = time.monotonic() + seconds_max
    while not (folder / row[0]).exists():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def databases(conn: psycopg.Connection) -> list[str]:
    """Those that hold an installation of ours."""
    names = [
        name for (name,) in conn.execute("select datname from pg_database where datallowconn").fetchall()
    ]
    found: list[str] = []
    for name in names:
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(conn.info.dsn, dbname=name, autocommit=True) as there,
        ):
            if there.execute("select to_regclass('public.migration')").fetchone() != (None,):
                found.append(name)
    return found
