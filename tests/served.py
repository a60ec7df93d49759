"""A shop served for real: Granian with two web processes and a worker, each in a session of its own, on a free port."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from enfilade.base.database import Addresses

READY_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Served:
    """`base` is the address; `web` and `worker` the processes, whose whole sessions end with them."""

    base: str
    data: Path
    web: subprocess.Popen[bytes]
    worker: subprocess.Popen[bytes] | None


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def served(
    addresses: Addresses,
    data: Path,
    *,
    workers: int = 2,
    jobs: bool = False,
    port: int | None = None,
    **environment: str,
) -> AsyncIterator[Served]:
    """Starts, waits until it is ready, yields, and ends everything it started."""
    port = port or free_port()
    base = f"http://127.0.0.1:{port}"
    settings = {
        **os.environ,
        "ENFILADE_DATABASE_URL": addresses.admin,
        "ENFILADE_DATA": str(data),
        "ENFILADE_BASE_URL": base,
        "ENFILADE_DEMO": "yes",
        **environment,
    }
    granian = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--factory",
        "--no-ws",
        "--host",
        "127.0.0.1",
    ]
    granian += ["--port", str(port), "--workers", str(workers), "--log-level", "warning", "enfilade.run:web"]
    programs = {"web": granian, "worker": [sys.executable, "-m", "enfilade.run", "worker"]}
    with contextlib.ExitStack() as logs:
        started = {
            name: await asyncio.to_thread(_start, program, settings, logs.enter_context(_log(data, name)))
            for name, program in programs.items()
            if jobs or name == "web"
        }
        web, worker = started["web"], started.get("worker")
        try:
            await _ready(base, web, data)
            yield Served(base, data, web, worker)
        finally:
            for process in started.values():
                await asyncio.to_thread(_end, process)


def _log(data: Path, name: str) -> BinaryIO:
    return (data / f"{name}.log").open("wb")


def _start(program: list[str], environment: dict[str, str], log: BinaryIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(program, env=environment, stdout=log, stderr=log, start_new_session=True)


async def _ready(base: str, web: subprocess.Popen[bytes], data: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline:
            assert web.poll() is None, (data / "web.log").read_text(encoding="utf-8")
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(f"{base}/health/ready")).status_code == 200:
                    return
            await asyncio.sleep(0.1)
    raise AssertionError("not ready: " + (data / "web.log").read_text(encoding="utf-8"))


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
