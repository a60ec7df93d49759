"""How many pieces of a line go on where a form lets some of them end: a field `keep-` and the line's id; missing, none do."""

from collections.abc import Iterable
from uuid import UUID

from litestar.exceptions import ValidationException

DIGITS_MAX = 2


def kept(fields: Iterable[tuple[str, object]], line_ids: list[UUID]) -> dict[UUID, int]:
    """Of the lines that were named. Raises ValidationException for what is no number."""
    said = dict(fields)
    found: dict[UUID, int] = {}
    for line_id in line_ids:
        written = str(said.get(f"keep-{line_id}", "0"))
        if not (written.isascii() and written.isdigit() and len(written) <= DIGITS_MAX):
            raise ValidationException("keep: not a number of pieces")
        found[line_id] = int(written)
    return found
