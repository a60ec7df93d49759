"""Long versions of tests: the same test with larger sizes, run by `bin/soak`, each telling its figures one a line.

A file takes part with `pytestmark = pytest.mark.soak`; `sized` gives its sizes, `figure` tells what it measured.
"""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

Size = TypeVar("Size", int, float)


def share() -> float:
    """How much of the long size is asked for: 0 in an ordinary run, 1 under `bin/soak`, less with its `--share`."""
    return float(os.environ.get("ENFILADE_SOAK", "0"))


def sized(quick: Size, long: Size) -> Size:
    """`quick` in an ordinary run; under `bin/soak` the asked share of `long`, never less than `quick`."""
    return max(quick, type(quick)(long * share()))


def figure(name: str, value: object, unit: str = "") -> None:
    """Tells one figure: printed, and kept where `bin/soak` gathers them."""
    line = f"{name}: {value:,} {unit}" if isinstance(value, int) else f"{name}: {value} {unit}"
    print(f"\nsoak: {line.rstrip()}", flush=True)
    if gathered := os.environ.get("ENFILADE_SOAK_FIGURES"):
        with Path(gathered).open("a", encoding="utf-8") as file:
            file.write(line.rstrip() + "\n")


def block(command: str, ended: str, figures: list[str]) -> str:
    """What docs/measurements.md takes in: date, machine, command, figures, and how the run ended."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = platform.platform()
    return "\n".join(
        [
            f"### {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, `{command}`",
            "",
            f"{os.cpu_count()} CPUs ({platform.machine()}), {memory:.0f} GiB, {system}, "
            f"Python {platform.python_version()}. {ended}.",
            "",
            *(f"- {line}" for line in figures),
            "",
        ]
    )


if __name__ == "__main__":
    told = Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()
    print(block(sys.argv[1], sys.argv[2], told))
