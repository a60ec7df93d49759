"""What words mean in four languages: kinds of piece, colours, materials, for whom (`meanings.toml`)."""

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from enfilade.search.folding import chinese, folded, stem, words

#: Facets in the order pages show them.
FACETS = ("kind", "colour", "material", "for")
LANGUAGES = ("en", "fr", "nl", "zh")


@dataclass(frozen=True, slots=True)
class Meanings:
    """`phrases` maps stemmed words to concepts (`colour:red`), longest first; `runs` does so for Chinese."""

    phrases: dict[tuple[str, ...], tuple[str, ...]]
    runs: dict[str, tuple[str, ...]]
    codes: dict[str, dict[str, tuple[str, ...]]]
    names: dict[str, dict[str, str]]
    spoken: dict[str, tuple[str, ...]]
    longest: int
    longest_run: int


@cache
def meanings() -> Meanings:
    """As the file has them, read once."""
    read: dict[str, dict[str, Any]] = tomllib.loads(
        Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    )
    phrases: dict[tuple[str, ...], list[str]] = {}
    runs: dict[str, list[str]] = {}
    codes: dict[str, dict[str, tuple[str, ...]]] = {facet: {} for facet in FACETS}
    names: dict[str, dict[str, str]] = {}
    spoken: dict[str, tuple[str, ...]] = {}
    for facet in (*FACETS, "stop", "near"):
        groups = read[facet] if facet in FACETS else {"": read[facet]}
        for code, told in groups.items():
            concept = f"{facet}:{code}" if code else facet
            means = [f"{facet}:{other}" for other in told.get("also", ())] or [concept]
            listed = [word for language in LANGUAGES for word in told.get(language, ())]
            for word in listed:
                if chinese(key := folded(word).replace(" ", "")):
                    _mean(runs, key, means)
                else:
                    _mean(phrases, tuple(stem(part) for part in words(folded(word))), means)
            if facet in FACETS:
                names[concept] = {language: told[language][0] for language in LANGUAGES}
                spoken[concept] = tuple(listed)
                for raw in (code, *told.get("codes", ())):
                    codes[facet][raw] = (*codes[facet].get(raw, ()), concept)
    return Meanings(
        {key: tuple(found) for key, found in phrases.items()},
        {key: tuple(found) for key, found in runs.items()},
        codes,
        names,
        spoken,
        max(len(key) for key in phrases),
        max(len(key) for key in runs),
    )


def _mean(table: dict[Any, list[str]], key: Any, means: list[str]) -> None:
    known = table.setdefault(key, [])
    known += [concept for concept in means if concept not in known]


def name(concept: str, language: str) -> str:
    """What a facet calls it; a word nobody explained as it was written."""
    told = meanings().names.get(concept)
    return told.get(language, told["en"]) if told else concept.partition(":")[2]


def colours_of(colour: str) -> tuple[str, ...]:
    """The concepts of a colour as a catalogue writes it, by its code or in words."""
    return meanings().codes["colour"].get(colour.lower()) or meant("colour", colour)


@lru_cache(maxsize=20_000)
def meant(facet: str, text: str) -> tuple[str, ...]:
    """The concepts of one facet that a text speaks of, in its order."""
    known, found = meanings(), dict[str, None]()
    parts = words(folded(text))
    at = 0
    while at < len(parts):
        if chinese(parts[at]):
            for concept in _in_run(parts[at], facet):
                found[concept] = None
            at += 1
            continue
        for length in range(min(known.longest, len(parts) - at), 0, -1):
            concepts = known.phrases.get(tuple(stem(part) for part in parts[at : at + length]), ())
            if mine := [concept for concept in concepts if concept.startswith(facet + ":")]:
                found.update(dict.fromkeys(mine))
                at += length - 1
                break
        at += 1
    return tuple(found)


def _in_run(run: str, facet: str) -> list[str]:
    found: list[str] = []
    for part, concepts in split_run(run):
        # A single character is too often half of another word to be believed in a document.
        if len(part) > 1:
            found += [concept for concept in concepts if concept.startswith(facet + ":")]
    return found


def split_run(run: str) -> list[tuple[str, tuple[str, ...]]]:
    """A run of Chinese as the known words it is made of, longest first, with what they mean; the rest means nothing."""
    known, found = meanings(), list[tuple[str, tuple[str, ...]]]()
    at, rest = 0, ""
    while at < len(run):
        for length in range(min(known.longest_run, len(run) - at), 0, -1):
            if (concepts := known.runs.get(run[at : at + length])) is not None:
                if rest:
                    found.append((rest, ()))
                    rest = ""
                found.append((run[at : at + length], concepts))
                at += length
                break
        else:
            rest += run[at]
            at += 1
    if rest:
        found.append((rest, ()))
    return found
