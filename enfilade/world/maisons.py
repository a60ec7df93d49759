"""The group, its maisons and its multi-brand store, read from maisons.toml with theme, wordmark and voice."""

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from enfilade.maisons.themes import Theme
from enfilade.maisons.wordmarks import lettered
from enfilade.world.chance import chance
from enfilade.world.themes import derived_theme
from enfilade.world.voices import Voice, derived_voice, written_voice
from enfilade.world.words import slug_of

HERE = Path(__file__).parent
SEGMENTS = (
    "fashion_and_leather_goods",
    "wines_and_spirits",
    "perfumes_and_cosmetics",
    "watches_and_jewellery",
    "selective_retailing",
    "other_activities",
)


@dataclass(frozen=True, slots=True)
class Group:
    """The owner of the maisons."""

    slug: str
    name: str
    founded: int
    city: str


@dataclass(frozen=True, slots=True)
class Maison:
    """A maison, or the multi-brand store (kind retailer), which is a tenant like a maison."""

    slug: str
    code: str
    name: str
    kind: str
    segment: str
    founded: int
    city: str
    weight: float
    language: str
    kinds: tuple[str, ...]
    drawn: bool
    theme: Theme
    wordmark: str
    voice: Voice


def group() -> Group:
    entry = _file()["group"]
    return Group(entry["slug"], entry["name"], entry["founded"], entry["city"])


@cache
def maisons() -> tuple[Maison, ...]:
    """All seventy-five, the six drawn in full first."""
    return tuple(_maison(entry) for entry in _file()["maison"])


@cache
def maisons_of(count: int) -> tuple[Maison, ...]:
    """So many of them; beyond the seventy-five, maisons of the same making, named from the pool of models."""
    written = maisons()
    return (*written[:count], *(_further(number) for number in range(len(written), count)))


def number_of(maison: Maison) -> int:
    """Its place among all maisons, from one."""
    written = {known.slug: number for number, known in enumerate(maisons(), 1)}
    return written.get(maison.slug) or int(maison.code[1:]) + 1


def _further(number: int) -> Maison:
    """The maison after `number` others: everything of it follows from its number."""
    draw = chance(0, "maison", str(number))
    like = draw.choice([maison for maison in maisons() if not maison.drawn])
    models: list[str] = tomllib.loads((HERE / "kinds.toml").read_text("utf-8"))["models"]
    first = ("Atelier", "Comptoir", "Maison")[(number // len(models)) % 3]
    name = f"{first} {models[number % len(models)]}"
    slug = slug_of(name)
    theme = derived_theme(slug)
    founded = draw.randint(1780, 2015)
    return replace(
        like,
        slug=slug,
        code=f"X{number:03d}",
        name=name,
        founded=founded,
        theme=theme,
        wordmark=lettered(name, theme),
        voice=derived_voice(slug, name, like.segment, founded, like.city),
    )


@cache
def store() -> Maison:
    """The multi-brand store."""
    return _maison(_file()["store"])


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((HERE / "maisons.toml").read_text("utf-8"))


def _maison(entry: dict[str, Any]) -> Maison:
    slug: str = entry["slug"]
    name: str = entry["name"]
    drawn = "theme" in entry
    theme = Theme(**entry["theme"]) if drawn else derived_theme(slug)
    svg = HERE / "wordmarks" / f"{slug}.svg"
    return Maison(
        slug=slug,
        code=entry["code"],
        name=name,
        kind=entry["kind"],
        segment=entry["segment"],
        founded=entry["founded"],
        city=entry["city"],
        weight=entry["weight"],
        language=entry["language"],
        kinds=tuple(entry["kinds"]),
        drawn=drawn,
        theme=theme,
        wordmark=svg.read_text("utf-8").strip() if drawn else lettered(name, theme),
        voice=written_voice(slug)
        if drawn
        else derived_voice(slug, name, entry["segment"], entry["founded"], entry["city"]),
    )
