"""POST /stock/movements and /stock/counts: tills and feeds of a maison tell what happened to its pieces."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, post

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.boutiques.locations import ids_of
from enfilade.channels.stock_csv import Sku, variants_of
from enfilade.staff.people import Colleague
from enfilade.staff.surfaces import MANAGERS
from enfilade.stock.counts import Count, record_counts, record_movement
from enfilade.stock.pieces_told import count as count_by_piece
from enfilade.stock.positions import STATES
from enfilade.stock.serials import Found, SerialRefused
from enfilade.web.api.asking import at_work, staff
from enfilade.web.api.problems import declared
from enfilade.web.api.stock.rows import (
    Counted,
    Counts,
    Movement,
    Movements,
    RowAnswer,
    Taken,
    Told,
    body_of,
    read,
    summed,
)
from enfilade.web.shared.keys import IdempotencyKey, once

#: Clocks differ; a count from later than this is a mistake.
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows name, of the asker's maison and places."""

    locations: dict[str, UUID]
    variants: dict[str, Sku]

    def place(self, row: Movement | Counted) -> tuple[UUID, UUID] | tuple[str, str]:
        """Location and variant, or the field that names something unknown, and why."""
        if (location_id := self.locations.get(row.location)) is None:
            return "location", "no location of yours has this code"
        if (variant := self.variants.get(row.sku)) is None:
            return "sku", "no piece of the maison has this SKU"
        if row.serials and not variant.serialised:
            return "serials", "this piece is counted by number, not by serials"
        return location_id, variant.id


@post(
    "/stock/movements",
    summary="Tell what was sold, received, returned, moved",
    status_code=200,
    responses=declared(400, 401, 403, 422),
)
async def movements(
    request: Request[Any, Any, Any],
    db: Db,
    idempotency_key: IdempotencyKey,
    data: Annotated[Movements, body_of(Movement)],
) -> Response[Taken]:
    """Good rows are taken, bad ones refused by themselves; a reference of a source counts once, for ever."""
    asker = await staff(request, db, MANAGERS)
    at = await at_work(db, asker)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> Taken:
        return await _move(conn, asker.maison_id, at, data, now)

    return Response(
        await once(
            db,
            Actor.staff(asker.staff_id),
            asker.maison_id,
            key=f"movements:{idempotency_key}",
            request=data,
            answer=Taken,
            now=now,
            verb=verb,
        )
    )


@post(
    "/stock/counts",
    summary="Tell what was counted",
    status_code=200,
    responses=declared(400, 401, 403, 422),
)
async def counts(
    request: Request[Any, Any, Any],
    db: Db,
    idempotency_key: IdempotencyKey,
    data: Annotated[Counts, body_of(Counted)],
) -> Response[Taken]:
    """Good rows are taken, bad ones refused by themselves; a count older than what is known changes nothing."""
    asker = await staff(request, db, MANAGERS)
    at = await at_work(db, asker)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> Taken:
        return await _count(conn, asker.maison_id, at, data, now)

    return Response(
        await once(
            db,
            Actor.staff(asker.staff_id),
            asker.maison_id,
            key=f"counts:{idempotency_key}",
            request=data,
            answer=Taken,
            now=now,
            verb=verb,
        )
    )


async def _known(conn: Conn, maison_id: UUID, at: Colleague, rows: list[Movement] | list[Counted]) -> _Known:
    locations = await ids_of(conn, maison_id=maison_id, codes=sorted({row.location for row in rows}))
    variants = await variants_of(conn, maison_id=maison_id, skus=sorted({row.sku for row in rows}))
    return _Known({code: place for code, place in locations.items() if at.works_at(place)}, variants)


