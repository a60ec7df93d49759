"""Pieces of pages that look alike for everybody: what a macro makes of the same values is made once.

A macro imported without context sees its values and nothing else, so the values, whole, are the name of what it makes: a
changed price is another name. Half of a page's time went into tiles that had been made a thousand times.
"""

from jinja2.runtime import Macro
from markupsafe import Markup
from msgspec.json import encode

#: Some 2 kB each.
MOST = 4000


def _written(value: object) -> list[str]:
    # Else a sentence with markup in it would be taken for the same letters without.
    if isinstance(value, Markup):
        return ["", str(value)]
    raise NotImplementedError(type(value))


_made: dict[tuple[Macro, bytes], str] = {}


def once(macro: Macro, *values: object, **named: object) -> str:
    """What `macro`, imported without context, makes of these values."""
    key = (macro, encode((values, named), enc_hook=_written))
    made = _made.get(key)
    if made is None:
        if len(_made) >= MOST:
            _made.clear()
        made = _made[key] = macro(*values, **named)
    return made
