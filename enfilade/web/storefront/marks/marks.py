"""Draws a tenant's mark from its theme: the first letter of its name in its display face, or the whole name on a card."""

import hashlib
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from enfilade.maisons.themes import FACES, Theme, theme_of
from enfilade.web.shared.assets import ASSETS

#: Name → side in pixels, and how much of it the letter takes. Of a maskable icon a phone may cut all but the middle.
ICONS = {
    "icon-192.png": (192, 0.62),
    "icon-512.png": (512, 0.62),
    "maskable-512.png": (512, 0.44),
    "touch-180.png": (180, 0.6),
}
#: Phones of one maker read the icon from the page instead, in this size.
TOUCH = 180
CARD = "card.png"
CARD_SIZE = (1200, 630)


def address(slug: str, name: str, values: dict[str, Any], which: str) -> str:
    """Where the mark is served; it changes with the name and the theme."""
    return _address(slug, name, theme_of(values), which)


@lru_cache(maxsize=1024)
def _address(slug: str, name: str, theme: Theme, which: str) -> str:
    return f"/marks/{slug}/{which}?v={digest(name, theme)}"


def digest(name: str, theme: Theme) -> str:
    """Changes whenever the picture does."""
    said = f"{name}|{theme.paper}|{theme.ink}|{theme.rule}|{theme.display}|{theme.case}"
    return hashlib.sha256(said.encode()).hexdigest()[:12]


@lru_cache(maxsize=256)
def drawn(name: str, theme: Theme, which: str) -> bytes:
    """The mark as PNG. `which` is one of ICONS, or CARD."""
    said = {"uppercase": name.upper(), "lowercase": name.lower()}.get(theme.case, name)
    if which == CARD:
        return _png(_card(said, theme))
    side, share = ICONS[which]
    return _png(_icon(said[:1], theme, side, share))


def _icon(letter: str, theme: Theme, side: int, share: float) -> Image.Image:
    picture = Image.new("RGB", (side, side), theme.paper)
    draw = ImageDraw.Draw(picture)
    font = _font(theme, round(side * share * 1.3))
    left, top, right, bottom = draw.textbbox((0, 0), letter, font=font)
    at = ((side - right - left) / 2, (side - bottom - top) / 2)
    draw.text(at, letter, font=font, fill=theme.ink)
    return picture


def _card(name: str, theme: Theme) -> Image.Image:
    picture = Image.new("RGB", CARD_SIZE, theme.paper)
    draw = ImageDraw.Draw(picture)
    size = 150
    while draw.textlength(name, font=_font(theme, size)) > CARD_SIZE[0] * 0.76 and size > 24:
        size -= 6
    font = _font(theme, size)
    left, top, right, bottom = draw.textbbox((0, 0), name, font=font)
    width, height = CARD_SIZE
    draw.text(((width - right - left) / 2, (height - bottom - top) / 2), name, font=font, fill=theme.ink)
    draw.rectangle((40, 40, width - 41, height - 41), outline=theme.rule, width=1)
    return picture


@lru_cache(maxsize=64)
def _font(theme: Theme, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    found = ASSETS.get(f"shared/vendor/fonts/{FACES[theme.display][0]}-latin-wght-normal.woff2")
    return ImageFont.truetype(found.path, size) if found else ImageFont.load_default(size)


def _png(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()
