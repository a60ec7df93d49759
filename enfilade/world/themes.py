"""The look of a maison as a dozen values; written for the maisons drawn in full, derived from the slug for
the others.
"""

from colorsys import hls_to_rgb
from dataclasses import dataclass

from enfilade.world.chance import chance

FAMILIES = ("Cormorant", "Playfair Display", "Fraunces", "Bodoni Moda", "Jost", "Inter")
CONTRAST_MIN = 4.5  # WCAG 2.2, 1.4.3, text of normal size at level AA


@dataclass(frozen=True, slots=True)
class Theme:
    """Custom properties of one stylesheet; case is a value of text-transform, tracking of letter-spacing."""

    paper: str
    ink: str
    muted: str
    rule: str
    accent: str
    display: str
    body: str
    tracking: str
    case: str
    ratio: str
    rhythm: float


@dataclass(frozen=True, slots=True)
class Temper:
    """A disposition from which a theme is drawn: lightness and saturation of the paper, then its type and
    its measures.
    """

    paper: tuple[float, float]
    ink_lightness: float
    displays: tuple[str, ...]
    body: str
    trackings: tuple[str, ...]
    case: str
    ratios: tuple[str, ...]
    rhythms: tuple[float, ...]


TEMPERS = (
    Temper(
        (0.97, 0.35), 0.10, ("Cormorant",), "Jost", ("0.2em", "0.28em"), "uppercase", ("4/5",), (1.5, 1.75)
    ),
    Temper((1.0, 0.0), 0.06, ("Bodoni Moda",), "Inter", ("-0.02em", "0em"), "none", ("3/4",), (1.618,)),
    Temper((0.08, 0.25), 0.94, ("Playfair Display",), "Jost", ("0.04em",), "none", ("1/1", "4/5"), (1.75,)),
    Temper(
        (0.95, 0.45), 0.14, ("Fraunces",), "Jost", ("0em", "-0.01em"), "lowercase", ("4/5",), (1.414, 1.333)
    ),
    Temper(
        (0.96, 0.12), 0.09, ("Jost",), "Inter", ("0.34em", "0.42em"), "uppercase", ("2/3", "3/4"), (1.25,)
    ),
    Temper((0.93, 0.22), 0.11, ("Cormorant",), "Inter", ("0.01em",), "none", ("4/5", "3/4"), (1.618, 1.5)),
    Temper((0.13, 0.35), 0.92, ("Cormorant", "Fraunces"), "Inter", ("0.1em",), "none", ("2/3",), (1.5,)),
    Temper((0.985, 0.6), 0.16, ("Playfair Display",), "Inter", ("0.14em",), "uppercase", ("1/1",), (1.333,)),
    Temper((0.90, 0.18), 0.08, ("Bodoni Moda",), "Jost", ("0.08em",), "uppercase", ("4/5",), (1.75,)),
    Temper((0.98, 0.05), 0.12, ("Inter",), "Inter", ("-0.03em",), "none", ("4/5", "1/1"), (1.25, 1.2)),
    Temper((0.06, 0.08), 0.96, ("Jost",), "Jost", ("0.02em",), "lowercase", ("3/4",), (1.414,)),
    Temper((0.955, 0.3), 0.13, ("Fraunces",), "Inter", ("0.03em",), "none", ("2/3",), (1.618,)),
)


def derived_theme(slug: str) -> Theme:
    """A theme that depends on the slug alone and whose ink, muted and accent can be read on its paper."""
    draw = chance(0, "theme", slug)
    temper = draw.choice(TEMPERS)
    hue = draw.random()
    lightness, saturation = temper.paper
    paper = _hex(hue, lightness, saturation)
    dark = lightness < 0.5
    ink = legible(hue, temper.ink_lightness, 0.18, paper)
    muted = legible(hue, 0.68 if dark else 0.42, 0.10, paper)
    accent_hue = (hue + draw.choice((0.0, 0.08, 0.42, 0.5, 0.58))) % 1.0
    accent = legible(accent_hue, 0.66 if dark else 0.36, draw.uniform(0.45, 0.8), paper)
    rule = _hex(hue, lightness + 0.13 if dark else lightness - 0.12, saturation * 0.6)
    return Theme(
        paper=paper,
        ink=ink,
        muted=muted,
        rule=rule,
        accent=accent,
        display=draw.choice(temper.displays),
        body=temper.body,
        tracking=draw.choice(temper.trackings),
        case=temper.case,
        ratio=draw.choice(temper.ratios),
        rhythm=draw.choice(temper.rhythms),
    )


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, by the formula of WCAG 2.2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def legible(hue: float, lightness: float, saturation: float, paper: str) -> str:
    """The colour wanted, moved away from the paper's lightness only as far as reading asks."""
    step = 0.02 if _luminance(paper) < 0.18 else -0.02
    while contrast(colour := _hex(hue, lightness, saturation), paper) < CONTRAST_MIN:
        lightness += step
        assert 0.0 <= lightness <= 1.0, paper
    return colour


def _hex(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(255 * part):02X}" for part in hls_to_rgb(hue, lightness, saturation))


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
