"""`bin/demo race`: the last piece, sold to many buyers at once, with the guard and without."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console

from enfilade.base.binaries import CannotRun
from enfilade.base.database import Addresses
from enfilade.base.embedded import ClusterFailed
from enfilade.demo.buyers import Moment, Told
from enfilade.demo.buyers import race as race_for
from enfilade.demo.last_piece import Books, LastPiece, books, shops
from enfilade.demo.screen import shown
from enfilade.demo.serving import DemoFailed, any_port, granian, until_ready

BUYERS_MAX = 512
READY_SECONDS_MAX = 90.0
STOP_SECONDS_MAX = 10.0
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the buyers were told, and what the books say."""

    told: list[Told]
    books: Books

    def of(self, moment: Moment) -> int:
        return sum(told.moment is moment for told in self.told)


@click.command("race", help="Sell the last piece to many buyers at once, with the guard and without.")
@click.option("--buyers", default=64, show_default=True, type=click.IntRange(2, BUYERS_MAX))
def race(buyers: int) -> None:
    """Exits 0 where the guarded shop sold one piece once, told everybody else, and its books are right; else 1."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    console = Console(width=None if sys.stdout.isatty() else 100)
    try:
        with ExitStack() as stack:
            guarded, unguarded = _run(console, stack, buyers)
    except (DemoFailed, ClusterFailed, CannotRun) as refusal:
        raise click.ClickException(str(refusal).strip()) from refusal
    except KeyboardInterrupt:
        sys.exit(130)
    if not _verdict(console, buyers, guarded, unguarded):
        sys.exit(1)


def _run(console: Console, stack: ExitStack, buyers: int) -> tuple[Outcome, Outcome]:
    with console.status("a throw-away shop, twice: once with what guards it, once without"):
        both = stack.enter_context(shops())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="enfilade-race-")))
        bases = [
            stack.enter_context(_served(at, folder / name))
            for name, at in (("guarded", both.guarded), ("unguarded", both.unguarded))
        ]
        for base in bases:
            asyncio.run(until_ready(base, seconds_max=READY_SECONDS_MAX))
    piece = both.piece
    console.print(
        f"\n{piece.name} — {piece.maison}. One piece is left, at {piece.boutique}; {buyers} buyers want it at "
        f"the same moment, over HTTP, from {PROCESSES} server processes.\n",
        highlight=False,
    )
    return (
        _race(console, "With the guard", bases[0], both.guarded, piece, buyers),
        _race(
            console,
            "Without it: no constraint, counters that forget",
            bases[1],
            both.unguarded,
            piece,
            buyers,
        ),
    )


def _race(console: Console, title: str, base: str, at: Addresses, piece: LastPiece, buyers: int) -> Outcome:
    with shown(console, title, buyers) as changed:
        told = asyncio.run(race_for(base, piece, buyers, changed))
    return Outcome(told, asyncio.run(books(at, piece)))


def _verdict(console: Console, buyers: int, guarded: Outcome, unguarded: Outcome) -> bool:
    wrong = [told.wrong for told in guarded.told if told.moment is Moment.WRONG]
    right = (
        not wrong
        and guarded.books == Books(orders=1, disagreements=0)
        and guarded.of(Moment.ORDER) == 1
        and guarded.of(Moment.SOLD_OUT) == buyers - 1
    )
    tells = unguarded.books.orders > 1
    for name, outcome, good in (("with the guard", guarded, right), ("without", unguarded, tells)):
        found = outcome.books.disagreements
        console.print(
            f"{'✓' if good else '✗'} {name}: {outcome.books.orders} order{'' if outcome.books.orders == 1 else 's'} "
            f"for one piece, {outcome.of(Moment.SOLD_OUT)} told it is sold out, "
            f"{found} disagreement{'' if found == 1 else 's'} in the books",
            style="green" if good and outcome is guarded else "red" if not good else "yellow",
            highlight=False,
        )
    for what in wrong[:5]:
        console.print(f"  wrong with the guard: {what}", style="red", highlight=False)
    if not tells:
        console.print("  without the guard it should have oversold: this race proves nothing", style="red")
    return right and tells


@contextmanager
def _served(at: Addresses, data: Path) -> Generator[str]:
    """The web for one of the two, in a session of its own that ends with us."""
    data.mkdir()
    port = any_port()
    base = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "ENFILADE_DATABASE_URL": at.app,
        "ENFILADE_DATA": str(data),
        "ENFILADE_BASE_URL": base,
        "ENFILADE_DEMO": "yes",
    }
    with (data / "web.log").open("wb") as log:
        web = subprocess.Popen(
            granian(port, PROCESSES), env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield base
        finally:
            with suppress(ProcessLookupError):
                os.killpg(web.pid, signal.SIGTERM)
            try:
                web.wait(timeout=STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(web.pid, signal.SIGKILL)
                web.wait()
