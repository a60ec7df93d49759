"""A price as people and programs write it, read into money; what could mean two amounts is refused."""

import re
import unicodedata
from decimal import Decimal

from babel.numbers import get_currency_precision

from enfilade.base.money import Money, from_major

PRICE_CHARACTERS_MAX = 40
#: Fifteen digits of minor units stay exact everywhere, in JSON and spreadsheets too.
AMOUNT_MINOR_MAX = 10**13

_SYMBOLS = {
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "元": ("CNY",),
    "円": ("JPY",),
    "₩": ("KRW",),
    "$": ("USD", "CAD", "AUD", "HKD", "SGD", "TWD", "NZD", "MXN"),
    "US$": ("USD",),
    "HK$": ("HKD",),
    "CA$": ("CAD",),
    "A$": ("AUD",),
    "S$": ("SGD",),
    "NT$": ("TWD",),
    "kr": ("SEK", "NOK", "DKK"),
    "Fr": ("CHF",),
}
#: Written with a decimal point wherever they are used: a comma before three digits groups thousands.
_POINT_IS_DECIMAL = frozenset({"USD", "GBP", "CNY", "JPY", "HKD", "KRW", "SGD", "TWD", "AUD", "NZD", "AED"})
_SHAPE = re.compile(
    r"(?P<before>[^\d.,'+-]*)(?P<number>[\d.,' ]*\d[\d.,' ]*?)(?:[.,]?-{1,2}|[.,])?(?P<after>[^\d]*)"
)
_CODE = re.compile(r"[A-Z]{3}")


class PriceRefused(ValueError):
    """The text is no price, or more than one; `reason` and `remedy` say so to whoever wrote it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason, self.remedy = reason, remedy


def read_price(text: str, currency: str | None = None, *, signed: bool = False) -> Money:
    """`text` as money. `currency` is what the column says; the text may say it too, and then they must agree.

    Spaces of any kind and apostrophes group thousands; where both `.` and `,` stand, the last is the decimal
    sign. One sign before three digits is refused unless the currency settles it. `signed` allows a minus.
    Raises PriceRefused.
    """
    if len(text) > PRICE_CHARACTERS_MAX:
        raise PriceRefused(f"longer than {PRICE_CHARACTERS_MAX} characters", "write an amount and a currency")
    # Compatibility forms: full-width digits and signs, narrow and no-break spaces become the plain ones.
    shown = " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").replace("−", "-").split())
    shown = shown.replace("–", "-").replace("—", "-")
    negative, unsigned = _sign(shown)
    if negative and not signed:
        raise PriceRefused("the amount is negative", "a price is above zero")
    found = _SHAPE.fullmatch(unsigned)
    if found is None:
        raise PriceRefused("this is not an amount", "write it like 1250.00 EUR")
    said = _currency(found["before"].strip(), found["after"].strip(), currency)
    major = _amount(found["number"].strip(), said)
    # Before it is turned into the smallest unit, for which it may have more digits than a number holds.
    if major > AMOUNT_MINOR_MAX or (amount := from_major(major, said)).minor > AMOUNT_MINOR_MAX:
        raise PriceRefused("the amount is too large", "check the decimal sign")
    return Money(-amount.minor, said) if negative else amount


def _sign(shown: str) -> tuple[bool, str]:
    if shown.startswith("(") and shown.endswith(")"):
        return True, shown[1:-1].strip()
    if re.match(r"[^\d]*-\s*\d", shown):
        return True, shown.replace("-", "", 1).strip()
    return False, shown[1:].strip() if shown.startswith("+") else shown


def _currency(before: str, after: str, expected: str | None) -> str:
    if before and after and before != after:
        raise PriceRefused(
            f"both “{before}” and “{after}” stand beside the number", "name one currency, once"
        )
    word = before or after
    if not word:
        if expected is None:
            raise PriceRefused("no currency", "write it after the amount, like 1250.00 EUR")
        return expected
    meant = _SYMBOLS.get(word) or ((word.upper(),) if _CODE.fullmatch(word.upper()) else None)
    if meant is None:
        raise PriceRefused(f"“{word}” is not a currency we know", "use the three-letter code, like EUR")
    if expected is not None:
        if expected not in meant:
            raise PriceRefused(
                f"“{word}” stands in a place for {expected}", "correct the currency or the column"
            )
        return expected
    if len(meant) > 1:
        raise PriceRefused(f"“{word}” is the sign of {' and '.join(meant[:3])}", "use the three-letter code")
    return meant[0]


def _amount(number: str, currency: str) -> Decimal:
    digits = get_currency_precision(currency)
    points, commas = number.count("."), number.count(",")
    spaced = " " in number or "'" in number
    if points and commas:
        decimal = "." if number.rindex(".") > number.rindex(",") else ","
        if number.count(decimal) > 1:
            raise PriceRefused("the decimal sign stands twice", "write it like 1250.00")
        whole, fraction = number.rsplit(decimal, 1)
        return _exact(_ungrouped(whole, "," if decimal == "." else "."), fraction, digits, currency)
    sign = "." if points else "," if commas else ""
    if not sign:
        return _exact(_ungrouped(number, ""), "", digits, currency)
    if number.count(sign) > 1:
        return _exact(_ungrouped(number, sign), "", digits, currency)
    whole, fraction = number.split(sign)
    # Two groupings at once are nobody's habit: beside a space, the sign is the decimal one.
    could_group = not spaced and len(fraction) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole) is not None
    if len(fraction) == 3 and not could_group:
        raise PriceRefused(f"three digits after “{sign}” in “{number}”", "write it like 1250.00")
    if could_group:
        if digits == 0 or (sign == "," and currency in _POINT_IS_DECIMAL):
            return Decimal(whole + fraction)
        raise PriceRefused(
            f"“{number}” is {whole}{fraction} to some and {whole} and a fraction to others",
            f"write {whole}{fraction}.00 or {whole}{fraction}",
        )
    return _exact(_ungrouped(whole, ""), fraction, digits, currency)


def _ungrouped(whole: str, sign: str) -> str:
    """The digits of `whole`, if its groups are all of three and separated alike."""
    separators = {character for character in whole if not character.isdigit()}
    if separators - {sign, " ", "'"} or len(separators) > 1:
        raise PriceRefused(f"“{whole}” is grouped in two ways", "write it without thousands separators")
    if not separators:
        return whole
    groups = re.split(r"[^\d]", whole)
    if not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]):
        raise PriceRefused(f"“{whole}” is not grouped by thousands", "write it without thousands separators")
    return "".join(groups)


def _exact(whole: str, fraction: str, digits: int, currency: str) -> Decimal:
    if not whole.isascii() or not whole.isdigit() or (fraction and not fraction.isdigit()):
        raise PriceRefused("this is not an amount", "write it like 1250.00 EUR")
    kept = fraction.rstrip("0")
    if len(kept) > digits:
        raise PriceRefused(
            f"{len(kept)} decimals where {currency} has {digits}",
            "check the decimal sign, or round the amount",
        )
    return Decimal(f"{whole}.{kept}" if kept else whole)
