"""Maps drawn from coordinates alone: the world or a part of it with the outline of the land, or the doors of one city."""

from dataclasses import dataclass
from math import cos, log10, radians

#: The outline's own measure: tenths of a degree, x from the date line, y from the north pole.
UNIT = 10
WIDTH, HEIGHT = 900.0, 480.0
KM_A_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Place:
    """What stands on the map. `weight` makes its dot larger and its name come first."""

    name: str
    latitude: float
    longitude: float
    address: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Dot:
    """A place in the map's own units; `label` '' where there is no room for it, `before` where it stands left of the dot."""

    place: Place
    x: float
    y: float
    radius: float
    label: str
    before: bool


@dataclass(frozen=True, slots=True)
class Map:
    """`land` is where the outline lies (x, y, width, height), None for a city; `bar_km` is the length of the scale line."""

    dots: list[Dot]
    land: tuple[float, float, float, float] | None
    bar: float
    bar_km: int


def drawn(places: list[Place], *, of_city: bool) -> Map | None:
    """The map of these places; None where there is nothing to see, as with one door alone."""
    if len(places) < 2:
        return None
    middle = sum(place.latitude for place in places) / len(places)
    # Degrees of longitude are narrower the further north: only a city is small enough for one factor.
    stretch = cos(radians(middle)) if of_city else 1.0
    xs = [place.longitude * stretch for place in places]
    ys = [-place.latitude for place in places]
    least = 0.012 if of_city else 12.0
    wide, high = max(max(xs) - min(xs), least), max(max(ys) - min(ys), least / 2)
    # An eighth on each side for the names.
    scale = min(WIDTH * 0.75 / wide, HEIGHT * 0.75 / high)
    left = (max(xs) + min(xs)) / 2 - WIDTH / scale / 2
    top = (max(ys) + min(ys)) / 2 - HEIGHT / scale / 2
    land = None
    if not of_city:
        land = ((-180 - left) * scale, (-90 - top) * scale, 360 * scale, 180 * scale)
    dots = _labelled(
        [(place, (x - left) * scale, (y - top) * scale) for place, x, y in zip(places, xs, ys, strict=True)]
    )
    km = _round(WIDTH / scale * KM_A_DEGREE * (1.0 if of_city else cos(radians(middle))) / 5)
    bar = km / KM_A_DEGREE * scale / (1.0 if of_city else cos(radians(middle)))
    return Map(dots, land, bar, km)


def _labelled(at: list[tuple[Place, float, float]]) -> list[Dot]:
    taken: list[tuple[float, float, float, float]] = []
    dots: list[Dot] = []
    for place, x, y in sorted(at, key=lambda one: (-one[0].weight, one[0].name)):
        radius = min(3.0 + place.weight**0.5, 9.0)
        width = 13.0 * sum(2 if ord(letter) > 0x2E80 else 1 for letter in place.name) * 0.6 + radius + 8
        label, before = "", False
        for left in (False, True):
            box = (x - width if left else x, y - 11, x if left else x + width, y + 11)
            inside = box[0] > 4 and box[2] < WIDTH - 4
            if inside and not any(_meet(box, other) for other in taken):
                label, before = place.name, left
                taken.append(box)
                break
        taken.append((x - radius, y - radius, x + radius, y + radius))
        dots.append(Dot(place, round(x, 1), round(y, 1), round(radius, 1), label, before))
    return dots


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _round(km: float) -> int:
    """1, 2 or 5 times a power of ten, at most `km`; at least one."""
    power = 10 ** int(log10(max(km, 1)))
    return max(1, next((step * power for step in (5, 2, 1) if step * power <= km), power))
