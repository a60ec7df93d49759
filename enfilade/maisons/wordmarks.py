"""A wordmark in letters: a name in a theme's display face, as SVG to be inlined in a page."""

import re
from html import escape, unescape

from enfilade.maisons.themes import FACES, Theme

CHARACTERS_MAX = 40
SVG_BYTES_MAX = 16_000  # it stands in every page of a list of maisons
WIDTH_OF_LETTER = {  # in em, mean of a capital and of a small letter; textLength makes the drawn width exact
    "Cormorant": (0.66, 0.43),
    "Playfair Display": (0.70, 0.50),
    "Fraunces": (0.68, 0.52),
    "Bodoni Moda": (0.69, 0.49),
    "Jost": (0.64, 0.49),
    "Inter": (0.68, 0.55),
}
SIZE = 40
_TITLE = re.compile(r"<title>([^<]*)</title>")


def lettered(name: str, theme: Theme) -> str:
    """Drawn in currentColor; the width is fixed, so that the line does not move when the face arrives."""
    text = {"uppercase": name.upper(), "lowercase": name.lower()}.get(theme.case, name)
    capital, small = WIDTH_OF_LETTER[theme.display]
    tracking = 0.0 if theme.tracking == "0" else float(theme.tracking.removesuffix("em"))
    width = max(
        SIZE,
        round(SIZE * sum((capital if letter.isupper() else small) + tracking for letter in text)),
    )
    shown = escape(text)
    generic = FACES[theme.display][1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 56" role="img" fill="currentColor">'
        f"<title>{escape(name)}</title>"
        f'<text x="0" y="41" font-family="\'{theme.display} Variable\', \'{theme.display}\', {generic}" '
        f'font-size="{SIZE}" textLength="{width}" lengthAdjust="spacing">{shown}</text></svg>'
    )


def letters_of(wordmark: str, theme: Theme) -> str | None:
    """The name of a wordmark that `lettered` made in this theme, None of one that was drawn."""
    title = _TITLE.search(wordmark)
    name = unescape(title[1]) if title else ""
    return name if name and lettered(name, theme) == wordmark else None


def carried(wordmark: str, before: Theme, after: Theme) -> str:
    """The wordmark once the theme changed: letters follow the face, a drawing stays."""
    name = letters_of(wordmark, before)
    return wordmark if name is None else lettered(name, after)
