"""A size in the systems that people know, family by family, reckoned from the measure that defines it.

Rings: ISO 8653, the size is the inner circumference in millimetres; BS 6820 (a letter each 1.25 mm from A, 37.5 mm);
the American scale (0.8128 mm of diameter a size, 0 at 11.63 mm); JIS (a third of a millimetre of diameter a size, 1 at
13 mm); the numbers used in China (circumference less 40). Shoes: the Paris point of two thirds of a centimetre, a last a
centimetre longer than the foot; GB/T 3293.1 names a shoe by the foot in millimetres, in steps of five.
"""

from dataclasses import dataclass
from math import pi

from babel.numbers import format_decimal

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.web.storefront.words import N_

RINGS = range(44, 69)
SHOES = range(35, 47)
UK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: The inside of a bangle in centimetres for a wrist from … to …, in centimetres.
BRACELETS = (
    ("15", 13.5, 14.5),
    ("16", 14.5, 15.5),
    ("17", 15.5, 16.5),
    ("18", 16.5, 17.5),
    ("19", 17.5, 18.5),
)
#: A case's width for a wrist from … to …, in centimetres: what sits well, not what fits.
WATCHES = (("32 mm", 13.5, 15.5), ("36 mm", 14.5, 17.0), ("40 mm", 16.0, 19.0), ("44 mm", 17.5, 21.0))


@dataclass(frozen=True, slots=True)
class Guide:
    """`rows` begin with the size as the pieces name it; `how` tells to measure, `columns` name the systems."""

    how: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def guide(family: str, language: Language) -> Guide | None:
    """The guide of a family of pieces; None where there is nothing to measure."""
    made = _GUIDES.get(family)
    return None if made is None else made(language)


def has_guide(family: str) -> bool:
    """Whether the family is chosen by a measure of the body."""
    return family in _GUIDES


def decimal(value: float, language: Language) -> str:
    """With one decimal place, or none."""
    return format_decimal(round(value, 1), locale=i18n.LOCALES[language])


def _rings(language: Language) -> Guide:
    return Guide(
        N_(
            "Lay a thread around the finger, in the evening, and measure it; or measure across the inside of a ring that fits."
        ),
        (
            N_("Size (EU), mm around"),
            N_("Across, mm"),
            N_("United Kingdom"),
            N_("United States"),
            N_("China"),
            N_("Japan"),
        ),
        tuple(
            (
                str(size),
                decimal(size / pi, language),
                uk_ring(size),
                us_ring(size, language),
                str(size - 40),
                str(round((size / pi - 13) * 3 + 1)),
            )
            for size in RINGS
        ),
    )


def uk_ring(circumference_mm: int) -> str:
    """A letter, or a letter and a half."""
    halves = round((circumference_mm - 37.5) / 1.25 * 2)
    return UK_LETTERS[halves // 2] + ("½" if halves % 2 else "")


def us_ring(circumference_mm: int, language: Language) -> str:
    """To the nearest half."""
    size = round((circumference_mm / pi - 11.63) / 0.8128 * 2) / 2
    return decimal(size, language)


def _shoes(language: Language) -> Guide:
    return Guide(
        N_(
            "Stand on a sheet of paper in the evening, mark heel and longest toe, and measure between the marks."
        ),
        (
            N_("Size (EU)"),
            N_("Foot, cm"),
            N_("United Kingdom"),
            N_("United States, women"),
            N_("United States, men"),
            N_("China"),
        ),
        tuple(
            (
                str(size),
                decimal(foot_cm(size), language),
                str(size - 33),
                str(size - 30),
                str(size - 32) if size >= 39 else "–",
                str(5 * round(foot_cm(size) * 2)),
            )
            for size in SHOES
        ),
    )


def foot_cm(size: int) -> float:
    """The foot that a shoe of this European size is made for."""
    return size * 2 / 3 - 1


def _wrists(sizes: tuple[tuple[str, float, float], ...], column: str, how: str, language: Language) -> Guide:
    return Guide(
        how,
        (column, N_("Wrist, cm")),
        tuple((size, f"{decimal(least, language)}–{decimal(most, language)}") for size, least, most in sizes),
    )


def _bracelets(language: Language) -> Guide:
    how = N_("Lay a ribbon around the wrist, below the bone, where the bracelet will lie, and measure it.")
    return _wrists(BRACELETS, N_("Size (cm inside)"), how, language)


def _watches(language: Language) -> Guide:
    how = N_(
        "Lay a ribbon around the wrist, where the watch will lie, and measure it. Straps are adjusted in the boutique."
    )
    return _wrists(WATCHES, N_("Case"), how, language)


_GUIDES = {"ring": _rings, "shoe": _shoes, "bracelet": _bracelets, "watch": _watches}
