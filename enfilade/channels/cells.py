"""One cell at a time: bounded text, yes and no, numbers, points in time; or a refusal that names the cell."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from enfilade.channels.files import UNWRITABLE, Row
from enfilade.channels.imports import Refusal

ADDRESS_CHARACTERS_MAX = 2000
SHOWN_CHARACTERS_MAX = 80
_YES = frozenset({"yes", "y", "true", "1", "oui", "ja", "是"})
_NO = frozenset({"no", "n", "false", "0", "non", "nee", "否"})


class CellRefused(Exception):
    """A cell that cannot be taken; with its row it becomes a Refusal."""

    def __init__(self, column: str, value: str, reason: str, remedy: str) -> None:
        super().__init__(f"{column}: {reason}; {remedy}")
        self.column, self.value, self.reason, self.remedy = column, value, reason, remedy

    def at(self, line: int) -> Refusal:
        """The refusal of the row at `line`."""
        return Refusal(line, self.column, self.value[:SHOWN_CHARACTERS_MAX], self.reason, self.remedy)


def text(row: Row, column: str, characters_max: int) -> str | None:
    """The trimmed text, None where the cell is blank or absent."""
    value = row.cells.get(column)
    if value is None:
        return None
    value = value.strip()
    if UNWRITABLE.search(value):
        raise CellRefused(
            column,
            ascii(value),
            "holds a character that is no text",
            "remove control characters from the cell",
        )
    if len(value) > characters_max:
        raise CellRefused(
            column, value, f"{len(value)} characters where {characters_max} fit", "shorten the text"
        )
    return value or None


def required(row: Row, column: str, characters_max: int) -> str:
    """The text of a cell that must not be blank."""
    value = text(row, column, characters_max)
    if value is None:
        raise CellRefused(column, "", "is blank", "fill it in")
    return value


def yes_no(row: Row, column: str) -> bool | None:
    """True or False; None where blank."""
    value = text(row, column, 20)
    if value is None:
        return None
    if value.lower() in _YES:
        return True
    if value.lower() in _NO:
        return False
    raise CellRefused(column, value, "is neither yes nor no", "write yes or no")


def whole(row: Row, column: str, least: int, most: int) -> int | None:
    """A whole number within its bounds; None where blank."""
    value = text(row, column, 30)
    if value is None:
        return None
    digits = value.removeprefix("-")
    # A spreadsheet may have written 3 as 3.0.
    digits = digits.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()):
        raise CellRefused(column, value, "is not a whole number", "write digits only")
    number = -int(digits) if value.startswith("-") else int(digits)
    if not least <= number <= most:
        raise CellRefused(column, value, f"is not between {least} and {most}", "correct the number")
    return number


def degrees(row: Row, column: str, most: float) -> float:
    """A latitude (`most` 90) or longitude (180) in decimal degrees."""
    value = required(row, column, 40)
    try:
        number = float(value)
    except ValueError:
        raise CellRefused(column, value, "is not a number", "write decimal degrees like 48.8698") from None
    if not -most <= number <= most:
        raise CellRefused(
            column, value, f"is not between -{most:g} and {most:g}", "check latitude and longitude"
        )
    return number


def moment(row: Row, column: str, now: datetime) -> datetime | None:
    """A point in time, ISO 8601 with its offset, at most a quarter of an hour after `now` (clocks differ)."""
    value = text(row, column, 60)
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise CellRefused(
            column, value, "is not a date and time", "write it like 2026-11-22T15:30:00+01:00"
        ) from None
    if read.tzinfo is None:
        raise CellRefused(column, value, "has no offset", "add it, like 2026-11-22T15:30:00+01:00")
    try:
        read = read.astimezone(UTC)
    except OverflowError:
        raise CellRefused(column, value, "is out of range", "correct the year") from None
    if read.year < 1990:
        raise CellRefused(column, value, "lies before 1990", "correct the year")
    if read > now + timedelta(minutes=15):
        raise CellRefused(column, value, "lies in the future", "correct the date or the offset")
    return read


def address(column: str, value: str) -> str:
    """An http or https address; anything else is refused. It is recorded, not fetched."""
    if UNWRITABLE.search(value):
        raise CellRefused(column, ascii(value), "holds a character that is no text", "correct the address")
    if len(value) > ADDRESS_CHARACTERS_MAX:
        raise CellRefused(column, value, "is longer than an address can be", "give a shorter address")
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or any(sign.isspace() for sign in value):
        raise CellRefused(column, value, "is not an http or https address", "give the picture's full address")
    return value
