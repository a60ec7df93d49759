"""Rows of stock as a till or feed sends them, each checked for itself: one bad row does not stop the others."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar, cast

import msgspec
from litestar.openapi.spec import OpenAPIType, Schema
from litestar.params import Body
from msgspec import Meta

from enfilade.web.api.words import PLAIN

ROWS_MAX = 500
PIECES_MAX = 100_000

Code = Annotated[str, Meta(min_length=1, max_length=100, pattern=PLAIN, description="A location's code.")]
Sku = Annotated[str, Meta(min_length=1, max_length=200, pattern=PLAIN)]
Source = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9._-]{1,60}$", description="Which till or feed says so; its references are its own."
    ),
]
Pieces = Annotated[int, Meta(ge=0, le=PIECES_MAX)]
#: Of a SKU that is counted piece by piece: which they are. In a count all are for sale; states are told in the studio.
Serials = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=60, pattern=PLAIN)], ...],
    Meta(max_length=1000, description="The serials, of a SKU that is counted piece by piece."),
]
R = TypeVar("R")


class Movement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`quantity` is what changes on hand: sold is negative, received and returned are positive."""

    location: Code
    sku: Sku
    kind: Literal["received", "sold", "returned", "transferred", "adjusted"]
    quantity: Annotated[int, Meta(ge=-PIECES_MAX, le=PIECES_MAX)]
    reference: Annotated[str, Meta(min_length=1, max_length=200, pattern=PLAIN)]
    source: Source
    serials: Serials = ()

    @property
    def wrong_way(self) -> bool:
        """Whether the quantity contradicts the kind."""
        if self.kind == "sold":
            return self.quantity >= 0
        return self.quantity <= 0 if self.kind in ("received", "returned") else self.quantity == 0


class Counted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was found: `on_hand` in all, and of these the pieces not for sale, by state."""

    location: Code
    sku: Sku
    on_hand: Pieces
    as_of: Annotated[datetime, Meta(tz=True, description="When it was counted, with its offset.")]
    display: Pieces = 0
    damaged: Pieces = 0
    quality_control: Pieces = 0
    on_approval: Pieces = 0
    vic_hold: Pieces = 0
    at_atelier: Pieces = 0
    serials: Serials = ()

    @property
    def states(self) -> tuple[int, ...]:
        """In the order of `stock.positions.STATES`."""
        return (
            self.display,
            self.damaged,
            self.quality_control,
            self.on_approval,
            self.vic_hold,
            self.at_atelier,
        )


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows, each of the shape this address describes."""

    rows: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=ROWS_MAX)]


class Movements(Told, frozen=True, forbid_unknown_fields=True):
    """What happened, oldest first."""


class Counts(Told, frozen=True, forbid_unknown_fields=True):
    """What was counted, one row a piece and place."""


class RowAnswer(msgspec.Struct, frozen=True):
    """What became of a row. `told_before`: its reference is known, nothing was changed.

    `missing` pieces were taken that stock did not have; `to_source_again` order lines lost their piece to this fact.
    """

    row: int
    outcome: Literal["taken", "told_before", "refused"]
    field: str = ""
    reason: str = ""
    missing: int = 0
    to_source_again: int = 0


class Taken(msgspec.Struct, frozen=True):
    """A row's answer stands at the row's place."""

    taken: int
    told_before: int
    refused: int
    rows: list[RowAnswer]


def summed(answers: list[RowAnswer]) -> Taken:
    """The answers with their figures."""
    outcomes = [answer.outcome for answer in answers]
    return Taken(outcomes.count("taken"), outcomes.count("told_before"), outcomes.count("refused"), answers)


def body_of(row: type[msgspec.Struct]) -> Any:
    """The body's description, saying what a row looks like though each is checked only when its turn comes."""
    described = msgspec.json.schema(row)
    definition = cast("dict[str, Any]", described["$defs"][row.__name__])
    properties = {
        name: Schema(
            type=OpenAPIType(field["type"]) if "type" in field else None,
            enum=field.get("enum"),
            description=field.get("description"),
            format=field.get("format"),
            pattern=field.get("pattern"),
            minimum=field.get("minimum"),
            maximum=field.get("maximum"),
            min_length=field.get("minLength"),
            max_length=field.get("maxLength"),
            default=field.get("default"),
        )
        for name, field in cast("dict[str, dict[str, Any]]", definition["properties"]).items()
    }
    rows = Schema(
        type=OpenAPIType.ARRAY,
        min_items=1,
        max_items=ROWS_MAX,
        items=Schema(
            type=OpenAPIType.OBJECT,
            title=row.__name__,
            properties=dict(properties),
            required=list(definition["required"]),
            additional_properties=False,
        ),
    )
    return Body(description=row.__doc__, schema_extra={"properties": {"rows": rows}})


def read(rows: list[dict[str, Any]], kind: type[R]) -> list[R | RowAnswer]:
    """Each row as its kind, or its refusal with the field and the reason."""
    found: list[R | RowAnswer] = []
    for number, row in enumerate(rows):
        try:
            found.append(msgspec.convert(row, kind))
        except msgspec.ValidationError as error:
            reason, _, place = str(error).partition(" - at `")
            field = place.removeprefix("$.").rstrip("`")
            if reason.startswith("Object ") and "`" in reason:
                field = reason.split("`")[1]
            found.append(RowAnswer(number, "refused", field, reason))
    return found
