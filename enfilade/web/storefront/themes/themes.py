"""A maison's theme, value by value checked, as CSS custom properties; and the composition its pages are laid out in."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import msgspec

from enfilade.web.shared.assets import ASSETS, WEB, asset

COLOURS = ("paper", "ink", "muted", "rule", "accent")
FACES = {
    "Cormorant": ("cormorant", "serif"),
    "Playfair Display": ("playfair-display", "serif"),
    "Fraunces": ("fraunces", "serif"),
    "Bodoni Moda": ("bodoni-moda", "serif"),
    "Jost": ("jost", "sans-serif"),
    "Inter": ("inter", "sans-serif"),
}
CASES = ("none", "uppercase", "lowercase")
RATIOS = ("4/5", "3/4", "2/3", "1/1", "5/4")
COMPOSITIONS = ("frontispiece", "magazine", "vitrine", "garden", "almanac", "index")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_TRACKING = re.compile(r"-?[0-9](?:\.[0-9]{1,3})?em|-?0?\.[0-9]{1,3}em|0")


@dataclass(frozen=True, slots=True)
class Theme:
    """Values that may stand in a stylesheet. What a maison wrote otherwise is replaced by the house's default."""

    paper: str = "#FAFAF7"
    ink: str = "#20221F"
    muted: str = "#5F635C"
    rule: str = "#DEDFD8"
    accent: str = "#3E5A48"
    display: str = "Fraunces"
    body: str = "Inter"
    tracking: str = "0em"
    case: str = "none"
    ratio: str = "4/5"
    rhythm: float = 1.5
    composition: str = "almanac"

    @property
    def dark(self) -> bool:
        """Light letters on a dark paper."""
        red, green, blue = (int(self.paper[i : i + 2], 16) for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue < 96


def theme_of(values: dict[str, Any]) -> Theme:
    """The theme a maison published; every value is one we know or has a strict form, whatever the row says."""
    return _theme_of(_written(values))


def _written(values: dict[str, Any]) -> bytes:
    return msgspec.json.encode(values, order="deterministic")


@lru_cache(maxsize=256)
def _theme_of(written: bytes) -> Theme:
    values: dict[str, Any] = msgspec.json.decode(written)
    good: dict[str, Any] = {}
    for name in COLOURS:
        if isinstance(value := values.get(name), str) and _COLOUR.fullmatch(value):
            good[name] = value
    if isinstance(value := values.get("tracking"), str) and _TRACKING.fullmatch(value):
        good["tracking"] = value
    rhythm = values.get("rhythm")
    if isinstance(rhythm, (int, float)) and 1.1 <= rhythm <= 2:
        good["rhythm"] = float(rhythm)
    for name, known in (("display", FACES), ("body", FACES), ("case", CASES), ("ratio", RATIOS)):
        if isinstance(value := values.get(name), str) and value in known:
            good[name] = value
    asked = values.get("composition")
    return Theme(
        **good,
        composition=asked if isinstance(asked, str) and asked in COMPOSITIONS else composition(Theme(**good)),
    )


def composition(theme: Theme) -> str:
    """How the pages of a maison are laid out, when it did not say: two maisons are not one shop in two colours."""
    if theme.dark:
        return "vitrine"
    return {
        "Cormorant": "frontispiece",
        "Bodoni Moda": "magazine",
        "Fraunces": "garden",
        "Playfair Display": "almanac",
        "Jost": "index",
        "Inter": "index",
    }[theme.display]


def classes(slug: str, values: dict[str, Any], *, house: bool = False) -> str:
    """What an element carries to be in this maison's look; the store (`house`) lays out its pages in its own way."""
    theme = theme_of(values)
    return f"maison-{slug} composition-{'house' if house else theme.composition}" + (
        " dark" if theme.dark else ""
    )


def properties(slug: str, theme: Theme) -> str:
    """One rule: the look of everything inside `.maison-{slug}`."""
    assert SLUG.fullmatch(slug), slug
    scale = theme.rhythm
    steps = [min(scale**1, 1.5), min(scale**2, 2.4), min(scale**2.6, 3.4), min(scale**3.4, 5.2)]
    face, other = FACES[theme.display][1], FACES[theme.body][1]
    return (
        f".maison-{slug}{{"
        f"--paper:{theme.paper};--ink:{theme.ink};--muted:{theme.muted};--rule:{theme.rule};--accent:{theme.accent};"
        f'--display:"{theme.display}",var(--cjk-{face}),{face};--body:"{theme.body}",var(--cjk-{other}),{other};'
        f"--tracking:{theme.tracking};--case:{theme.case};--ratio:{theme.ratio};"
        f"--rhythm:{scale:g};--step-1:{steps[0]:.3g}rem;--step-2:{steps[1]:.3g}rem;"
        f"--step-3:{steps[2]:.3g}rem;--step-4:{steps[3]:.3g}rem;"
        f"color-scheme:{'dark' if theme.dark else 'light'}}}\n"
    )


@cache
def _faces() -> dict[str, str]:
    """The @font-face rules of each family, with the addresses the fonts have here."""
    path = WEB / "shared/vendor/fonts.css"
    rules: dict[str, str] = {}
    for rule in (
        re.findall(r"@font-face \{.*?\n\}", path.read_text("utf-8"), re.DOTALL) if path.exists() else []
    ):
        family = re.search(r'font-family: "([^"]+)"', rule)
        file = re.search(r'url\("(fonts/[^"]+)"\)', rule)
        assert family and file, rule
        name = f"shared/vendor/{file[1]}"
        compact = re.sub(r"\s+", " ", rule.replace(file[1], asset(name)))
        rules[family[1]] = rules.get(family[1], "") + compact + "\n"
    return rules


@lru_cache(maxsize=256)
def _stylesheet(looks: tuple[tuple[str, bytes], ...]) -> str:
    themes = [(slug, _theme_of(written)) for slug, written in looks]
    families = sorted({face for _, theme in themes for face in (theme.display, theme.body)})
    return "".join(_faces().get(family, "") for family in families) + "".join(
        properties(slug, theme) for slug, theme in themes
    )


def stylesheet(looks: Iterable[tuple[str, dict[str, Any]]]) -> str:
    """The look of the maisons given, the fonts they use first."""
    return _stylesheet(_sorted(looks))


def _sorted(looks: Iterable[tuple[str, dict[str, Any]]]) -> tuple[tuple[str, bytes], ...]:
    return tuple(sorted((slug, _written(values)) for slug, values in looks))


def digest(css: str) -> str:
    """Changes whenever the stylesheet does."""
    return hashlib.sha256(css.encode()).hexdigest()[:12]


def address(looks: dict[str, dict[str, Any]]) -> str:
    """Where the stylesheet of these maisons is served, named by its content."""
    return _address(_sorted(looks.items()))


@lru_cache(maxsize=256)
def _address(looks: tuple[tuple[str, bytes], ...]) -> str:
    return f"/themes/{','.join(slug for slug, _ in looks)}.css?v={digest(_stylesheet(looks))}"


def preloads(values: dict[str, Any]) -> list[str]:
    """The two font files the first screen needs."""
    return _preloads(theme_of(values))


@lru_cache(maxsize=256)
def _preloads(theme: Theme) -> list[str]:
    names = [
        f"shared/vendor/fonts/{FACES[face][0]}-latin-wght-normal.woff2"
        for face in (theme.display, theme.body)
    ]
    return [asset(name) for name in dict.fromkeys(names) if name in ASSETS]
