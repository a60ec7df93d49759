"""Texts as a printer would set them: apostrophes that curl, and in French no sign of punctuation that begins a line."""

import re
from functools import lru_cache

from enfilade.base.i18n import Language

_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)|(?<=\w)'(?=\s|$|[.,;])")
_THIN = re.compile(r"[ \u00a0](?=[;!?])")
_WIDE = re.compile(r" (?=:)")
_OPEN, _CLOSE = re.compile(r"« "), re.compile(r" »")
_UNIT = re.compile(r"(?<=\d) (?=(?:%|€|cm|mm|kg|g|ml|cl|km)\b|[%€])")


@lru_cache(maxsize=4096)
def typeset(text: str, language: Language | str) -> str:
    """`text`, written in `language`, with the characters that its typography asks for."""
    text = _UNIT.sub("\u00a0", _APOSTROPHE.sub("’", text))
    if language == "fr":
        text = _WIDE.sub("\u00a0", _THIN.sub("\u202f", text))
        text = _CLOSE.sub("\u00a0»", _OPEN.sub("«\u00a0", text))
    return text
