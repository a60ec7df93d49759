"""A maison's orders of two years by COPY, as they stand when everything was delivered, collected or sold at the counter.

What they are not: their baskets, checkouts, payments and facts are not there (as after a move from another house), their
clients are guests, and nobody holds the secret of their links.
"""

import hashlib
import json
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from enfilade.base.money import tax_inside, tax_on_top
from enfilade.base.secrets import CODE_LETTERS
from enfilade.maisons.markets import Market
from enfilade.world import sales
from enfilade.world.chance import chance
from enfilade.world.copying import NULL, Copier, Ids, escaped
from enfilade.world.maisons import Maison
from enfilade.world.many_pieces import Piece
from enfilade.world.many_positions import Ledger, Place
from enfilade.world.markets import market_of
from enfilade.world.people import person_name
from enfilade.world.scale import Scale
from enfilade.world.shares import parted

DAY = 86_400
PICK_SECONDS, COLLECT_DAYS = 2 * 3600, 7
NAMES = 400  # different clients' names a maison draws from
_PAIRS = [a + b for a in CODE_LETTERS for b in CODE_LETTERS]


@dataclass(frozen=True, slots=True)
class Seller:
    """What every order of the maison has in common. `markets` and `entities` (ids) by code; `staff` by place."""

    tenant: str
    store_id: str
    markets: dict[str, Market]
    entities: dict[str, str]
    staff: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Steps:
    """How one order went, in seconds since 1970."""

    channel: str
    method: str
    placed: int
    accepted: int
    ready: int | None
    ended: int


@dataclass(slots=True)
class _Drawing:
    scale: Scale
    maison: Maison
    seller: Seller
    copier: Copier
    draw: Random
    ids: Ids
    places: list[Place]
    pieces: list[Piece]
    kept: list[Sequence[int]]
    ledger: Ledger
    opened: int
    until: int
    boutiques: list[int]
    weights: list[float]
    warehouse: int
    names: list[str]
    heard: Callable[[int], None]
    count: int = 0


async def copy_orders(
    copier: Copier,
    *,
    seller: Seller,
    scale: Scale,
    maison: Maison,
    places: list[Place],
    pieces: list[Piece],
    kept: list[Sequence[int]],
    ledger: Ledger,
    lines: int,
    now: datetime,
    heard: Callable[[int], None],
) -> None:
    """Writes exactly so many order lines; what left since the ledger began is noted in it."""
    draw = chance(scale.seed, "orders", maison.slug)
    boutiques = [n for n, place in enumerate(places) if place.row["kind"] == "boutique" and kept[n]]
    warehouse = next(n for n, place in enumerate(places) if place.row["kind"] == "warehouse")
    if not lines or not boutiques:
        return
    drawing = _Drawing(
        scale=scale,
        maison=maison,
        seller=seller,
        copier=copier,
        draw=draw,
        ids=Ids(chance(scale.seed, "ids of orders", maison.slug)),
        places=places,
        pieces=pieces,
        kept=kept,
        ledger=ledger,
        opened=round(ledger.opened_at.timestamp()),
        until=round(datetime.combine(now.date(), time(), UTC).timestamp()),
        boutiques=boutiques,
        weights=list(
            accumulate(float(places[n].row["daily_cap"]) * draw.uniform(0.5, 1.5) for n in boutiques)
        ),
        warehouse=warehouse if kept[warehouse] else boutiques[0],
        names=[person_name(draw, "fr") for _ in range(NAMES)],
        heard=heard,
    )
    first = now.date() - timedelta(days=scale.days)
    days = [first + timedelta(days=n) for n in range(scale.days)]
    shares = parted(lines, [sales.day_weight(day) for day in days])
    for number, (day, share) in enumerate(zip(days, shares, strict=True)):
        left = share
        while left:
            left -= _order(drawing, number, day, left)
        heard(share)
        await copier.write()
    await copier.write(every=True)


