"""Writes `judged.csv`: what each question wants, said as a rule over the catalogue's own columns, not over what is indexed.

Grade 3 has all that was asked. Grade 1 is what an advisor would show when that is not there: the kind with some of the wishes.
A question by name, SKU or in free words names its answers; grade 2 is their sisters.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from unicodedata import normalize

from enfilade.catalogue.slugs import product_slug
from enfilade.world.generate import world
from enfilade.world.scale import SMALL

CURRENCY = {"en": "GBP", "fr": "EUR", "nl": "EUR", "zh": "CNY"}
RED = {"rouge", "rubis", "carmin", "grenade", "grenat", "bordeaux", "brique"}
BLACK = {"noir", "noire", "encens"}
GREEN = {"sapin", "emeraude", "celadon", "lichen", "olive", "vetiver", "figuier", "verte"}
BLUE = {"bleu", "marine", "nuit", "lagune", "saphir"}
WHITE = {"blanc", "ivoire", "craie", "fleurdoranger", "opaline"}
PINK = {"rose", "petale", "pivoine", "nude"}
BROWN = {"cognac", "havane", "ecaille", "ambre", "armagnac", "calvados"}


@dataclass(slots=True)
class Piece:
    """A product as the catalogue file tells it; `words` are all its texts and its colours."""

    slug: str
    maison: str
    family: str
    gender: str
    names: str
    words: str
    colours: set[str] = field(default_factory=set)
    skus: list[str] = field(default_factory=list)
    prices: dict[str, float] = field(default_factory=dict)


Rule = Callable[[Piece, str], int]


def catalogue() -> list[Piece]:
    """Every piece of the demo's world."""
    made = world(SMALL, today=date(2026, 11, 22))
    found: dict[str, Piece] = {}
    for maison in made.maisons:
        for row in made.catalogue_rows(maison):
            slug = product_slug(maison.slug, row["handle"])
            if slug not in found:
                texts = [
                    row[f"{column}_{language}"]
                    for column in ("name", "description", "materials")
                    for language in ("en", "fr", "nl", "zh")
                ]
                found[slug] = Piece(
                    slug,
                    maison.slug,
                    row["family"],
                    row["gender"],
                    plain(" ".join(texts[:4])),
                    plain(" ".join(texts)),
                )
            piece = found[slug]
            piece.colours.add(row["colour"])
            piece.words += " " + plain(row["colour"])
            piece.skus.append(row["sku"])
            for currency in ("EUR", "GBP", "CNY", "USD"):
                if row[f"price_{currency}"]:
                    price = float(row[f"price_{currency}"])
                    piece.prices[currency] = min(price, piece.prices.get(currency, price))
    return list(found.values())


def plain(text: str) -> str:
    """Small letters without accents."""
    return (
        normalize("NFKD", text.lower())
        .encode("utf-8")
        .decode()
        .replace("\u0301", "")
        .replace("\u0300", "")
        .replace("\u0302", "")
        .replace("\u0308", "")
    )


def wants(
    *families: str,
    colour: set[str] | None = None,
    most: float = 0,
    least: float = 0,
    words: str = "",
    gender: str = "",
    size: str = "",
) -> Rule:
    """A kind of piece with wishes: all of them 3, some of them or the bare kind 1."""

    def rule(piece: Piece, language: str) -> int:
        if families and piece.family not in families:
            return 0
        price = piece.prices.get(CURRENCY[language], 0)
        wishes = [
            colour is None or bool(piece.colours & colour),
            not most or price <= most,
            not least or price >= least,
            not words or bool(re.search(words, piece.words)),
        ]
        return 3 if all(wishes) else 1

    return rule


def named(pattern: str, *families: str, sisters: str = "") -> Rule:
    """Those whose name matches: 3; their sisters: 2."""

    def rule(piece: Piece, language: str) -> int:
        if families and piece.family not in families:
            return 1 if re.search(pattern, piece.names) else 0
        if re.search(pattern, piece.names):
            return 3
        return 2 if sisters and re.search(sisters, piece.names) else 0

    return rule


