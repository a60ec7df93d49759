"""Two years of sales, one row a line: seasons, weekdays, markets, and a share of online sales that grows."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from enfilade.world.boutiques import boutique_rows
from enfilade.world.catalogue import Row, catalogue_rows
from enfilade.world.chance import chance
from enfilade.world.maisons import Maison, maisons_of
from enfilade.world.markets import market_of
from enfilade.world.scale import Scale

COLUMNS = (
    *("reference", "sold_at", "channel", "location", "sku", "quantity"),
    *("net_amount", "tax_amount", "currency", "promised_online", "collected", "visit"),
)
MONTHS = (0.92, 0.9, 0.92, 0.93, 1.02, 1.0, 0.94, 0.8, 0.98, 1.02, 1.18, 1.62)  # January to December
WEEKDAYS = (0.8, 0.85, 0.92, 1.0, 1.25, 1.65, 0.55)  # Monday to Sunday
SEGMENT_ONLINE = {  # how far a segment stands above or below the group's mean share of online orders
    "perfumes_and_cosmetics": 1.35,
    "selective_retailing": 1.2,
    "wines_and_spirits": 1.1,
    "fashion_and_leather_goods": 1.0,
    "other_activities": 1.1,
    "watches_and_jewellery": 0.75,
}
# Of the orders not placed on the web: reserved online and paid in the boutique, and the like. Rest: boutique.
ASSISTED = (("reserve", 0.035), ("pay_by_link", 0.02), ("endless_aisle", 0.03), ("phone", 0.012))
BESIDE = 0.2  # of the visits that began online, those on which something more is bought
HOURS = (10, 11, 12, 13, 14, 15, 16, 17, 18)
HOUR_WEIGHTS = (4, 7, 8, 7, 9, 11, 12, 11, 7)
WEB_HOUR_WEIGHTS = (2, 1, 1, 1, 1, 1, 2, 4, 6, 7, 7, 7, 9, 8, 7, 6, 6, 7, 8, 10, 13, 14, 10, 5)


@dataclass(frozen=True, slots=True)
class Shop:
    """A maison's places and pieces, made ready for drawing."""

    scale: Scale
    maison: Maison
    first: date
    draw: Random
    boutiques: list[Row]
    warehouse: Row
    boutique_weights: list[float]
    skus: list[Row]
    sku_weights: list[float]
    beside: Random  # its own, so that what is bought beside shifts no other sale


def sales_rows(scale: Scale, maison: Maison, today: date) -> Iterator[Row]:
    """In the order of their days, the last of them yesterday; what is bought beside on a visit follows what began it."""
    variants = catalogue_rows(scale, maison)
    orders = round(scale.orders * maison.weight / _present_weight(scale))
    if not variants or not orders:
        return
    shop = _shop(scale, maison, today)
    day_weights = list(accumulate(day_weight(shop.first + timedelta(days=n)) for n in range(scale.days)))
    days = sorted(bisect(day_weights, shop.draw.random() * day_weights[-1]) for _ in range(orders))
    for number, day in enumerate(days, start=1):
        yield from _order(shop, number, day)


