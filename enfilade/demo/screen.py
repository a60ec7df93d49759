"""The race as one sees it: a cell a buyer in a terminal, plain lines anywhere else."""

import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from enfilade.demo.buyers import Changed, Moment

COLUMNS, CELL = 8, 9
STYLES = {
    Moment.AWAY: "dim",
    Moment.BASKET: "cyan",
    Moment.ASKS: "yellow",
    Moment.HOLDS: "black on yellow",
    Moment.SOLD_OUT: "bright_black",
    Moment.ORDER: "bold black on green",
    Moment.WRONG: "bold white on red",
}
TOO_MANY = "bold white on red"


@dataclass(slots=True)
class _Board:
    title: str
    buyers: int
    began: float = field(default_factory=time.monotonic)
    moments: list[Moment] = field(default_factory=list[Moment])

    def __rich__(self) -> Group:
        counted = Counter(self.moments)
        orders = counted[Moment.ORDER]
        grid = Table.grid(padding=(0, 0))
        for _ in range(COLUMNS):
            grid.add_column(width=CELL, justify="center")
        for start in range(0, self.buyers, COLUMNS):
            row = self.moments[start : start + COLUMNS]
            grid.add_row(*(Text(moment.center(CELL - 1), self._style(moment, orders)) for moment in row))
        told = Text.assemble(
            (
                f"{orders} order{'' if orders == 1 else 's'}",
                self._style(Moment.ORDER, orders) if orders else "dim",
            ),
            ("   ", ""),
            (f"{counted[Moment.SOLD_OUT]} told: sold out", "bright_black"),
            (f"   {counted[Moment.WRONG]} wrong" if counted[Moment.WRONG] else "", "red"),
            (f"   {time.monotonic() - self.began:.1f} s", "dim"),
        )
        return Group(Text(self.title, "bold"), Padding(grid, (1, 0, 1, 2)), Padding(told, (0, 0, 1, 2)))

    @staticmethod
    def _style(moment: Moment, orders: int) -> str:
        return TOO_MANY if moment is Moment.ORDER and orders > 1 else STYLES[moment]


@contextmanager
def shown(console: Console, title: str, buyers: int) -> Generator[Changed]:
    """Shows the race under the title while it runs; what stands at the end stays."""
    board = _Board(title, buyers, moments=[Moment.AWAY] * buyers)
    if not console.is_terminal:
        yield _lines(console, board)
        return

    def changed(number: int, moment: Moment) -> None:
        board.moments[number] = moment

    with Live(board, console=console, refresh_per_second=20):
        yield changed


def _lines(console: Console, board: _Board) -> Changed:
    console.print(board.title, highlight=False)
    said: set[Moment] = set()

    def changed(number: int, moment: Moment) -> None:
        board.moments[number] = moment
        # Sixty-three refusals read alike: of each moment the first, of holds and orders every one.
        if moment in (Moment.HOLDS, Moment.ORDER, Moment.WRONG) or moment not in said:
            said.add(moment)
            words = "told: sold out" if moment is Moment.SOLD_OUT else moment
            seconds = time.monotonic() - board.began
            console.print(f"  {seconds:4.1f} s  buyer {number + 1}: {words}", highlight=False)

    return changed
