"""What a form sends, read field by field: its texts, its ids, its passwords."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.exceptions import ValidationException

FIELD_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, by name; a field may come more than once."""

    fields: dict[str, list[str]]

    def text(self, name: str, default: str | None = None, *, most: int = FIELD_CHARACTERS_MAX) -> str:
        """The field, without outer spaces. Raises ValidationException when it is missing or longer than `most`."""
        values = self.fields.get(name, [])
        if not values and default is not None:
            return default
        if len(values) != 1 or len(values[0]) > most:
            raise ValidationException(f"{name}: expected once, at most {most} characters")
        return values[0].strip()

    def exact(self, name: str) -> str:
        """A password as it was typed, spaces and all. Raises ValidationException when it is missing."""
        values = self.fields.get(name, [])
        if len(values) != 1:
            raise ValidationException(f"{name}: expected once")
        return values[0]

    def ids(self, name: str) -> list[UUID]:
        """The ids of a list of boxes."""
        try:
            return [UUID(value) for value in self.fields.get(name, [])]
        except ValueError:
            raise ValidationException(f"{name}: not an id") from None

    def id(self, name: str) -> UUID:
        """One id."""
        found = self.ids(name)
        if len(found) != 1:
            raise ValidationException(f"{name}: expected once")
        return found[0]


async def form_of(request: Request[Any, Any, Any]) -> Form:
    """What was sent; files are not fields."""
    sent = await request.form()
    fields: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields.setdefault(str(name), []).append(value)
    return Form(fields)
