"""Rows of the world as the readers of our own formats take them; a row refused is the world's own fault."""

from collections.abc import Iterable, Iterator

from enfilade.channels.files import Row, column
from enfilade.channels.imports import Refusal


class WorldRefused(Exception):
    """A row of the world that its own format refuses: the world is wrong, not the reader of this message."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"row {refusal.line}, {refusal.column} “{refusal.value}”: {refusal.reason}")


def numbered(rows: Iterable[dict[str, str]]) -> Iterator[Row]:
    """As a file's rows: numbered, columns named as readers name them, empty cells left out."""
    for number, row in enumerate(rows, 1):
        yield Row(number, {column(name): value for name, value in row.items() if value})