def sku(code: str) -> Rule:
    """The piece with that SKU."""
    return lambda piece, language: 3 if code in piece.skus else 0


def of(maison: str, *families: str) -> Rule:
    """What a maison sells; of the kinds named: 3, its other pieces 1."""

    def rule(piece: Piece, language: str) -> int:
        if piece.maison != maison:
            return 0
        return 3 if not families or piece.family in families else 1

    return rule


def told(pattern: str, *families: str) -> Rule:
    """What the text speaks of, in free words: 3 where it does, and is of the kind."""
    return lambda piece, language: (
        3 if re.search(pattern, piece.words) and (not families or piece.family in families) else 0
    )


#: Language, tag, question, what it wants.
QUESTIONS: list[tuple[str, str, str, Rule]] = [
    ("en", "kind", "handbag", wants("bag")),
    ("fr", "kind", "lunettes de soleil", wants("sunglasses")),
    ("nl", "kind", "zonnebril", wants("sunglasses")),
    ("zh", "kind", "太阳镜", wants("sunglasses")),
    ("en", "kind", "jewelry", wants("ring", "necklace", "bracelet")),
    ("fr", "kind", "montres", wants("watch")),
    ("nl", "kind", "horloge", wants("watch")),
    ("zh", "kind", "手表", wants("watch")),
    ("fr", "kind", "foulards", wants("scarf")),
    ("nl", "kind", "kaarsen", wants("candle")),
    ("zh", "kind", "香水", wants("perfume")),
    ("en", "kind", "silk scarf", wants("scarf", words=r"\bsilk\b")),
    ("en", "colour", "black bag", wants("bag", colour=BLACK)),
    ("fr", "colour", "sac noir", wants("bag", colour=BLACK)),
    ("nl", "colour", "zwarte tas", wants("bag", colour=BLACK)),
    ("zh", "colour", "黑色手袋", wants("bag", colour=BLACK)),
    ("en", "colour", "red shoes", wants("shoe", colour=RED)),
    ("fr", "colour", "escarpins verts", wants("shoe", colour=GREEN)),
    ("nl", "colour", "groene schoenen", wants("shoe", colour=GREEN)),
    ("zh", "colour", "红色高跟鞋", wants("shoe", colour=RED)),
    ("en", "colour", "watch with a blue dial", wants("watch", colour={"bleu"})),
    ("fr", "colour", "foulard rose", wants("scarf", colour=PINK)),
    ("nl", "colour", "blauwe koffer", wants("trunk", colour=BLUE)),
    ("zh", "colour", "绿色腕表", wants("watch", colour=GREEN)),
    ("en", "colour", "tortoiseshell sunglasses", wants("sunglasses", colour={"ecaille"})),
    ("fr", "colour", "malle bordeaux", wants("trunk", colour={"bordeaux"})),
    ("en", "material", "calf leather handbag", wants("bag", words=r"\bcalf\b")),
    ("fr", "material", "écharpe cachemire", wants("scarf", words=r"cashmere")),
    ("nl", "material", "gouden ring", wants("ring", words=r"\bgold\b|goud")),
    ("zh", "material", "钻石戒指", wants("ring", words=r"diamond")),
    ("en", "material", "pearl necklace", wants("necklace", words=r"\bpearl")),
    ("fr", "material", "bague saphir", wants("ring", words=r"saphir")),
    ("nl", "material", "zijden sjaal", wants("scarf", words=r"\bsilk\b")),
    ("zh", "material", "真丝丝巾", wants("scarf", words=r"\bsilk\b")),
    ("en", "price", "black bag under 2000", wants("bag", colour=BLACK, most=2000)),
    ("fr", "price", "sac moins de 1500 €", wants("bag", most=1500)),
    ("nl", "price", "horloge onder 4000", wants("watch", most=4000)),
    ("zh", "price", "丝巾3000以下", wants("scarf", most=3000)),
    ("en", "price", "perfume between 80 and 120", wants("perfume", least=80, most=120)),
    ("fr", "price", "montre entre 3000 et 5000 euros", wants("watch", least=3000, most=5000)),
    ("nl", "price", "rode schoenen tot 600 euro", wants("shoe", colour=RED, most=600)),
    ("zh", "price", "手袋20000元以上", wants("bag", least=20000)),
    ("en", "price", "candle under £60", wants("candle", most=60)),
    ("fr", "price", "bague plus de 5000", wants("ring", least=5000)),
    ("en", "sku", "BRI-001-COG", sku("BRI-001-COG")),
    ("fr", "sku", "ode-001-cap-os", sku("ODE-001-CAP-OS")),
    ("nl", "sku", "TOU-001-CHA-75CL", sku("TOU-001-CHA-75CL")),
    ("en", "sku", "AUB-001-ROS", sku("AUB-001-ROS-30ML")),
    ("zh", "sku", "ORS-001-DIA-52", sku("ORS-001-DIA-52")),
    ("en", "name", "Bastide", named(r"\bbastide\b")),
    ("fr", "name", "bibliotheque", named(r"bibliotheque")),
    ("nl", "name", "Schipper", named(r"\bschipper\b")),
    ("fr", "name", "Table des marées", named(r"table des marees")),
    ("en", "name", "Aiguille solitaire", named(r"aiguille solitaire|solitaire aiguille")),
    ("en", "name", "Brisseval trunk", of("brisseval", "trunk")),
    ("fr", "name", "Odelaine escarpin", of("odelaine", "shoe")),
    ("zh", "name", "鸟笼丝巾", named(r"volieres")),
    ("en", "name", "Zéphyr watch", named(r"zephyr", "watch")),
    ("fr", "typo", "bibliotèqe malle", named(r"bibliotheque")),
    ("en", "typo", "hanbag noir", wants("bag", colour=BLACK)),
    ("en", "typo", "sunglases", wants("sunglasses")),
    ("fr", "typo", "parfun", wants("perfume")),
    ("nl", "typo", "zonnebrl zwart", wants("sunglasses", colour=BLACK)),
    ("en", "typo", "braceelt", wants("bracelet")),
    ("fr", "typo", "Volieres twil", named(r"volieres.*twill", sisters=r"volieres")),
    ("en", "typo", "neckalce pearls", wants("necklace", words=r"\bpearl")),
    ("nl", "typo", "portefeulle", wants("wallet")),
    ("en", "typo", "Bastiode handbag", named(r"\bbastide\b")),
    ("en", "words", "evening bag", named(r"evening bag|sac du soir|sac de soiree")),
    ("en", "words", "passport holder", named(r"passport")),
    ("fr", "words", "parfum jardin après la pluie", told(r"garden after rain", "perfume")),
    ("nl", "words", "rood granaatappel lippenstift", wants("lipstick", colour=RED)),
    ("zh", "words", "雨后的花园香水", told(r"garden after rain", "perfume")),
    ("en", "words", "something to keep watches when travelling", named(r"horloger|watch trunk")),
    ("en", "words", "perfume that smells of roses", told(r"\bros(e|es)\b", "perfume")),
    ("fr", "words", "cadeau pour un homme qui voyage", wants("trunk")),
    ("nl", "words", "iets om kaartjes in te bewaren", named(r"card wallet|card holder")),
    ("en", "words", "bubbly for a wedding", wants("wine", colour={"champagne"})),
    ("zh", "words", "送给妈妈的项链", wants("necklace")),
    ("en", "words", "shoes for dancing", wants("shoe")),
]  # fmt: skip


def main() -> None:
    """Writes the file beside this one."""
    pieces = catalogue()
    path = Path(__file__).with_name("judged.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["query", "language", "tag", "title", "grade"])
        for language, tag, query, rule in QUESTIONS:
            grades = sorted(
                ((rule(piece, language), piece.slug) for piece in pieces), key=lambda g: (-g[0], g[1])
            )
            answers = [(grade, slug) for grade, slug in grades if grade > 0]
            print(f"{len([g for g, _ in answers if g == 3]):4} of {len(answers):4}  {language} {query}")
            assert answers, f"{query}: nothing answers it"
            writer.writerows([query, language, tag, slug, grade] for grade, slug in answers)


if __name__ == "__main__":
    main()
