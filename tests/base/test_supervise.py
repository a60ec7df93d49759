"""The supervisor: what dies comes back, what was started ends with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from enfilade.base.binaries import program_of

SUPERVISOR = """
import asyncio, sys
from enfilade.base.supervise import Child, supervise
command = [sys.executable, "-c", sys.argv[1], sys.argv[2]]
asyncio.run(supervise([Child("child", command, {"SAID": "through the environment"})]))
"""
# A child that starts one of its own, as web servers do, and tells the numbers of both.
PARENT_OF_ANOTHER = """
import os, subprocess, sys, time
other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
with open(sys.argv[1], "a") as told: print(os.getpid(), other.pid, file=told)
print(os.environ["SAID"], flush=True)
time.sleep(300)
"""


def until(what: Callable[[], bool], seconds_max: float = 20) -> None:
    deadline = time.monotonic() + seconds_max
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def pairs(told: Path) -> list[tuple[int, int]]:
    """The numbers of child and grandchild, one pair for each start."""
    lines = told.read_text().split("\n")[:-1] if told.exists() else []
    return [(int(a), int(b)) for a, b in (line.split() for line in lines)]


def start(told: Path, child: str = PARENT_OF_ANOTHER) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SUPERVISOR, child, str(told)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)


def gone(pid: int) -> bool:
    return program_of(pid) is None


def test_a_killed_child_comes_back_and_takes_its_own_children_with_it(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with start(told) as supervisor:
        until(lambda: len(pairs(told)) == 1)
        child, grandchild = pairs(told)[0]
        os.kill(child, signal.SIGKILL)
        until(lambda: len(pairs(told)) == 2)
        assert gone(child) and gone(grandchild)
        supervisor.send_signal(signal.SIGINT)
        said, _ = supervisor.communicate(timeout=20)
    assert "child | through the environment" in said
    assert "child | ended with -9; starting it again in 0.5 s" in said
    assert supervisor.returncode == 0
    assert all(gone(pid) for pair in pairs(told) for pid in pair)


def test_a_signal_ends_everything_and_nothing_starts_again(tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        told = tmp_path / number.name
        with start(told) as supervisor:
            until(lambda told=told: len(pairs(told)) == 1)
            supervisor.send_signal(number)
            supervisor.communicate(timeout=20)
        assert supervisor.returncode == 0
        assert len(pairs(told)) == 1 and all(gone(pid) for pid in pairs(told)[0])


def test_a_child_that_will_not_stop_is_killed_at_the_second_signal(tmp_path: Path) -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + PARENT_OF_ANOTHER
    told = tmp_path / "told"
    with start(told, stubborn) as supervisor:
        until(lambda: len(pairs(told)) == 1)
        supervisor.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert supervisor.poll() is None
        supervisor.send_signal(signal.SIGINT)
        supervisor.communicate(timeout=10)
    assert all(gone(pid) for pid in pairs(told)[0])
