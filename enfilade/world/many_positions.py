"""A maison's stock by COPY: what each location keeps, and the ledger from which it follows."""

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from enfilade.world.boutiques import Row
from enfilade.world.chance import chance
from enfilade.world.copying import NULL, Copier, Ids
from enfilade.world.maisons import Maison
from enfilade.world.many_pieces import Piece
from enfilade.world.scale import Scale
from enfilade.world.shares import parted
from enfilade.world.stock import COUNTED_AT_HOUR_UTC, DEAR_FROM_EUROS, STATES, drawn_position

#: The ledger begins with a count so many days ago; what left before then, the count had not seen any more.
LEDGER_DAYS = 28


@dataclass(frozen=True, slots=True)
class Place:
    """A location as it was drawn, with its id."""

    id: str
    row: Row

    @property
    def full(self) -> bool:
        """Whether it keeps everything."""
        return self.row["kind"] == "warehouse" or self.row["opening_hours"] == "24/7"


def assortments(
    scale: Scale, maison: Maison, places: list[Place], pieces: int, positions: int
) -> list[Sequence[int]]:
    """For each place the numbers of the pieces it keeps, ascending: `positions` in all, none at an atelier."""
    draw = chance(scale.seed, "assortments", maison.slug)
    weights = [
        0.0
        if place.row["kind"] == "atelier"
        else 1.0
        if place.full
        else min(1.0, max(0.2, draw.gauss(scale.assortment, 0.15)))
        for place in places
    ]
    most = [pieces if weight else 0 for weight in weights]
    shares = parted(positions, weights, most)
    return [array("I", sorted(draw.sample(range(pieces), share))) for share in shares]


@dataclass(slots=True)
class Ledger:
    """Since the first count, how many pieces left each (place, piece), by their numbers."""

    opened_at: datetime
    left: Counter[tuple[int, int]]

    @classmethod
    def of(cls, now: datetime) -> "Ledger":
        """One that begins LEDGER_DAYS before the day of `now`."""
        return cls(datetime.combine(now.date() - timedelta(days=LEDGER_DAYS), time(), UTC), Counter())


async def copy_positions(
    copier: Copier,
    *,
    tenant: str,
    scale: Scale,
    maison: Maison,
    places: list[Place],
    pieces: list[Piece],
    kept: list[Sequence[int]],
    ledger: Ledger,
    now: datetime,
    heard: Callable[[int], None],
) -> None:
    """Writes each position with its count of the first day; what has left since then is in the ledger already."""
    draw = chance(scale.seed, "positions", maison.slug)
    ids = Ids(chance(scale.seed, "ids of positions", maison.slug))
    moment = round(ledger.opened_at.timestamp() * 1000)
    opened = ledger.opened_at.isoformat()
    morning = datetime.combine(now.date(), time(COUNTED_AT_HOUR_UTC), UTC)
    dear = [piece.prices.get("EUR", 0) >= DEAR_FROM_EUROS * 100 for piece in pieces]
    left = ledger.left
    of_piece = [piece.id for piece in pieces]
    positions, movements = copier.lines("stock.position"), copier.lines("stock.movement")
    for number, place in enumerate(places):
        late = timedelta(days=2) if draw.random() < 0.03 else timedelta(minutes=draw.randint(0, 170))
        as_of = min(morning - late, now).isoformat()
        warehouse = place.row["kind"] == "warehouse"
        always_open = place.full and not warehouse
        for piece in kept[number]:
            counters = drawn_position(draw, warehouse, dear[piece], always_open)
            on_hand, display, damaged, control, approval, vic, atelier = counters
            key = f"{tenant}\t{place.id}\t{of_piece[piece]}"
            positions.append(
                f"{key}\t{on_hand}\t{display}\t{damaged}\t{control}\t{approval}\t{vic}\t{atelier}\t{as_of}\n"
            )
            where = f"{opened}\t{place.id}\t{of_piece[piece]}"
            if first := on_hand + left.get((number, piece), 0):
                movements.append(
                    f"{tenant}\t{ids.at(moment)}\t{where}\topening\t{first}\t0\t{NULL}\t0\t{NULL}\n"
                )
            if display + damaged + control + approval + vic + atelier:
                for state, pieces_in in zip(STATES, counters[1:], strict=True):
                    if pieces_in:
                        movements.append(
                            f"{tenant}\t{ids.at(moment)}\t{where}\tstate_changed\t0\t0\t{state}\t{pieces_in}\t{NULL}\n"
                        )
            if len(positions) >= 20_000:
                await copier.write()
        heard(len(kept[number]))
        await copier.write()
    await copier.write(every=True)
