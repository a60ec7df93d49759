"""A piece as somebody tells it to us: product, texts, pictures, variants and prices, not yet written."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TextEntry:
    """A product's words in one language. None means not said: what is known stays."""

    language: str
    name: str | None = None
    description: str | None = None
    materials: str | None = None
    care: str | None = None


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """What a variant costs in one market, in minor units of the market's currency."""

    market: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PictureEntry:
    """A picture of ours by name, or one at an address, recorded and fetched later."""

    name: str = ""
    source_url: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class VariantEntry:
    """`line` is where it stood in its source; `options` are canonical (`options.options_of`)."""

    line: int
    options: dict[str, str]
    sku: str | None = None
    barcode: str | None = None
    prices: list[PriceEntry] = field(default_factory=list[PriceEntry])


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """Known by (maison, source, handle). None means not said; a new product then gets the default.

    `kinds`: of what kinds it is under law (`maisons.laws.KINDS`), where its family does not tell; not said, it stays.
    `engraving_letters_max` is 0 where it is not engraved. `more_pictures` adds the pictures to those known; otherwise
    pictures, where there are any, replace them.
    """

    line: int
    handle: str
    brand: str | None = None
    family: str | None = None
    gender: str | None = None
    made_in: str | None = None
    engraving_letters_max: int | None = None
    published: bool | None = None
    texts: list[TextEntry] = field(default_factory=list[TextEntry])
    variants: list[VariantEntry] = field(default_factory=list[VariantEntry])
    pictures: list[PictureEntry] = field(default_factory=list[PictureEntry])
    more_pictures: bool = False
    kinds: list[str] | None = None


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """What was not taken, where it stood, why, and what to do about it."""

    line: int
    column: str
    value: str
    reason: str
    remedy: str
