"""Puts a maison's word material together into catalogue rows: models by finishes by colours by sizes."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from enfilade.world.chance import chance
from enfilade.world.maisons import Maison
from enfilade.world.pictures import colours
from enfilade.world.prices import price_columns
from enfilade.world.words import LANGUAGES, Words, slug_of

Row = dict[str, str]
HERE = Path(__file__).parent
TEXTS = ("name", "description", "materials", "care")
COLUMNS = [
    *["handle", "sku", "barcode", "brand", "family", "gender", "colour", "size", "published", "made_in"],
    "engraving",
    *(f"{text}_{language}" for text in TEXTS for language in LANGUAGES),
    *["price_EUR", "price_GBP", "price_CNY", "price_USD", "picture_1", "picture_2", "picture_3"],
]
SIZE_FACTOR = {"30 ml": 0.7, "100 ml": 1.45, "40 mm": 1.06, "150 cl": 2.2, "600 g": 2.3}
JOINT = ("{} {}", "{} {}", "{} {}", "{}{}")  # two sentences: Chinese has no space between them


@dataclass(frozen=True, slots=True)
class Piece:
    """One product before it is spread over its colours and sizes."""

    handle: str
    kind: str
    gender: str
    texts: dict[str, Words]
    colours: tuple[str, ...]
    sizes: tuple[str, ...]
    price: float


@cache
def kinds() -> dict[str, Any]:
    """The kinds of piece, from kinds.toml; also the pool of model names under 'models'."""
    return tomllib.loads((HERE / "kinds.toml").read_text("utf-8"))


def written_pieces(slug: str) -> Iterator[Piece]:
    """The pieces of a maison drawn in full: every model in every finish that suits it."""
    material = tomllib.loads((HERE / "words" / f"{slug}.toml").read_text("utf-8"))
    for model in material["model"]:
        for finish in material["finish"]:
            if model.get("sort", model["kind"]) in finish["kinds"]:
                yield _written_piece(model, finish)


def derived_pieces(maison: Maison, seed: int, fewest: int, most: int) -> Iterator[Piece]:
    """The pieces of any other maison: models with names of its own, spoken of as its kinds are."""
    draw = chance(seed, "pieces", maison.slug)
    models: list[str] = draw.sample(kinds()["models"], draw.randint(fewest, most))
    for number, model in enumerate(models):
        yield _derived_piece(draw, maison.kinds[number % len(maison.kinds)], model)


def endless_pieces(maison: Maison, seed: int) -> Iterator[Piece]:
    """Piece after piece, never one twice: every model, then every model's second edition, its third, and so on."""
    draw = chance(seed, "many pieces", maison.slug)
    models: list[str] = kinds()["models"]
    for edition in count(1):
        for number, model in enumerate(draw.sample(models, len(models))):
            name = model if edition == 1 else f"{model} {edition}"
            yield _derived_piece(draw, maison.kinds[number % len(maison.kinds)], name)


def _derived_piece(draw: Random, kind: str, model: str) -> Piece:
    entry = kinds()[kind]
    wanted = 1 if entry.get("one_colour") else draw.randint(1, 3)
    first, second = draw.sample(entry["texts"], 2) if len(entry["texts"]) > 1 else (entry["texts"][0], None)
    description = Words.of(first)
    if second and draw.random() < 0.5:
        description = _joined(first, second)
    return Piece(
        handle=slug_of(f"{kind} {model}"),
        kind=kind,
        gender=entry["gender"],
        texts={
            "name": Words.of(draw.choice(entry["nouns"])).filled(m=model),
            "description": description,
            "materials": Words.of(entry["materials"]),
            "care": Words.of(entry["care"]),
        },
        colours=tuple(draw.sample(entry["colours"], wanted)),
        sizes=tuple(entry.get("sizes", ("",))),
        price=entry["low"] * (entry["high"] / entry["low"]) ** draw.random(),
    )


def variant_rows(
    maison: Maison,
    pieces: Iterator[Piece],
    number: int,
    made_in: str,
    *,
    after_pieces: int = 0,
    after_variants: int = 0,
) -> Iterator[Row]:
    """One row a variant; what belongs to the product stands on its first row only. Pictures are named by
    wish.
    """
    serial = after_variants
    for piece_number, piece in enumerate(pieces, start=after_pieces + 1):
        first = True
        for colour in piece.colours:
            for size in piece.sizes:
                serial += 1
                row = dict.fromkeys(COLUMNS, "")
                row["handle"] = piece.handle
                row["sku"] = _sku(maison.code, piece_number, colour, size)
                row["barcode"] = ean13(f"2{number:03d}{serial:08d}")
                row |= {"colour": colour, "size": size, "published": "yes"}
                row |= price_columns(piece.price * SIZE_FACTOR.get(size, 1.0))
                row["picture_1"] = f"{piece.kind}-{colour}"
                if first:
                    row |= {
                        "brand": maison.name,
                        "family": piece.kind,
                        "gender": piece.gender,
                        "made_in": made_in,
                        "engraving": str(kinds()[piece.kind].get("engraving", "")),
                    }
                    for text in TEXTS:
                        row |= {f"{text}_{k}": piece.texts[text].in_(k) for k in LANGUAGES}
                first = False
                yield row


def ean13(twelve: str) -> str:
    """With its check digit; the first digit 2 is kept for numbers used inside a company, so none is
    anybody's.
    """
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def _written_piece(model: dict[str, Any], finish: dict[str, Any]) -> Piece:
    kind: str = model["kind"]
    possible = {colour for of_kind, colour in colours() if of_kind == kind}
    own: list[str] = [model["tint"]] if "tint" in model else finish["colours"]
    return Piece(
        handle=f"{model['id']}-{finish['id']}",
        kind=kind,
        gender=model["gender"],
        texts={
            "name": Words.of(
                [
                    f"{m}{'，' if language == 'zh' else ', '}{f}"
                    for language, m, f in _each(model["name"], finish["name"])
                ]
            ),
            "description": _joined(model["text"], finish["text"]),
            "materials": Words.of(finish["materials"]),
            "care": Words.of(finish["care"]),
        },
        colours=tuple(colour for colour in own if colour in possible),
        sizes=tuple(finish.get("sizes") or kinds()[kind].get("sizes", ("",))),
        price=model["price"] * finish["factor"],
    )


def _each(first: list[str], second: list[str]) -> Iterator[tuple[str, str, str]]:
    return zip(LANGUAGES, first, second, strict=True)


def _joined(first: list[str], second: list[str]) -> Words:
    return Words.of([joint.format(a, b) for joint, a, b in zip(JOINT, first, second, strict=True)])


def _sku(code: str, count: int, colour: str, size: str) -> str:
    parts = [code, f"{count:03d}", colour[:3].upper()]
    if size:
        parts.append("OS" if size == "one size" else size.replace(" ", "").upper())
    return "-".join(parts)
