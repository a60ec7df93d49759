"""The look of a maison as a dozen values: what they may be, the tempers it is drawn from, the rule that keeps it legible."""

import re
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import msgspec

COLOURS = ("paper", "ink", "muted", "rule", "accent")
#: A face, the file it lies in, and what stands for it until it has come.
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
#: Least contrast of text and of large text with what it stands on: WCAG 2.2, 1.4.3, level AA.
TEXT_MIN, LARGE_MIN = 4.5, 3.0
#: Compositions that write small text in the accent; the others only large.
ACCENT_IN_TEXT = ("magazine", "vitrine")
#: Below this luminance white can be read better than black.
_MIDDLE = 0.18
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_TRACKING = re.compile(r"-?[0-9](?:\.[0-9]{1,3})?em|-?0?\.[0-9]{1,3}em|0")


@dataclass(frozen=True, slots=True)
class Theme:
    """Values that may stand in a stylesheet; the house's own where a maison says nothing.

    Case is a value of text-transform, tracking of letter-spacing. `composition` '' follows from face and paper.
    """

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
    composition: str = ""

    @property
    def dark(self) -> bool:
        """Light letters on a dark paper."""
        red, green, blue = (int(self.paper[i : i + 2], 16) for i in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue < 96


@dataclass(frozen=True, slots=True)
class Temper:
    """A disposition from which a theme is drawn: lightness and saturation of the paper, then its type and its measures.

    `hue` (0 to 1) is the paper's while nobody chose a ground.
    """

    paper: tuple[float, float]
    ink_lightness: float
    displays: tuple[str, ...]
    body: str
    trackings: tuple[str, ...]
    case: str
    ratios: tuple[str, ...]
    rhythms: tuple[float, ...]
    hue: float


#: By name, the first of each choice being the temper's own.
TEMPERS: dict[str, Temper] = {
    "salon": Temper(
        (0.97, 0.35),
        0.10,
        ("Cormorant",),
        "Jost",
        ("0.2em", "0.28em"),
        "uppercase",
        ("4/5",),
        (1.5, 1.75),
        0.11,
    ),
    "review": Temper(
        (1.0, 0.0), 0.06, ("Bodoni Moda",), "Inter", ("-0.02em", "0em"), "none", ("3/4",), (1.618,), 0.47
    ),
    "night": Temper(
        (0.08, 0.25), 0.94, ("Playfair Display",), "Jost", ("0.04em",), "none", ("1/1", "4/5"), (1.75,), 0.55
    ),
    "herbarium": Temper(
        (0.95, 0.45),
        0.14,
        ("Fraunces",),
        "Jost",
        ("0em", "-0.01em"),
        "lowercase",
        ("4/5",),
        (1.414, 1.333),
        0.05,
    ),
    "atelier": Temper(
        (0.96, 0.12),
        0.09,
        ("Jost",),
        "Inter",
        ("0.34em", "0.42em"),
        "uppercase",
        ("2/3", "3/4"),
        (1.25,),
        0.58,
    ),
    "letter": Temper(
        (0.93, 0.22), 0.11, ("Cormorant",), "Inter", ("0.01em",), "none", ("4/5", "3/4"), (1.618, 1.5), 0.12
    ),
    "cellar": Temper(
        (0.13, 0.35), 0.92, ("Cormorant", "Fraunces"), "Inter", ("0.1em",), "none", ("2/3",), (1.5,), 0.96
    ),
    "powder": Temper(
        (0.985, 0.6), 0.16, ("Playfair Display",), "Inter", ("0.14em",), "uppercase", ("1/1",), (1.333,), 0.94
    ),
    "plaster": Temper(
        (0.90, 0.18), 0.08, ("Bodoni Moda",), "Jost", ("0.08em",), "uppercase", ("4/5",), (1.75,), 0.08
    ),
    "leaf": Temper(
        (0.98, 0.05), 0.12, ("Inter",), "Inter", ("-0.03em",), "none", ("4/5", "1/1"), (1.25, 1.2), 0.83
    ),
    "lacquer": Temper(
        (0.06, 0.08), 0.96, ("Jost",), "Jost", ("0.02em",), "lowercase", ("3/4",), (1.414,), 0.02
    ),
    "orchard": Temper(
        (0.955, 0.3), 0.13, ("Fraunces",), "Inter", ("0.03em",), "none", ("2/3",), (1.618,), 0.25
    ),
}


@dataclass(frozen=True, slots=True)
class Faint:
    """A colour that cannot be read well enough on the paper; `would_do` is the nearest like it that can."""

    name: str
    colour: str
    paper: str
    ratio: float
    least: float
    would_do: str

    def __str__(self) -> str:
        # Cut, not rounded: 4.499 is not enough, and must not be shown as what is.
        shown = int(self.ratio * 100) / 100
        return (
            f"{self.name} {self.colour} on the ground {self.paper} has a contrast of {shown:.2f} to 1; "
            f"{self.least:g} to 1 is the least. {self.would_do} would do"
        )


class TooFaint(Exception):
    """A theme with something in it that many could not read."""

    def __init__(self, pairs: list[Faint]) -> None:
        super().__init__(". ".join(str(pair) for pair in pairs) + ".")
        self.pairs = pairs


def theme_of(values: dict[str, Any]) -> Theme:
    """The theme a maison published; every value is one we know or has a strict form, whatever the row says."""
    return theme_written(written(values))


def written(values: dict[str, Any]) -> bytes:
    """The values as bytes that are the same for the same look."""
    return msgspec.json.encode(values, order="deterministic")


@lru_cache(maxsize=256)
def theme_written(values: bytes) -> Theme:
    """As `theme_of`, of what `written` made."""
    said: dict[str, Any] = msgspec.json.decode(values)
    good: dict[str, Any] = {}
    for name in COLOURS:
        if isinstance(value := said.get(name), str) and _COLOUR.fullmatch(value):
            good[name] = value
    if isinstance(value := said.get("tracking"), str) and _TRACKING.fullmatch(value):
        good["tracking"] = value
    rhythm = said.get("rhythm")
    if isinstance(rhythm, (int, float)) and 1.1 <= rhythm <= 2:
        good["rhythm"] = float(rhythm)
    for name, known in (("display", FACES), ("body", FACES), ("case", CASES), ("ratio", RATIOS)):
        if isinstance(value := said.get(name), str) and value in known:
            good[name] = value
    asked = said.get("composition")
    return Theme(
        **good,
        composition=asked if isinstance(asked, str) and asked in COMPOSITIONS else composition(Theme(**good)),
    )


def values_of(theme: Theme) -> dict[str, Any]:
    """What is kept of a theme: a composition only where it is not the one that follows."""
    values = asdict(theme)
    if theme.composition in ("", composition(theme)):
        del values["composition"]
    return values


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


def chosen(temper: str, ground: str, accent: str) -> Theme | None:
    """The theme of these words as a form or an address says them; None where one is of no known form."""
    known = TEMPERS.get(temper)
    if known is None or not _COLOUR.fullmatch(ground) or not _COLOUR.fullmatch(accent):
        return None
    return derived(known, ground.upper(), accent.upper())


def drafted(said: str) -> Theme | None:
    """The theme that `draft` wrote into an address; None of anything else."""
    parts = said.split("-")
    return chosen(parts[0], f"#{parts[1]}", f"#{parts[2]}") if len(parts) == 3 else None


def draft(temper: str, ground: str, accent: str) -> str:
    """A choice as one word of an address."""
    return f"{temper}-{ground[1:]}-{accent[1:]}"


def derived(temper: Temper, ground: str, accent: str) -> Theme:
    """The temper's type and measures on this ground, ink and greys moved until they can be read; the accent as it is given."""
    hue, lightness, saturation = _hls(ground)
    dark = luminance(ground) < _MIDDLE
    ink = temper.ink_lightness
    # A grey ground has no hue to share.
    tint = 1.0 if saturation > 0.02 else 0.0
    return Theme(
        paper=ground,
        ink=legible(hue, ink if (ink > 0.5) == dark else 1 - ink, 0.18 * tint, ground),
        muted=legible(hue, 0.68 if dark else 0.42, 0.10 * tint, ground),
        rule=hexed(hue, lightness + 0.13 if dark else lightness - 0.12, saturation * 0.6),
        accent=accent,
        display=temper.displays[0],
        body=temper.body,
        tracking=temper.trackings[0],
        case=temper.case,
        ratio=temper.ratios[0],
        rhythm=temper.rhythms[0],
    )


@lru_cache(maxsize=1)
def ready() -> dict[str, Theme]:
    """Every temper in colours of its own."""
    found: dict[str, Theme] = {}
    for name, temper in TEMPERS.items():
        paper = hexed(temper.hue, *temper.paper)
        accent = legible((temper.hue + 0.5) % 1.0, 0.66 if luminance(paper) < _MIDDLE else 0.36, 0.55, paper)
        found[name] = derived(temper, paper, accent)
    return found


def temper_of(theme: Theme) -> str:
    """The temper whose type and measures these are, '' for a theme that was drawn by hand."""
    for name, temper in TEMPERS.items():
        like = derived(temper, theme.paper, theme.accent)
        if values_of(like) == values_of(theme):
            return name
    return ""


def contrasts(theme: Theme) -> list[tuple[str, str, float, float]]:
    """Each colour that letters are written in: its name, itself, its contrast with the paper, and the least allowed."""
    laid_out = theme.composition or composition(theme)
    return [
        (name, colour, contrast(colour, theme.paper), least)
        for name, colour, least in (
            ("ink", theme.ink, TEXT_MIN),
            ("muted", theme.muted, TEXT_MIN),
            ("accent", theme.accent, TEXT_MIN if laid_out in ACCENT_IN_TEXT else LARGE_MIN),
        )
    ]


def faint(theme: Theme) -> list[Faint]:
    """What of the theme cannot be read well enough."""
    return [
        Faint(name, colour, theme.paper, ratio, least, legible(*_hls(colour), theme.paper, least))
        for name, colour, ratio, least in contrasts(theme)
        if ratio < least
    ]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, by the formula of WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def legible(hue: float, lightness: float, saturation: float, paper: str, least: float = TEXT_MIN) -> str:
    """The colour wanted, moved away from the paper's lightness only as far as reading asks."""
    step = 0.02 if luminance(paper) < _MIDDLE else -0.02
    while contrast(colour := hexed(hue, lightness, saturation), paper) < least:
        assert 0.0 < lightness < 1.0 or (lightness > 0.5) != (step > 0), paper
        lightness = min(1.0, max(0.0, lightness + step))
    return colour


def hexed(hue: float, lightness: float, saturation: float) -> str:
    """#RRGGBB of a colour whose parts are 0 to 1."""
    return "#" + "".join(f"{round(255 * part):02X}" for part in hls_to_rgb(hue, lightness, saturation))


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 to 1, by WCAG 2.2."""
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hls(colour: str) -> tuple[float, float, float]:
    return rgb_to_hls(*_parts(colour))


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue
