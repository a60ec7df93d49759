"""Wall clocks of running processes that can be moved: Debian's libfaketime, loaded into them, reads an offset from a file.

Only what they call the time of day moves. Timeouts, which count seconds from anywhere, do not, as on a real machine; and
PostgreSQL, another process, keeps its own.
"""

from datetime import timedelta
from pathlib import Path

TRUE = timedelta(0)


def library() -> Path | None:
    """Where libfaketime is, None where it is not installed."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


def movable(clock: Path) -> dict[str, str]:
    """What a process's environment adds, so that it goes by `clock`."""
    move(clock, TRUE)
    return {
        "LD_PRELOAD": str(library()),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def move(clock: Path, offset: timedelta) -> None:
    """From the next look at it on, all who go by this clock are `offset` from the true time."""
    written = clock.with_suffix(".written")
    written.write_text(f"{offset.total_seconds():+.0f}s\n")
    written.replace(clock)
