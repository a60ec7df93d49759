"""Wordmarks are drawn by maisons and stand inside our pages: only the shapes and letters of an SVG are let through."""

from functools import lru_cache

import nh3
from markupsafe import Markup, escape

SHAPES = {
    "svg",
    "g",
    "path",
    "text",
    "tspan",
    "title",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polygon",
    "polyline",
}
ATTRIBUTES = {
    *(
        "d",
        "x",
        "y",
        "dx",
        "dy",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "x1",
        "x2",
        "y1",
        "y2",
        "width",
        "height",
        "points",
    ),
    *(
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "fill-rule",
        "clip-rule",
        "opacity",
    ),
    *("font-family", "font-size", "font-weight", "font-style", "letter-spacing", "text-anchor", "textLength"),
    *("lengthAdjust", "transform", "viewBox", "role", "aria-label"),
}


#: What can be seen of a drawing.
DRAWN = ("<path", "<text", "<rect", "<circle", "<ellipse", "<line", "<polygon", "<polyline")


def cleaned(svg: str) -> str:
    """The shapes and letters of the SVG, without scripts, styles, pictures and links; '' where nothing is drawn in it."""
    clean = _clean(svg).strip()
    whole = clean.startswith("<svg") and clean.endswith("</svg>") and "viewBox=" in clean
    return clean if whole and any(shape in clean for shape in DRAWN) else ""


@lru_cache(maxsize=512)
def wordmark(svg: str, name: str) -> Markup:
    """The wordmark to be put into a page, or the name in letters where there is none."""
    if "<svg" not in svg:
        return Markup('<span class="wordmark-letters">{}</span>').format(name)
    clean = _clean(svg)
    return Markup(clean) if "<svg" in clean else escape(name)  # noqa: S704 cleaned the line before


def _clean(svg: str) -> str:
    return nh3.clean(
        svg,
        tags=SHAPES,
        attributes={"*": ATTRIBUTES},
        clean_content_tags={"script", "style"},
        attribute_filter=_inside,
    )


def _inside(_tag: str, _attribute: str, value: str) -> str | None:
    # A paint may name another document.
    return None if "url(" in value.lower() else value
