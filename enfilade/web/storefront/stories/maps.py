"""A map drawn from where the boutiques are: a point a city on the lines of the globe, no tiles and no other host."""

import math
from dataclasses import dataclass

from enfilade.web.storefront.stories.reading import Town

WIDTH, HEIGHT, EDGE = 1000.0, 520.0, 60.0
DEGREES_MIN = 2.0


@dataclass(frozen=True, slots=True)
class Point:
    """A city on the map; `radius` grows with its boutiques."""

    town: Town
    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Map:
    """Points from west to east, and the lines of the globe between them."""

    maison_slug: str
    points: list[Point]
    meridians: list[float]
    parallels: list[float]
    width: int = int(WIDTH)
    height: int = int(HEIGHT)


def drawn(towns: list[Town]) -> Map:
    """The cities in the projection of Mercator, the same scale both ways, centred."""
    xs, ys = [math.radians(town.longitude) for town in towns], [_up(town.latitude) for town in towns]
    least = math.radians(DEGREES_MIN)
    scale = min(
        (WIDTH - 2 * EDGE) / max(max(xs) - min(xs), least),
        (HEIGHT - 2 * EDGE) / max(max(ys) - min(ys), least),
    )
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2

    def across(x: float) -> float:
        return round(WIDTH / 2 + (x - middle_x) * scale, 1)

    def down(y: float) -> float:
        return round(HEIGHT / 2 - (y - middle_y) * scale, 1)

    points = [
        Point(town, across(x), down(y), round(5 + 2.5 * math.sqrt(town.boutiques), 1))
        for town, x, y in zip(towns, xs, ys, strict=True)
    ]
    step = next(
        (one for one in (0.25, 0.5, 1, 2, 5, 10, 15, 30) if math.degrees(WIDTH / scale) / one <= 12), 45
    )
    degrees = [one * step for one in range(round(-180 / step), round(180 / step) + 1)]
    return Map(
        towns[0].maison_slug,
        sorted(points, key=lambda point: point.x),
        [x for d in degrees if 0 < (x := across(math.radians(d))) < WIDTH],
        [y for d in degrees if abs(d) < 80 and 0 < (y := down(_up(d))) < HEIGHT],
    )


def _up(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(max(-80.0, min(80.0, latitude))) / 2))
