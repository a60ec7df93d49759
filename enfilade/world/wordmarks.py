"""The wordmark of a maison that has no drawn one: its name in its display face, as SVG to be inlined in a
page.
"""

from html import escape

from enfilade.world.themes import Theme

WIDTH_OF_LETTER = {  # in em, mean of a capital and of a small letter; textLength makes the drawn width exact
    "Cormorant": (0.66, 0.43),
    "Playfair Display": (0.70, 0.50),
    "Fraunces": (0.68, 0.52),
    "Bodoni Moda": (0.69, 0.49),
    "Jost": (0.64, 0.49),
    "Inter": (0.68, 0.55),
}
SIZE = 40


def derived_wordmark(name: str, theme: Theme) -> str:
    """Drawn in currentColor; the width is fixed, so that the line does not move when the face arrives."""
    text = {"uppercase": name.upper(), "lowercase": name.lower()}.get(theme.case, name)
    capital, small = WIDTH_OF_LETTER[theme.display]
    tracking = float(theme.tracking.removesuffix("em"))
    width = round(SIZE * sum((capital if letter.isupper() else small) + tracking for letter in text))
    shown = escape(text)
    generic = "sans-serif" if theme.display in ("Jost", "Inter") else "serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 56" role="img" fill="currentColor">'
        f"<title>{escape(name)}</title>"
        f'<text x="0" y="41" font-family="\'{theme.display} Variable\', \'{theme.display}\', {generic}" '
        f'font-size="{SIZE}" textLength="{width}" lengthAdjust="spacing">{shown}</text></svg>'
    )
