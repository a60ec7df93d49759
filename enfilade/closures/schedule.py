"""A schedule of closures from our own CSV: a place and an interval a row; each row is an act, known by what it says.

Columns: `code` of a location, `from` and `until` (a day, or a day and a time, on the place's wall), `stops` (blank or `all`:
everything; else some of collect, reserve, ship), `reason`. The same file again closes nothing twice.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from enfilade.base.db import Conn, Db
from enfilade.boutiques.locations import ids_of
from enfilade.channels import cells
from enfilade.channels.cells import CellRefused
from enfilade.channels.files import DelimitedFile, Row
from enfilade.channels.imports import FileRefused, Item, Notice, Refusal, Report, Taken, run_import
from enfilade.closures import acts
from enfilade.closures.acts import METHODS, EndIsPast, Scope, Wanted

#: Under which the ids of rows are derived: a row says what its act is.
ROWS = UUID("7a3f5f6e-60d5-5d8c-9b0e-5a7f1d0c4b21")
COLUMNS = ("code", "from", "until")


@dataclass(frozen=True, slots=True)
class Told:
    """What a row says."""

    line: int
    code: str
    starts: datetime
    ends: datetime | None
    stops: tuple[str, ...]
    reason: str


async def import_schedule(
    db: Db,
    *,
    maison_id: UUID,
    path: Path,
    now: datetime,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    on_refusal: Callable[[Refusal], None] | None = None,
) -> Report:
    """Takes the rows that can be taken. Raises FileRefused."""
    with DelimitedFile(path) as file:
        if not set(COLUMNS) <= set(file.columns):
            raise FileRefused(
                f"{path.name} is no schedule of closures: its columns are {', '.join(file.columns[:8])}",
                f"begin with the columns {', '.join(COLUMNS)}, stops, reason",
            )
        report = Report("closures", "own CSV", path.name, dry_run)

        async def take(conn: Conn, told: list[Told]) -> Taken:
            return await _take(conn, maison_id, told, now)

        return await run_import(
            db,
            maison_id=maison_id,
            report=report,
            read=_read(file.rows()),
            take=take,
            now=now,
            all_or_nothing=all_or_nothing,
            on_refusal=on_refusal,
        )


def _read(rows: Iterable[Row | Refusal]) -> Iterator[Item[Told] | Refusal | Notice]:
    for row in rows:
        if isinstance(row, Refusal):
            yield row
            continue
        try:
            yield Item(row.line, 1, _told(row))
        except CellRefused as refused:
            yield refused.at(row.line)


def _told(row: Row) -> Told:
    starts, ends = _wall(row, "from"), _wall(row, "until")
    if starts is None:
        raise CellRefused(
            "from", "", "is blank", "write the day it closes, like 2026-12-24 or 2026-12-24 16:00"
        )
    if ends is not None and ends <= starts:
        raise CellRefused("until", str(ends), "is not after the beginning", "write when it is open again")
    stops = cells.text(row, "stops", 60) or "all"
    names = [name.strip() for name in stops.replace("+", ",").replace(" ", ",").split(",") if name.strip()]
    unknown = sorted(set(names) - {*METHODS, "all"})
    if unknown:
        raise CellRefused(
            "stops", stops, f"{unknown[0]} cannot stop", f"write all, or some of {', '.join(METHODS)}"
        )
    everything = "all" in names
    return Told(
        row.line,
        cells.required(row, "code", 60),
        starts,
        ends,
        acts.stopped(everything, list(METHODS) if everything else names),
        cells.text(row, "reason", 200) or "",
    )


def _wall(row: Row, column: str) -> datetime | None:
    value = cells.text(row, column, 30)
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise CellRefused(
            column, value, "is not a day", "write it like 2026-12-24 or 2026-12-24 16:00"
        ) from None
    if found.tzinfo is not None:
        raise CellRefused(column, value, "names a zone", "write the time on the place's own wall")
    return found


async def _take(conn: Conn, maison_id: UUID, told: list[Told], now: datetime) -> Taken:
    taken = Taken()
    known = await ids_of(conn, maison_id=maison_id, codes=sorted({row.code for row in told}))
    closed, before = 0, 0
    for row in told:
        place = known.get(row.code)
        if place is None:
            taken.refusals.append(
                Refusal(
                    row.line,
                    "code",
                    row.code,
                    "no location has this code",
                    "write its code, or import it first",
                )
            )
            continue
        act_id = uuid5(ROWS, f"{maison_id} {place} {row.starts} {row.ends} {' '.join(row.stops)}")
        wanted = Wanted(Scope("boutiques", "", (place,)), row.stops, row.starts, row.ends, row.reason)
        try:
            fresh = await acts.confirm(
                conn, maison_id=maison_id, act_id=act_id, by=None, wanted=wanted, previewed={}, now=now
            )
        except EndIsPast:
            taken.refusals.append(
                Refusal(row.line, "until", str(row.ends), "is past", "leave out what is over")
            )
            continue
        closed, before = closed + fresh, before + (not fresh)
    taken.figures.update({"closures": closed, "known already": before})
    return taken
