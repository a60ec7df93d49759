"""Prices in a question: "under 2000", "moins de 2 000 €", "tussen 500 en 1000", "2千以下"."""

import re
from dataclasses import dataclass

_CURRENCY = r"(?:€|eur(?:os?)?\b|£|gbp\b|pounds?\b|\$|usd\b|dollars?\b|¥|cny\b|rmb\b|yuan\b|元|块)"
_AMOUNT = r"(?:\d{1,3}(?:[ .,']\d{3})+|\d+)(?:[.,]\d{1,2}(?!\d))?\s*(?:k\b|千|万)?"
#: Ninety centimetres are no price.
_UNIT = r"(?!\d|\s*(?:cm|mm|ml|cl|kg|g|l|%|carats?|karaats?|厘米|毫米|毫升)(?![a-z]))"
_PRICE = rf"(?:{_CURRENCY}\s*)?({_AMOUNT}){_UNIT}(?:\s*{_CURRENCY})?"
_UNDER = (
    r"(?:(?:under|below|less than|cheaper than|up to|at most|no more than|max(?:imum)?\.?|moins de|sous|jusqu'?\s?a|"
    r"inferieure? a|pas plus de|au plus|onder|minder dan|tot|maximaal|hoogstens|goedkoper dan)\s+(?:de\s+|of\s+)?|"
    r"<\s*=?\s*|低于|不超过|不到|少于)"
)
_OVER = (
    r"(?:(?:over|above|more than|at least|from|min(?:imum)?\.?|plus de|au-dessus de|a partir de|au moins|boven|"
    r"meer dan|vanaf|minstens)\s+|>\s*=?\s*|高于|超过|至少)"
)
_BETWEEN = [
    re.compile(rf"\b(?:between|entre|tussen|from|van|de)\s+{_PRICE}\s*(?:and|et|en|to|a|tot|-)\s*{_PRICE}"),
    re.compile(rf"{_PRICE}\s*[到至]\s*{_PRICE}"),
    re.compile(
        rf"{_PRICE}\s*[-–]\s*{_CURRENCY}\s*({_AMOUNT})|({_AMOUNT})\s*[-–]\s*({_AMOUNT})\s*{_CURRENCY}"
    ),
]
_MOST = [
    re.compile(rf"(?<![a-z]){_UNDER}\s*{_PRICE}"),
    re.compile(rf"{_PRICE}\s*(?:以下|以内|之内|(?:max|maximum|or less|ou moins|of minder)\b)"),
]
_LEAST = [re.compile(rf"(?<![a-z]){_OVER}\s*{_PRICE}"), re.compile(rf"{_PRICE}\s*(?:以上|起)")]


@dataclass(frozen=True, slots=True)
class Prices:
    """The words left when prices are out, and the limits in whole units of the market's currency."""

    rest: str
    least: int | None = None
    most: int | None = None


def prices(text: str) -> Prices:
    """Reads the limits out of a folded text."""
    for pattern in _BETWEEN:
        if found := pattern.search(text):
            low, high = sorted(_whole(part) for part in found.groups() if part)
            return Prices(_without(text, found), low, high)
    least = most = None
    for pattern in _MOST:
        if most is None and (found := pattern.search(text)):
            most, text = _whole(found.group(1)), _without(text, found)
    for pattern in _LEAST:
        if least is None and (found := pattern.search(text)):
            least, text = _whole(found.group(1)), _without(text, found)
    return Prices(text, least, most)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _whole(amount: str) -> int:
    times = 1
    for letter, thousand in (("k", 1_000), ("千", 1_000), ("万", 10_000)):
        if amount.endswith(letter):
            amount, times = amount[: -len(letter)], thousand
    amount = re.sub(r"[.,]\d{1,2}\s*$", "", amount)
    return min(int(re.sub(r"\D", "", amount)) * times, 10**12)