def _shop(scale: Scale, maison: Maison, today: date) -> Shop:
    draw = chance(scale.seed, "sales", maison.slug)
    places = boutique_rows(scale, maison)
    boutiques = [row for row in places if row["kind"] == "boutique"]
    skus = list(catalogue_rows(scale, maison))
    # A few pieces make most of the sales, and dear ones sell less often.
    appeal = [draw.paretovariate(1.3) / float(row["price_EUR"]) ** 0.6 for row in skus]
    ceiling = sorted(appeal)[len(appeal) // 2] * 8
    return Shop(
        scale=scale,
        maison=maison,
        first=today - timedelta(days=scale.days),
        draw=draw,
        boutiques=boutiques,
        warehouse=places[0],
        boutique_weights=list(
            accumulate(float(row["daily_cap"]) * draw.uniform(0.5, 1.5) for row in boutiques)
        ),
        skus=skus,
        sku_weights=list(accumulate(min(value, ceiling) for value in appeal)),
        beside=chance(scale.seed, "beside", maison.slug),
    )


def _order(shop: Shop, number: int, day: int) -> Iterator[Row]:
    draw = shop.draw
    boutique = draw.choices(shop.boutiques, cum_weights=shop.boutique_weights)[0]
    channel = channel_of(shop.scale, shop.maison, shop.draw, day)
    market = market_of(boutique["country"])
    collected = channel in ("boutique", "reserve") or (channel == "web" and draw.random() < 0.34)
    location = boutique if collected or channel in ("endless_aisle", "phone") else shop.warehouse
    sold_at = _moment(draw, shop.first + timedelta(days=day), boutique, channel)
    lines = 1 + (draw.random() < 0.2) + (draw.random() < 0.04)
    reference = f"{shop.maison.code}-{number:06d}"
    visit = f"{shop.maison.code}V{number:06d}" if collected and channel != "boutique" else ""
    sale = Sale(reference, sold_at, channel, location, market, "yes" if visit else "no", visit)
    yield from _lines(shop, sale, lines, draw)
    if visit and shop.beside.random() < BESIDE:
        # What was reserved is paid on the spot, what was ordered is collected some days later, or not yet.
        at = sold_at + timedelta(minutes=4)
        if channel == "web":
            day += shop.beside.randint(2, 5)
            at = _moment(shop.beside, shop.first + timedelta(days=day), boutique, "boutique")
        if day < shop.scale.days:
            beside = Sale(f"{reference}-B", at, "boutique", boutique, market, "no", visit)
            yield from _lines(shop, beside, shop.beside.randint(1, 2), shop.beside)


@dataclass(frozen=True, slots=True)
class Sale:
    """What the lines of one sale have in common."""

    reference: str
    sold_at: datetime
    channel: str
    location: Row
    market: Row
    collected: str
    visit: str


def _lines(shop: Shop, sale: Sale, lines: int, draw: Random) -> Iterator[Row]:
    market = sale.market
    for line in range(lines):
        variant = draw.choices(shop.skus, cum_weights=shop.sku_weights)[0]
        quantity = draw.choice((1, 1, 1, 2, 3, 6)) if variant["sku"].endswith(("CL", "G")) else 1
        net, tax = _amounts(float(variant[f"price_{market['currency']}"]) * quantity, market)
        yield {
            "reference": sale.reference,
            "sold_at": (sale.sold_at + timedelta(seconds=line)).isoformat(),
            "channel": sale.channel,
            "location": sale.location["code"],
            "sku": variant["sku"],
            "quantity": str(quantity),
            "net_amount": f"{net:.2f}",
            "tax_amount": f"{tax:.2f}",
            "currency": market["currency"],
            "promised_online": "yes" if sale.channel == "web" else "no",
            "collected": sale.collected,
            "visit": sale.visit,
        }


def channel_of(scale: Scale, maison: Maison, draw: Random, day: int) -> str:
    """By which way an order of the day (its number from the first) came; online ones grow more from day to day."""
    progress = day / max(1, scale.days - 1)
    share = scale.online_first + (scale.online_last - scale.online_first) * progress
    if draw.random() < share * SEGMENT_ONLINE[maison.segment]:
        return "web"
    chosen = draw.random()
    for channel, likely in ASSISTED:
        if chosen < likely:
            return channel
        chosen -= likely
    return "boutique"


def _moment(draw: Random, day: date, boutique: Row, channel: str) -> datetime:
    """Local to the boutique, within its day; one that is closed on Sundays sells on the Saturday instead."""
    hours = boutique["opening_hours"]
    if channel == "web" or hours == "24/7":
        hour = draw.choices(range(24), WEB_HOUR_WEIGHTS)[0]
    else:
        hour = draw.choices(HOURS, HOUR_WEIGHTS)[0]
        if day.weekday() == 6 and not any(open_ in hours for open_ in ("Su", "Sa-We")):
            day -= timedelta(days=1)
    minute, second = draw.randint(0, 59), draw.randint(0, 50)
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZoneInfo(boutique["zone"]))


def _amounts(price: float, market: Row) -> tuple[float, float]:
    rate = float(market["tax_rate"])
    net = price / (1 + rate) if market["prices_include_tax"] == "yes" else price
    net = round(net, 2)
    tax = round(price - net, 2) if market["prices_include_tax"] == "yes" else round(net * rate, 2)
    return net, tax


def day_weight(day: date) -> float:
    """How much is sold on a day, one being the mean."""
    return MONTHS[day.month - 1] * WEEKDAYS[day.weekday()]


def _present_weight(scale: Scale) -> float:
    """Weights are shares among all maisons; a smaller world shares its orders among those it has."""
    return sum(m.weight for m in maisons_of(scale.maisons))
