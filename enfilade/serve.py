"""A shop behind a proxy, on a Unix socket: web and worker kept alive, and replaced one after the other without losing a request.

`--socket` is a link to the socket of the present web processes. On SIGHUP new ones are started from what is installed now;
when they are ready the link is turned, and the old ones answer what they have and go. The proxy notices nothing.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import httpx

from enfilade.web.shared.leaving import LEAVE

READY_SECONDS_MAX = 90.0
#: How long the replaced processes answer with `connection: close` before they are told to stop.
LEAVE_SECONDS = 2.0
STOP_SECONDS_MAX = 30.0
RESTART_SECONDS_FIRST = 0.5
RESTART_SECONDS_MAX = 30.0


Process = asyncio.subprocess.Process


@dataclass(frozen=True, slots=True)
class Web:
    """Granian with its processes, and the socket they alone answer at."""

    process: Process
    socket: Path


@dataclass(slots=True)
class Serving:
    """What runs now; `leaving` are those that were replaced and have not ended yet."""

    link: Path
    workers: int
    web: Web | None = None
    worker: Process | None = None
    generation: int = 0
    leaving: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])


@click.command(
    help="Serve on a Unix socket for a proxy, worker included; SIGHUP replaces all of it, SIGTERM stops it."
)
@click.option(
    "--socket", "link", type=click.Path(path_type=Path), required=True, help="The link a proxy connects to."
)
@click.option("--workers", default=2, show_default=True, help="Processes that serve the web.")
def serve(link: Path, workers: int) -> None:
    asyncio.run(_serve(Serving(link.absolute(), workers)))


async def _serve(now: Serving) -> None:
    asked: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for number, what in ((signal.SIGHUP, "roll"), (signal.SIGTERM, "stop"), (signal.SIGINT, "stop")):
        loop.add_signal_handler(number, asked.put_nowait, what)
    pause = RESTART_SECONDS_FIRST
    try:
        if not await _roll(now):
            raise click.ClickException("the web does not become ready")
        while True:
            what = await _next(now, asked)
            if what == "stop":
                return
            if what == "roll":
                pause = RESTART_SECONDS_FIRST
                await _roll(now)
                continue
            _say(f"{what} has ended; starting it again")
            with suppress(TimeoutError):
                if await asyncio.wait_for(asked.get(), pause) == "stop":
                    return
                what = ""  # asked to replace all of it
            pause = min(pause * 2, RESTART_SECONDS_MAX)
            await _roll(now, only=what)
    finally:
        await _stop_all(now)


async def _next(now: Serving, asked: asyncio.Queue[str]) -> str:
    """What to do next: what a signal asks, or which process has ended."""
    assert now.web is not None and now.worker is not None
    waits = {
        asyncio.create_task(asked.get()): "",
        asyncio.create_task(now.web.process.wait()): "web",
        asyncio.create_task(now.worker.wait()): "worker",
    }
    done, left = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
    for task in done:
        if not waits[task]:
            return str(task.result())
    return waits[done.pop()]


async def _roll(now: Serving, only: str = "") -> bool:
    """New processes first, then the old ones go. A web that does not become ready leaves the old one in its place."""
    if only != "worker":
        fresh = await _start_web(now)
        if not await _ready(fresh):
            _say("the new web does not become ready; the old one goes on")
            await _end(fresh.process)
            return False
        turned = now.link.with_name(f"{now.link.name}.turned")
        turned.unlink(missing_ok=True)
        turned.symlink_to(fresh.socket.name)
        turned.replace(now.link)
        old, now.web = now.web, fresh
        if old is not None:
            _apart(now, _leave(old))
    if only != "web":
        before, now.worker = now.worker, await _start(sys.executable, "-m", "enfilade.run", "worker")
        if before is not None:
            _apart(now, _end(before))
    _say(f"serving at {now.link}")
    return True


async def _start_web(now: Serving) -> Web:
    now.generation += 1
    socket = now.link.with_name(f"{now.link.name}.{os.getpid()}-{now.generation}")
    socket.unlink(missing_ok=True)
    options = [
        "--interface",
        "asgi",
        "--factory",
        "--no-ws",
        "--respawn-failed-workers",
        "--log-level",
        "warning",
    ]
    options += ["--workers", str(now.workers), "--workers-kill-timeout", str(int(STOP_SECONDS_MAX / 2))]
    # Who may connect is decided by the folder.
    options += ["--uds", str(socket), "--uds-permissions", "666"]
    return Web(await _start(sys.executable, "-m", "granian", *options, "enfilade.run:web"), socket)


async def _start(*command: str) -> Process:
    # LEAVE reaches all processes of the web; those that do not listen to it must not die of it.
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(LEAVE, signal.SIG_IGN),
    )


async def _ready(web: Web) -> bool:
    deadline = asyncio.get_running_loop().time() + READY_SECONDS_MAX
    async with httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(uds=str(web.socket)), timeout=5
    ) as client:
        while asyncio.get_running_loop().time() < deadline and web.process.returncode is None:
            with suppress(httpx.HTTPError):
                if (await client.get("http://localhost/health/ready")).status_code == 200:
                    return True
            await asyncio.sleep(0.1)
    return False


async def _leave(old: Web) -> None:
    with suppress(ProcessLookupError):
        os.killpg(old.process.pid, LEAVE)
    await asyncio.sleep(LEAVE_SECONDS)
    await _end(old.process)
    old.socket.unlink(missing_ok=True)


async def _end(process: Process) -> None:
    """It finishes what it has; what it has not finished after STOP_SECONDS_MAX is cut."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # what is left of it
    await process.wait()


def _apart(now: Serving, what: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(what)
    now.leaving.add(task)
    task.add_done_callback(now.leaving.discard)


async def _stop_all(now: Serving) -> None:
    if now.web is not None:
        _apart(now, _end(now.web.process))
    if now.worker is not None:
        _apart(now, _end(now.worker))
    await asyncio.gather(*now.leaving)
    if now.web is not None:
        for path in (now.link, now.web.socket):
            path.unlink(missing_ok=True)


def _say(text: str) -> None:
    print(f"serve: {text}", file=sys.stderr, flush=True)
