"""What makes a variant itself: its options, and the key that knows them again however a file spells them."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

#: How shops name the two options that clients choose by, in the languages seen in exports.
_NAMES = {
    "colour": ("color", "colour", "couleur", "coloris", "farbe", "kleur", "colore", "颜色", "顏色"),
    "size": (
        "size",
        "taille",
        "pointure",
        "größe",
        "grösse",
        "maat",
        "taglia",
        "talla",
        "尺码",
        "尺寸",
        "尺碼",
    ),
}
_CANONICAL = {alias: name for name, aliases in _NAMES.items() for alias in aliases}


def option_name(name: str) -> str:
    """`colour` and `size` whatever the file calls them; every other name in lower case, single spaces."""
    folded = _folded(name)
    return _CANONICAL.get(folded, folded)


def options_of(pairs: Mapping[str, str]) -> dict[str, str]:
    """The options worth keeping: names canonical, values trimmed, no empty ones and no “Default Title”."""
    kept: dict[str, str] = {}
    for name, value in pairs.items():
        shown = " ".join(value.split())
        if shown and not (_folded(name) == "title" and _folded(shown) == "default title"):
            kept[option_name(name)] = shown
    return kept


def option_key(options: Mapping[str, str]) -> str:
    r"""The identity of a variant within its product; order, case, width and spacing do not matter.

    `\`, `|` and `=` inside a name or value are escaped,
      so two different sets never share a key. '' has no options.
    """
    pairs = {option_name(name): _folded(value) for name, value in options.items() if value.strip()}
    return "|".join(f"{_escaped(name)}={_escaped(pairs[name])}" for name in sorted(pairs))


# A file says the same few colours and sizes again and again.
@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    # Folding can undo the normal form (and the reverse), hence both twice: the result is a fixed point.
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(text.split())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("=", "\\=")
