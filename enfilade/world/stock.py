"""What each location holds this morning: most pieces in some number, a few on display, a few the last, a
few gone.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random

from enfilade.world.boutiques import boutique_rows
from enfilade.world.catalogue import Row, catalogue_rows
from enfilade.world.chance import chance
from enfilade.world.maisons import Maison
from enfilade.world.scale import Scale

STATES = ("display", "damaged", "quality_control", "on_approval", "vic_hold", "at_atelier")
COLUMNS = ["location", "sku", "on_hand", *STATES, "as_of"]
COUNTED_AT_HOUR_UTC = 5
DEAR_FROM_EUROS = 5000


def stock_rows(scale: Scale, maison: Maison, today: date) -> list[Row]:
    """One row for each place a location keeps for a variant; an atelier keeps none, and of the store only its first boutique."""
    draw = chance(scale.seed, "stock", maison.slug)
    morning = datetime(today.year, today.month, today.day, COUNTED_AT_HOUR_UTC, tzinfo=UTC)
    variants = [(row["sku"], float(row["price_EUR"])) for row in catalogue_rows(scale, maison)]
    rows: list[Row] = []
    places = boutique_rows(scale, maison)
    for location in places[1:2] if maison.kind == "retailer" else places:
        if location["kind"] == "atelier":
            continue
        of_the_store = maison.kind == "retailer"
        late = (
            timedelta(days=2)
            if draw.random() < 0.03 and not of_the_store
            else timedelta(minutes=draw.randint(0, 170))
        )
        as_of = (morning - late).isoformat()
        always_open = location["opening_hours"] == "24/7"
        full = location["kind"] == "warehouse" or always_open or of_the_store
        density = 1.0 if full else min(1.0, max(0.2, draw.gauss(scale.assortment, 0.15)))
        for sku, euros in variants:
            if draw.random() < density:
                drawn = _position(draw, location, sku, euros, always_open or of_the_store)
                rows.append(drawn | {"as_of": as_of})
    return rows


def _position(draw: Random, location: Row, sku: str, euros: float, always_open: bool) -> Row:
    on_hand, *states = drawn_position(
        draw, location["kind"] == "warehouse", euros >= DEAR_FROM_EUROS, always_open
    )
    return {
        "location": location["code"],
        "sku": sku,
        "on_hand": str(on_hand),
        **{state: str(n) for state, n in zip(STATES, states, strict=True)},
    }


def drawn_position(draw: Random, warehouse: bool, dear: bool, always_open: bool) -> list[int]:
    """Pieces on hand, and of these those in each of STATES."""
    if warehouse:
        on_hand = draw.randint(0, 6) if dear else draw.randint(0, 90)
    elif always_open:
        on_hand = draw.randint(2, 4) if dear else draw.randint(3, 12)
    else:
        on_hand = draw.choice((0, 1, 1, 1, 2)) if dear else draw.choice((0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8))
    counters = [on_hand, 0, 0, 0, 0, 0, 0]
    free = on_hand
    for place, likely in enumerate(_likelihoods(warehouse, dear), 1):
        if free and draw.random() < likely and not (always_open and place != 1):
            counters[place] = 1
            free -= 1
    return counters


def _likelihoods(warehouse: bool, dear: bool) -> tuple[float, ...]:
    """Of each state in turn: a warehouse inspects and shows nothing, a boutique shows and lends."""
    if warehouse:
        return (0.0, 0.05, 0.06, 0.0, 0.02, 0.02)
    return (0.3, 0.015, 0.005, 0.04, 0.04, 0.03) if dear else (0.16, 0.02, 0.005, 0.01, 0.01, 0.005)
