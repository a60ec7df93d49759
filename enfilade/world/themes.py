"""The theme of a maison that has none of its own: drawn from its slug, by the rule every maison may use."""

from enfilade.maisons.themes import TEMPERS, Theme, hexed, legible
from enfilade.world.chance import chance


def derived_theme(slug: str) -> Theme:
    """A theme that depends on the slug alone and whose ink, muted and accent can be read on its paper."""
    draw = chance(0, "theme", slug)
    temper = draw.choice(tuple(TEMPERS.values()))
    hue = draw.random()
    lightness, saturation = temper.paper
    paper = hexed(hue, lightness, saturation)
    dark = lightness < 0.5
    ink = legible(hue, temper.ink_lightness, 0.18, paper)
    muted = legible(hue, 0.68 if dark else 0.42, 0.10, paper)
    accent_hue = (hue + draw.choice((0.0, 0.08, 0.42, 0.5, 0.58))) % 1.0
    accent = legible(accent_hue, 0.66 if dark else 0.36, draw.uniform(0.45, 0.8), paper)
    rule = hexed(hue, lightness + 0.13 if dark else lightness - 0.12, saturation * 0.6)
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
