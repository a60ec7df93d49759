"""Our own boutiques CSV: a location a row, its opening hours, what it opts into; see docs/formats.md."""

from collections.abc import Iterable, Iterator

from enfilade.boutiques.locations import Location
from enfilade.channels import cells
from enfilade.channels.boutiques import NOWHERE, ToldLocation, country_code, hours, zone_at
from enfilade.channels.cells import CellRefused
from enfilade.channels.files import Row
from enfilade.channels.imports import Item, Notice, Refusal
from enfilade.stock.exposure import Exposure

CODE_CHARACTERS_MAX = 60
_KINDS = ("boutique", "warehouse", "atelier")


def recognises(columns: list[str]) -> bool:
    """Whether the header is ours."""
    return {"code", "name", "country", "latitude", "longitude"} <= set(columns)


def read_boutiques(rows: Iterable[Row | Refusal]) -> Iterator[Item[ToldLocation] | Refusal | Notice]:
    """A location a row."""
    for row in rows:
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            told = _location(row)
        except CellRefused as refused:
            yield refused.at(row.line)
            continue
        if told.location.kind in (None, "boutique") and told.location.opening_hours is None:
            yield Notice(
                row.line, f"{told.location.code} has no opening hours: no collection is promised there"
            )
        yield Item(row.line, 1, told)


def _location(row: Row) -> ToldLocation:
    kind = cells.text(row, "kind", 20)
    if kind is not None and kind not in _KINDS:
        raise CellRefused("kind", kind, "is not a kind of location", f"write one of {', '.join(_KINDS)}")
    latitude, longitude = cells.degrees(row, "latitude", 90), cells.degrees(row, "longitude", 180)
    return ToldLocation(
        Location(
            code=cells.required(row, "code", CODE_CHARACTERS_MAX),
            kind=kind,
            name=cells.required(row, "name", 200),
            country=country_code("country", cells.required(row, "country", 10)),
            city=cells.required(row, "city", 200),
            postcode=cells.text(row, "postcode", 20),
            address=cells.text(row, "address", 300),
            latitude=latitude,
            longitude=longitude,
            zone=zone_at(latitude, longitude, cells.text(row, "zone", 60)),
            opening_hours=hours("opening_hours", cells.text(row, "opening_hours", 1000)),
            phone=cells.text(row, "phone", 60),
            preparation_minutes=cells.whole(row, "preparation_minutes", 0, 10_080),
            daily_cap=cells.whole(row, "daily_cap", 1, 100_000),
        ),
        Exposure(
            NOWHERE,
            collect=cells.yes_no(row, "collect"),
            reserve=cells.yes_no(row, "reserve"),
            ship=cells.yes_no(row, "ship"),
            safety_collect=cells.whole(row, "safety_collect", 0, 10_000),
            safety_ship=cells.whole(row, "safety_ship", 0, 10_000),
        ),
    )
