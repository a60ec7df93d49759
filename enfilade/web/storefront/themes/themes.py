"""A maison's theme as CSS custom properties, and where that stylesheet is served."""

import hashlib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

from enfilade.maisons.themes import FACES, Theme, theme_of, theme_written, written
from enfilade.web.shared.assets import ASSETS, WEB, asset

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: Of a draft in an address.
DRAFT_MAX = 40


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
    themes = [(slug, theme_written(values)) for slug, values in looks]
    families = sorted({face for _, theme in themes for face in (theme.display, theme.body)})
    return "".join(_faces().get(family, "") for family in families) + "".join(
        properties(slug, theme) for slug, theme in themes
    )


def stylesheet(looks: Iterable[tuple[str, dict[str, Any]]]) -> str:
    """The look of the maisons given, the fonts they use first."""
    return _stylesheet(_sorted(looks))


def _sorted(looks: Iterable[tuple[str, dict[str, Any]]]) -> tuple[tuple[str, bytes], ...]:
    return tuple(sorted((slug, written(values)) for slug, values in looks))


def digest(css: str) -> str:
    """Changes whenever the stylesheet does."""
    return hashlib.sha256(css.encode()).hexdigest()[:12]


def address(looks: dict[str, dict[str, Any]]) -> str:
    """Where the stylesheet of these maisons is served, named by its content."""
    return _address(_sorted(looks.items()))


@lru_cache(maxsize=256)
def _address(looks: tuple[tuple[str, bytes], ...]) -> str:
    return f"/themes/{','.join(slug for slug, _ in looks)}.css?v={digest(_stylesheet(looks))}"


def draft_address(slug: str, draft: str) -> str:
    """Where the stylesheet of a look that nobody has published yet is served."""
    return f"/themes/{slug}.css?draft={draft}"


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