async def _move(conn: Conn, maison_id: UUID, at: Colleague, data: Told, now: datetime) -> Taken:
    rows = read(data.rows, Movement)
    known = await _known(conn, maison_id, at, [row for row in rows if isinstance(row, Movement)])
    answers: dict[int, RowAnswer] = {}
    placed: list[tuple[UUID, UUID, int, Movement]] = []
    for number, row in enumerate(rows):
        if isinstance(row, RowAnswer):
            answers[number] = row
        elif row.wrong_way:
            answers[number] = RowAnswer(
                number,
                "refused",
                "quantity",
                f"{row.quantity} cannot be {row.kind}: sold is below 0, all else above",
            )
        elif isinstance((place := known.place(row))[0], str):
            answers[number] = RowAnswer(number, "refused", str(place[0]), str(place[1]))
        else:
            placed.append((UUID(str(place[0])), UUID(str(place[1])), number, row))
    # Positions are locked in one order everywhere; rows of the same position keep theirs.
    for location_id, variant_id, number, row in sorted(placed, key=lambda one: one[:3]):
        try:
            # What a refused piece has begun is undone, and nothing else; a piece counted by number is never refused here.
            async with conn.transaction() if known.variants[row.sku].serialised else nullcontext():
                shortfall = await record_movement(
                    conn,
                    maison_id=maison_id,
                    location_id=location_id,
                    variant_id=variant_id,
                    kind=row.kind,
                    on_hand=row.quantity,
                    source=row.source,
                    reference=row.reference,
                    now=now,
                    serials=list(row.serials),
                )
        except SerialRefused as refused:
            answers[number] = RowAnswer(number, "refused", "serials", str(refused))
            continue
        if shortfall is None:
            answers[number] = RowAnswer(number, "told_before")
        else:
            lost = len(shortfall.order_line_ids)
            answers[number] = RowAnswer(number, "taken", missing=shortfall.missing, to_source_again=lost)
    return summed([answers[number] for number in range(len(rows))])


async def _count(conn: Conn, maison_id: UUID, at: Colleague, data: Told, now: datetime) -> Taken:
    rows = read(data.rows, Counted)
    known = await _known(conn, maison_id, at, [row for row in rows if isinstance(row, Counted)])
    answers: dict[int, RowAnswer] = {}
    placed: dict[tuple[UUID, UUID], tuple[int, Count]] = {}
    by_piece: set[int] = set()
    for number, row in enumerate(rows):
        if isinstance(row, RowAnswer):
            answers[number] = row
        elif sum(row.states) > row.on_hand:
            answers[number] = RowAnswer(
                number,
                "refused",
                "on_hand",
                f"{sum(row.states)} pieces are not for sale, {row.on_hand} on hand",
            )
        elif row.as_of > now + AHEAD:
            answers[number] = RowAnswer(number, "refused", "as_of", "is in the future")
        elif isinstance((place := known.place(row))[0], str):
            answers[number] = RowAnswer(number, "refused", str(place[0]), str(place[1]))
        elif (at_place := (UUID(str(place[0])), UUID(str(place[1])))) in placed:
            answers[number] = RowAnswer(
                number, "refused", "sku", f"row {placed[at_place][0]} counts the same piece there"
            )
        elif known.variants[row.sku].serialised:
            placed[at_place] = (number, Count(*at_place, 0, now))
            by_piece.add(number)
            answers[number] = await _count_pieces(conn, maison_id, at_place, number, row, now)
        else:
            states = dict(zip(STATES, row.states, strict=True))
            as_of = min(row.as_of, now)
            placed[at_place] = (number, Count(*at_place, row.on_hand, as_of, **states))
            answers[number] = RowAnswer(number, "taken")
    shortfalls = await record_counts(
        conn,
        maison_id=maison_id,
        counts=[count for number, count in placed.values() if number not in by_piece],
        source="api",
        now=now,
    )
    for short in shortfalls:
        number, _ = placed[short.location_id, short.variant_id]
        lost = len(short.order_line_ids)
        answers[number] = RowAnswer(number, "taken", missing=short.missing, to_source_again=lost)
    return summed([answers[number] for number in range(len(rows))])


async def _count_pieces(
    conn: Conn, maison_id: UUID, at_place: tuple[UUID, UUID], number: int, row: Counted, now: datetime
) -> RowAnswer:
    """One row of a SKU that is counted piece by piece."""
    if len(row.serials) != row.on_hand or any(row.states):
        return RowAnswer(
            number, "refused", "serials", f"{row.on_hand} on hand: name as many serials, and no states"
        )
    location_id, variant_id = at_place
    try:
        async with conn.transaction():
            short = await count_by_piece(
                conn,
                maison_id=maison_id,
                location_id=location_id,
                variant_id=variant_id,
                found=[Found(serial) for serial in row.serials],
                source="api",
                by_id=None,
                as_of=min(row.as_of, now),
                now=now,
            )
    except SerialRefused as refused:
        return RowAnswer(number, "refused", "serials", str(refused))
    return RowAnswer(number, "taken", to_source_again=len(short.order_line_ids))
