"""Web processes on this machine: the port they get, the command that starts them, and when they are ready."""

import asyncio
import os
import socket as sockets
import sys
import time

import httpx

PORTS_TRIED = 50


class DemoFailed(Exception):
    """The demo cannot go on; the message says why and what to do."""


def granian(port: int, workers: int) -> list[str]:
    """The command that serves the web on 127.0.0.1."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)),
        *("--respawn-failed-workers", "--log-level", "warning", "enfilade.run:web"),
    ]


def any_port() -> int:
    """A port nobody uses now."""
    with sockets.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_port(asked: str) -> int:
    """The port of PORT, or 8000; if it is taken, the next one that is not."""
    try:
        first = int(asked or 8000)
        if not 1 <= first <= 65535:
            raise ValueError(asked)
    except ValueError:
        raise DemoFailed(f"PORT={asked!r}: give a number from 1 to 65535") from None
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        with sockets.socket() as probe:
            probe.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as taken:
                why = os.strerror(taken.errno or 0).lower()
                say(f"port {port} cannot be used ({why}); trying the next one")
                continue
        return port
    raise DemoFailed(f"no free port from {first} on; name another with PORT")


async def until_ready(base: str, *, seconds_max: float) -> None:
    deadline = time.monotonic() + seconds_max
    said = ""
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                answer = await client.get(f"{base}/health/ready")
                if answer.status_code == 200:
                    return
                said = f"{answer.status_code} {answer.text[:300]}"
            except httpx.HTTPError as failure:
                said = str(failure)
            await asyncio.sleep(0.1)
    raise DemoFailed(f"{base}/health/ready is not ready after {seconds_max:.0f} s: {said}")


def say(text: str) -> None:
    print(f"demo: {text}", flush=True)
