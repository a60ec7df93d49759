"""Runs the processes of one installation side by side, restarts what dies, stops all on a signal."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

RESTART_SECONDS_FIRST = 0.5
RESTART_SECONDS_MAX = 30.0
STEADY_SECONDS = 60.0  # up for that long, a process has earned a quick restart again
STOP_SECONDS_MAX = 15.0
WATCH_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running: a short name for its output, its command, what its environment adds."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


class Kept(Protocol):
    """A server with a life of its own, looked at now and then and started again when it is gone."""

    name: str

    def running(self) -> bool: ...
    def start(self) -> None: ...


Say = Callable[[str, str], None]


def say(name: str, line: str) -> None:
    print(f"{name:>10} | {line}", flush=True)


async def supervise(
    children: Iterable[Child],
    *,
    kept: Iterable[Kept] = (),
    when_started: Callable[[], Coroutine[Any, Any, None]] | None = None,
    say: Say = say,
) -> None:
    """Runs until SIGINT, SIGTERM or SIGHUP, then stops every child; a second signal kills them.

    `when_started` runs beside them; when it raises, all is stopped and the exception goes on.
    """
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    running: dict[str, asyncio.subprocess.Process] = {}

    def stop() -> None:
        if stopping.is_set():
            for process in running.values():
                _signal(process, signal.SIGKILL)
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    tasks = [asyncio.create_task(_keep_child(child, running, stopping, say)) for child in children]
    tasks += [asyncio.create_task(_keep_server(server, stopping, say)) for server in kept]
    waiting = asyncio.create_task(_until(stopping))
    first = asyncio.create_task(when_started()) if when_started is not None else waiting
    try:
        await asyncio.wait({waiting, first}, return_when=asyncio.FIRST_COMPLETED)
        if first.done():
            first.result()
        await waiting
    finally:
        stopping.set()
        first.cancel()
        await asyncio.gather(*tasks, waiting, first, return_exceptions=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)


async def _until(event: asyncio.Event) -> None:
    await event.wait()


async def _keep_child(
    child: Child, running: dict[str, asyncio.subprocess.Process], stopping: asyncio.Event, say: Say
) -> None:
    pause = RESTART_SECONDS_FIRST
    while not stopping.is_set():
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *child.command,
            env={**os.environ, **child.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and we decide the order
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            limit=2**20,
        )
        running[child.name] = process
        reading = asyncio.create_task(_read(child.name, process, say))
        ended = asyncio.create_task(_end(process))
        asked = asyncio.create_task(stopping.wait())
        await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
        if stopping.is_set():
            await _stop(process)
        asked.cancel()
        code = await ended
        _signal(process, signal.SIGKILL)  # what it started and left behind
        await reading
        if not stopping.is_set():
            if time.monotonic() - began > STEADY_SECONDS:
                pause = RESTART_SECONDS_FIRST
            say(child.name, f"ended with {code}; starting it again in {pause:g} s")
            await _wait(stopping, pause)
            pause = min(pause * 2, RESTART_SECONDS_MAX)


async def _keep_server(server: Kept, stopping: asyncio.Event, say: Say) -> None:
    while not stopping.is_set():
        if not await asyncio.to_thread(server.running):
            say(server.name, "is gone; starting it again")
            try:
                await asyncio.to_thread(server.start)
            except Exception as failure:
                say(server.name, str(failure))
        await _wait(stopping, WATCH_SECONDS)


async def _read(name: str, process: asyncio.subprocess.Process, say: Say) -> None:
    assert process.stdout is not None
    while True:
        try:
            line = await process.stdout.readline()
        except ValueError:  # a line beyond the limit
            continue
        if not line:
            return
        say(name, line.decode(errors="replace").rstrip())


async def _stop(process: asyncio.subprocess.Process) -> None:
    _signal(process, signal.SIGTERM, group=False)
    with suppress(TimeoutError):
        await asyncio.wait_for(_end(process), STOP_SECONDS_MAX)
        return
    _signal(process, signal.SIGKILL)
    await _end(process)


async def _end(process: asyncio.subprocess.Process) -> int:
    """Waits for the process itself; `wait()` waits for all that hold its output, and those we want to end."""
    while process.returncode is None:  # noqa: ASYNC110 - asyncio has no event for this
        await asyncio.sleep(0.05)
    return process.returncode


def _signal(process: asyncio.subprocess.Process, number: signal.Signals, *, group: bool = True) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


def _end_with_parent() -> None:
    """On Linux a child is told to stop when this process is killed by force; elsewhere it lives on."""
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