def _order(d: _Drawing, number: int, day: date, most: int) -> int:
    """One order; returns how many lines it has."""
    draw = d.draw
    boutique = d.boutiques[bisect(d.weights, draw.random() * d.weights[-1], hi=len(d.weights) - 1)]
    credited = d.places[boutique]
    channel = sales.channel_of(d.scale, d.maison, draw, number)
    steps = _steps(d, channel, day, credited)
    at = boutique if steps.method != "ship" else d.warehouse
    place = d.places[at]
    wanted = min(most, 1 + (draw.random() < 0.2) + (draw.random() < 0.04))
    chosen = _chosen(draw, d.kept[at], wanted)
    seller, tenant = d.seller, d.seller.tenant
    market = seller.markets[market_of(credited.row["country"])["code"]]
    order_id = d.ids.at(steps.placed * 1000)
    d.count += 1
    order_number = number_of(d.count)
    placed, accepted, ended = _stamp(steps.placed), _stamp(steps.accepted), _stamp(steps.ended)
    state, moved = ("dispatched", "dispatched") if steps.method == "ship" else ("handed_over", "collected")
    staff = seller.staff.get(place.id, NULL)
    fulfilment_id = d.ids.at(steps.placed * 1000)
    gross = total_tax = 0
    lines = d.copier.lines("orders.order_line")
    for piece_number in chosen:
        piece = d.pieces[piece_number]
        quantity = 2 if draw.random() < 0.06 else 1
        unit = piece.prices[market.currency]
        rate = market.tax_rate_basis_points
        if market.prices_include_tax:
            total = unit * quantity
            tax = tax_inside(total, rate)
        else:
            tax = tax_on_top(unit * quantity, rate)
            total = unit * quantity + tax
        gross += total
        total_tax += tax
        line_id = d.ids.at(steps.placed * 1000)
        online = "t" if steps.channel == "web" else "f"
        credited_id = place.id if steps.channel in ("web", "pay_by_link") else credited.id
        lines.append(
            f"{tenant}\t{line_id}\t{order_id}\t{fulfilment_id}\t{piece.id}\t{piece.product_id}\t{piece.sku}\t"
            f"{d.maison.name}\t{piece.names.get(market.languages[0], piece.sku)}\t{piece.colour}\t{piece.size}\t{quantity}\t"
            f"{unit}\t{total}\t{tax}\t{rate}\t{online}\t{state}\t{steps.channel}\t{credited_id}\t"
            f"{staff if steps.channel == 'boutique' else NULL}\n"
        )
        if steps.ended >= d.opened:
            _leave(d, steps, at, piece_number, quantity, line_id, moved)
    _write_order(d, steps, order_id, order_number, market, gross, total_tax, placed, ended)
    shown = NULL if steps.ready is None else _stamp(steps.ready)
    collect_by = NULL if steps.ready is None else _stamp(steps.ready + COLLECT_DAYS * DAY)
    tracking = f"EX{d.count:010d}" if steps.method == "ship" else ""
    d.copier.add(
        "orders.fulfilment",
        f"{tenant}\t{fulfilment_id}\t{order_id}\t{place.id}\t{steps.method}\t{state}\t1\t{placed}\t"
        f"{_stamp(steps.placed + PICK_SECONDS)}\t{accepted}\t{staff}\t{shown}\t{collect_by}\t{ended}\t{staff}\t"
        f"{2 if steps.channel == 'boutique' else 4}\t{tracking}\n",
    )
    if steps.method != "ship" and steps.channel != "boutique" and draw.random() < sales.BESIDE:
        _beside(d, steps, order_number, place, at, market)
    return len(chosen)


def _steps(d: _Drawing, channel: str, day: date, boutique: Place) -> _Steps:
    """When each step was taken: at the counter all at once; otherwise before today, in haste where need be."""
    draw = d.draw
    placed = _moment(draw, day, boutique, channel)
    if channel == "boutique":
        return _Steps(channel, "collect", placed, placed, None, placed)
    accepted = placed + draw.randrange(300, 5400)
    if channel == "reserve" or (channel == "web" and draw.random() < 0.34):
        method = "reserve" if channel == "reserve" else "collect"
        ready = accepted + draw.randrange(1200, 10_800)
        ended = ready + draw.randrange(3600, 4 * DAY)
    else:
        method, ready, ended = "ship", None, accepted + draw.randrange(3600, 30 * 3600)
    if ended >= d.until:
        left = max(60, d.until - placed)
        accepted, ended = placed + left // 6, placed + left * 5 // 6
        ready = None if ready is None else placed + left // 2
    return _Steps(channel, method, placed, accepted, ready, ended)


def _moment(draw: Random, day: date, boutique: Place, channel: str) -> int:
    row = boutique.row
    if channel == "web" or row["opening_hours"] == "24/7":
        hour = _WEB_HOURS[draw.randrange(len(_WEB_HOURS))]
    else:
        hour = _SHOP_HOURS[draw.randrange(len(_SHOP_HOURS))]
        if day.weekday() == 6 and not any(open_ in row["opening_hours"] for open_ in ("Su", "Sa-We")):
            day -= timedelta(days=1)
    return _midnight(day, row["zone"]) + hour * 3600 + draw.randrange(3590)


_WEB_HOURS = [hour for hour, weight in enumerate(sales.WEB_HOUR_WEIGHTS) for _ in range(weight)]
_SHOP_HOURS = [
    hour for hour, weight in zip(sales.HOURS, sales.HOUR_WEIGHTS, strict=True) for _ in range(weight)
]


