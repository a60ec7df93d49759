"""How text becomes words that can be compared: no case, no accents, light endings off, Chinese in pairs of characters.

The same for documents and for questions, whatever their language, since nobody says in which language they ask.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import combining, normalize

_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_SPELT = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def folded(text: str) -> str:
    """Small letters without accents; full-width figures and letters as the usual ones."""
    if text.isascii():
        return text.lower()
    lowered = normalize("NFKD", text.casefold()).translate(_SPELT)
    return "".join(c for c in lowered if not combining(c))


def words(text: str) -> list[str]:
    """The words of a folded text in their order; a run of Chinese is one word."""
    found: list[str] = []
    for match in _WORD.finditer(text):
        found += _apart(match.group())
    return found


def _apart(word: str) -> Iterator[str]:
    start = 0
    for run in _HAN.finditer(word):
        if run.start() > start:
            yield word[start : run.start()]
        yield run.group()
        start = run.end()
    if start < len(word):
        yield word[start:]


def chinese(word: str) -> bool:
    """Whether it is a run of Chinese characters."""
    return bool(_HAN.match(word))


def pairs(run: str) -> list[str]:
    """Every two neighbours of a run of Chinese, and its last character, so that each one begins something."""
    return [run[i : i + 2] for i in range(len(run) - 1)] + [run[-1]]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The word without the commonest endings of English, French and Dutch plurals and feminines.

    Light on purpose: the same for three languages, so that it is wrong in the same way on both sides.
    """
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "i"
    elif len(word) >= 6 and word.endswith("en"):
        word = word[:-2]
    elif word.endswith("ux"):
        word = word[:-1]
    elif word.endswith("es"):
        word = word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    if word.endswith("y"):
        word = word[:-1] + "i"
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word


@lru_cache(maxsize=20_000)
def spoken(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The words of a text with the lexemes they are found by, in its order; '' for a run of Chinese, which nobody mistypes.

    Kept, since the pieces of a maison say the same of their materials and sizes.
    """
    return tuple(
        ("", tuple(pairs(word))) if chinese(word) else (word, (stem(word),)) for word in words(folded(text))
    )


def lexemes(text: str) -> list[str]:
    """What a document is found by, in the order of its text."""
    return [lexeme for _, found in spoken(text) for lexeme in found]
