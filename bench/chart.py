"""The picture and the table of how cost grows: an SVG of four panels, both axes logarithmic, readable on light and on dark."""

from collections.abc import Callable
from html import escape
from math import ceil, floor, log10
from typing import Any

AXES = {
    "positions": "Positions in stock",
    "maisons": "Maisons, at 100,000 positions",
    "locations": "Locations that hold the piece",
    "lines": "Lines in a basket",
}
FIGURES = {
    "availability_read": "availability",
    "listing_page": "listing",
    "product_page": "product",
    "checkout": "checkout",
}
WIDTH, HEIGHT = 960, 640
#: Of a panel: its lines lie within, labels to the right.
PANEL_WIDTH, PANEL_HEIGHT = 340, 210
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #555 } .title { font-size: 14px; fill: #222 }
.grid { stroke: #8884; stroke-width: 1 } .p50, .p99 { fill: none; stroke-linejoin: round }
.p50 { stroke-width: 2.2 } .p99 { stroke-width: 0.9 }
.f0 { --c: #1f6fb2 } .f1 { --c: #a3540b } .f2 { --c: #2d7d46 } .f3 { --c: #8d3a86 }
.p50, .p99 { stroke: var(--c) } .dot, .name { fill: var(--c) }
@media (prefers-color-scheme: dark) {
text { fill: #aaa } .title { fill: #eee }
.f0 { --c: #6db3ee } .f1 { --c: #e79a54 } .f2 { --c: #6cc58a } .f3 { --c: #d68fd0 } }
"""


def written(told: dict[str, list[dict[str, Any]]]) -> str:
    """The SVG. Panels without a point stay empty."""
    every = [
        float(figure[key])
        for entries in told.values()
        for entry in entries
        for figure in entry["figures"].values()
        for key in ("p50_ms", "p99_ms")
        if figure[key]
    ]
    low, high = floor(log10(min(every))), ceil(log10(max(every)))
    high = max(high, low + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img">',
        "<title>How the time of a request grows</title>",
        f"<style>{STYLE}</style>",
        f'<text x="45" y="{HEIGHT - 12}">Milliseconds, four clients at once. Thick: half of the requests are faster (p50). '
        "Thin: 99 of 100 (p99). Both axes are logarithmic.</text>",
    ]
    for place, (axis, title) in enumerate(AXES.items()):
        left, top = 45 + place % 2 * 475, 45 + place // 2 * 290
        parts += _panel(title, told.get(axis, []), left, top, low, high)
    return "\n".join([*parts, "</svg>", ""])


def _panel(title: str, entries: list[dict[str, Any]], left: int, top: int, low: int, high: int) -> list[str]:
    def y(ms: float) -> float:
        return top + PANEL_HEIGHT * (high - log10(ms)) / (high - low)

    parts = [f'<text class="title" x="{left}" y="{top - 16}">{escape(title)}</text>']
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(
            f'<line class="grid" x1="{left}" x2="{left + PANEL_WIDTH}" y1="{at:.1f}" y2="{at:.1f}"/>'
        )
        parts.append(f'<text x="{left - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    if not entries:
        return parts
    first, last = log10(entries[0]["x"]), log10(entries[-1]["x"])

    def x(of: float) -> float:
        return left + 12 + (PANEL_WIDTH - 24) * (log10(of) - first) / ((last - first) or 1)

    for entry in entries:
        under = top + PANEL_HEIGHT + 18
        parts.append(f'<text x="{x(entry["x"]):.1f}" y="{under}" text-anchor="middle">{entry["x"]:,}</text>')
    labels: list[tuple[float, int, str]] = []
    for number, (name, short) in enumerate(FIGURES.items()):
        seen = [entry for entry in entries if entry["figures"].get(name, {}).get("p50_ms")]
        if not seen:
            continue
        for key in ("p99_ms", "p50_ms"):
            line = _line(seen, name, key, x, y)
            parts.append(f'<polyline class="{key[:3]} f{number}" points="{line}"/>')
        for entry in seen:
            ms = entry["figures"][name]["p50_ms"]
            parts.append(f'<circle class="dot f{number}" cx="{x(entry["x"]):.1f}" cy="{y(ms):.1f}" r="2.6"/>')
        labels.append((y(seen[-1]["figures"][name]["p50_ms"]), number, short))
    free = float("-inf")
    for wanted, number, short in sorted(labels):
        free = max(wanted + 4, free + 14)
        parts.append(
            f'<text class="name f{number}" x="{left + PANEL_WIDTH + 6}" y="{free:.1f}">{short}</text>'
        )
    return parts


def _line(
    seen: list[dict[str, Any]],
    name: str,
    key: str,
    x: Callable[[float], float],
    y: Callable[[float], float],
) -> str:
    told = [(entry["x"], entry["figures"][name][key]) for entry in seen]
    return " ".join(f"{x(at):.1f},{y(ms):.1f}" for at, ms in told if ms)


def table(told: dict[str, list[dict[str, Any]]]) -> str:
    """Markdown: a row a point, p50 / p99 / processor time of one journey, all in ms; and the load of the machine."""
    rows = [
        "| grows | to | " + " | ".join(FIGURES.values()) + " | load |",
        "|---|--:|" + "--:|" * (len(FIGURES) + 1),
    ]
    for axis in AXES:
        for entry in told.get(axis, []):
            cells = [_cell(entry["figures"].get(name)) for name in FIGURES]
            rows.append(f"| {axis} | {entry['x']:,} | " + " | ".join(cells) + f" | {entry['load']} |")
    return "\n".join(rows) + "\n"


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None or figure["p50_ms"] is None:
        return "–"
    return " / ".join(
        "–" if figure[key] is None else f"{figure[key]:g}" for key in ("p50_ms", "p99_ms", "cpu_ms")
    )
