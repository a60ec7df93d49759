"""What a maison says of itself: written out for the six drawn in full, put together from hand-written
sentences for the others.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from enfilade.world.chance import chance
from enfilade.world.cities import city_named
from enfilade.world.words import Words

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Voice:
    """A line to stand under the wordmark, and the maison's story."""

    tagline: Words
    story: Words


def written_voice(slug: str) -> Voice:
    """From stories/{slug}.toml; paragraphs are parted by an empty line."""
    entry = tomllib.loads((HERE / "stories" / f"{slug}.toml").read_text("utf-8"))
    return Voice(_words(entry["tagline"]), _words(entry["story"]))


def derived_voice(slug: str, name: str, segment: str, founded: int, city: str) -> Voice:
    """Two sentences: where the maison comes from, and what it does today."""
    draw = chance(0, "voice", slug)
    sentences = _sentences()
    century = "old" if founded < 1900 else "new"
    origin = Words.of(draw.choice(sentences["origin"][century]))
    today = Words.of(draw.choice(sentences["today"][segment]))
    place = city_named(city).name
    joined = Words(
        f"{origin.en} {today.en}", f"{origin.fr} {today.fr}", f"{origin.nl} {today.nl}", origin.zh + today.zh
    )
    return Voice(
        tagline=Words.of(draw.choice(sentences["tagline"][segment])),
        story=joined.filled(name=name, year=str(founded), city=place),
    )


@cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads((HERE / "sentences.toml").read_text("utf-8"))


def _words(entry: dict[str, str]) -> Words:
    return Words(*(entry[language].strip() for language in ("en", "fr", "nl", "zh")))
