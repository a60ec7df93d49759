"""The servers that are measured: the shop, the shop that is recorded, the bare floor; each under Granian as in real use."""

import os
import pickle
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.load import Journey, load
from bench.recording import TAKEN_FROM, Transaction
from enfilade.base.database import Addresses
from enfilade.base.settings import read

READY_SECONDS_MAX = 60
PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the port it listens on, and the process whose children serve."""

    port: int
    process: subprocess.Popen[bytes]
    data: Path

    def workers(self) -> list[int]:
        """The processes that serve."""
        told = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True).stdout
        pairs = [tuple(map(int, line.split())) for line in told.splitlines()]
        return [pid for pid, parent in pairs if parent == self.process.pid]

    def memory_mb(self) -> list[float]:
        """Resident memory of each process that serves."""
        pids = ",".join(map(str, self.workers()))
        told = subprocess.run(["ps", "-o", "rss=", "-p", pids], capture_output=True, text=True).stdout
        return [round(int(kilobytes) / 1024, 1) for kilobytes in told.split()]

    def cpu_seconds(self) -> float | None:
        """What it has used since it began."""
        return cpu_seconds(self.process.pid)

    def said(self) -> str:
        """The end of what it wrote."""
        return (self.data / "web.log").read_text(encoding="utf-8", errors="replace")[-3000:]


@contextmanager
def shop(at: Addresses, *, workers: int = 2, recorded: bool = False) -> Generator[Server]:
    """The shop's web processes, as `enfilade demo` starts them. `recorded`: one, that writes down its statements."""
    environment = {
        "ENFILADE_DATABASE_URL": at.admin,
        "ENFILADE_DEMO": "yes",
        "ENFILADE_KEY": "a-key-of-the-bench-and-of-nothing-else",
    }
    program = "bench.recording:web" if recorded else "enfilade.run:web"
    with _served(program, environment, workers=1 if recorded else workers) as server:
        yield server


@contextmanager
def bare(at: Addresses, requests: list[list[Transaction]], *, workers: int = 2) -> Generator[Server]:
    """The same statements behind an empty handler, with pools of the same size on as many processes."""
    with tempfile.TemporaryDirectory(prefix="enfilade-bench-") as folder:
        recorded = Path(folder) / "recorded"
        recorded.write_bytes(pickle.dumps(requests))
        settings = read({"ENFILADE_DATABASE_URL": at.admin, "ENFILADE_KEY": "-" * 32})
        environment = {
            "BENCH_RECORDED": str(recorded),
            "BENCH_APP_URL": at.app,
            "BENCH_PUBLIC_URL": at.public,
            "BENCH_CONNECTIONS": str(settings.connections_max),
        }
        with _served("bench.bare:web", environment, workers=workers) as server:
            yield server


@contextmanager
def _served(program: str, environment: dict[str, str], *, workers: int) -> Generator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-ws"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    command += ["--log-level", "warning", program]
    with tempfile.TemporaryDirectory(prefix="enfilade-bench-") as folder:
        data = Path(folder)
        settings = {
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "ENFILADE_DATA": folder,
            "ENFILADE_BASE_URL": f"http://127.0.0.1:{port}",
            **environment,
        }
        with (data / "web.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=PROJECT, env=settings, stdout=log, stderr=log, start_new_session=True
            )
        server = Server(port, process, data)
        try:
            _until_ready(server)
            yield server
        finally:
            _end(process)


def cpu_seconds(pid: int) -> float | None:
    """What a process and its children have used since they began; None where there is no /proc (macOS)."""
    if not Path("/proc/self/stat").exists():
        return None
    total = _ticks(pid, 11, 12, 13, 14)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if _fields(stat)[1] == str(pid):
                total += _ticks(int(stat.parent.name), 11, 12)
    return total / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int, *columns: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = _fields(Path(f"/proc/{pid}/stat"))
        return sum(int(fields[column]) for column in columns)
    return 0


def _fields(stat: Path) -> list[str]:
    # What follows the name, which may hold spaces and brackets itself.
    return stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def asked(port: int, request: bytes) -> tuple[int, bytes]:
    """One request, one answer."""
    answers: list[tuple[int, bytes]] = []

    def journey() -> Journey:
        answers.append((yield request))

    told = load(port, iter([journey()]), clients=1)
    assert answers, told.errors
    return answers[0]


def get(path: str, *headers: str) -> bytes:
    """The bytes of a GET."""
    lines = [f"GET {path} HTTP/1.1", "host: 127.0.0.1", *headers, "", ""]
    return "\r\n".join(lines).encode()


def recorded(server: Server) -> list[Transaction]:
    """What has run in a recorded shop since the last time."""
    _, body = asked(server.port, get(TAKEN_FROM))
    taken: list[Transaction] = pickle.loads(body)
    return taken


def _until_ready(server: Server) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.said()
        with suppress(OSError):
            if asked(server.port, get("/health/ready"))[0] == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"not ready: {server.said()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
            return