@cache
def _zone(name: str) -> ZoneInfo:
    # ZoneInfo itself remembers eight.
    return ZoneInfo(name)


@cache
def _midnight(day: date, zone: str) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=_zone(zone)).timestamp())


@cache
def _day(number: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def _stamp(seconds: int) -> str:
    day, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{_day(day)} {hours:02d}:{minutes:02d}:{rest:02d}+00"


def _chosen(draw: Random, kept: Sequence[int], wanted: int) -> list[int]:
    """Different pieces of those kept; a few of them make most of the sales."""
    chosen: list[int] = []
    for _ in range(min(wanted, len(kept))):
        place = int(len(kept) * draw.random() ** 2)
        while kept[place] in chosen:
            place = (place + 1) % len(kept)
        chosen.append(kept[place])
    return chosen


def _leave(
    d: _Drawing, steps: _Steps, at: int, piece_number: int, quantity: int, line_id: str, moved: str
) -> None:
    """In the ledger: promised when it was placed (or when the ledger began), then gone."""
    d.ledger.left[at, piece_number] += quantity
    tenant, movements = d.seller.tenant, d.copier.lines("stock.movement")
    what = f"{d.places[at].id}\t{d.pieces[piece_number].id}"
    gone = f"{tenant}\t{d.ids.at(steps.ended * 1000)}\t{_stamp(steps.ended)}\t{what}"
    if steps.channel == "boutique":
        movements.append(f"{gone}\tsold\t{-quantity}\t0\t{NULL}\t0\t{line_id}\n")
        return
    promised = max(steps.placed, d.opened)
    movements.append(
        f"{tenant}\t{d.ids.at(promised * 1000)}\t{_stamp(promised)}\t{what}\tallocated\t0\t{quantity}\t{NULL}\t0\t{line_id}\n"
    )
    movements.append(f"{gone}\t{moved}\t{-quantity}\t{-quantity}\t{NULL}\t0\t{line_id}\n")


def _write_order(
    d: _Drawing,
    steps: _Steps,
    order_id: str,
    number: str,
    market: Market,
    total: int,
    tax: int,
    placed: str,
    ended: str,
) -> None:
    tenant = d.seller.tenant
    contact_id, checkout_id = d.ids.at(steps.placed * 1000), d.ids.at(steps.placed * 1000)
    name = d.names[d.draw.randrange(NAMES)]
    counter = steps.channel == "boutique"
    mail = "" if counter else f"client{d.count}@client.example"
    address = NULL
    if steps.method == "ship":
        told = {
            "line": f"{1 + d.count % 90} rue des Essais",
            "postcode": "75001",
            "city": "Paris",
            "country": "FR",
        }
        address = escaped(json.dumps(told))
    link = hashlib.sha256(f"history {order_id}".encode()).hexdigest()
    d.copier.add("orders.contact", f"{tenant}\t{contact_id}\t{checkout_id}\t{name}\t{mail}\t\t{address}\n")
    d.copier.add(
        "orders.order",
        f"{tenant}\t{order_id}\t{number}\t{d.seller.store_id}\t{tenant}\t{checkout_id}\t"
        f"{d.seller.entities[market.code]}\t{contact_id}\t{steps.channel}\t{steps.method}\tcompleted\t"
        f"{market.languages[0]}\t{market.code}\t{market.currency}\t{total}\t{tax}\t\\\\x{link}\t{placed}\t{ended}\n",
    )


def _beside(d: _Drawing, steps: _Steps, number: str, place: Place, at: int, market: Market) -> None:
    """What the till of the boutique told: bought on the same visit, known by the order's number."""
    (chosen,) = _chosen(d.draw, d.kept[at], 1)
    piece = d.pieces[chosen]
    price = piece.prices[market.currency]
    rate = market.tax_rate_basis_points
    tax = tax_inside(price, rate) if market.prices_include_tax else tax_on_top(price, rate)
    net = price - tax if market.prices_include_tax else price
    d.copier.add(
        "orders.external_sale",
        f"{d.seller.tenant}\t{number}-B\t{_stamp(steps.ended + 30)}\tboutique\t{place.id}\t{piece.sku}\t1\t{net}\t{tax}\t"
        f"{market.currency}\tf\tf\t{number.replace('-', '')}\n",
    )


def number_of(count: int) -> str:
    """The number of a maison's order: no two alike, and none tells how many came before it."""
    scattered = count * 0x9E3779B97 & (1 << 40) - 1
    left, right = scattered >> 20, scattered & (1 << 20) - 1
    return f"{_PAIRS[left >> 10]}{_PAIRS[left & 1023]}-{_PAIRS[right >> 10]}{_PAIRS[right & 1023]}"
