"""The few marks a writer has: an empty line parts paragraphs, *words* are stressed, [words](piece:slug) leads to a piece,
[words](story:slug) to a story. Everything else is text: no HTML comes from a writer.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_MARK = re.compile(
    r"\*(?P<stressed>[^*\n]+)\*|\[(?P<words>[^\]\n]+)\]\((?P<to>piece|story):(?P<slug>[a-z0-9-]+)\)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Some words: `stressed`, or leading `to` a piece or a story called `slug`, or plain."""

    text: str
    stressed: bool = False
    to: str = ""
    slug: str = ""


@lru_cache(maxsize=1024)
def paragraphs(text: str) -> tuple[tuple[Run, ...], ...]:
    """The paragraphs of a text, each in runs; its single line ends are spaces."""
    text = text.replace("\r\n", "\n")
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
    return tuple(tuple(_runs(part)) for part in parts if part)


def _runs(text: str) -> list[Run]:
    runs: list[Run] = []
    end = 0
    for mark in _MARK.finditer(text):
        if mark.start() > end:
            runs.append(Run(text[end : mark.start()]))
        end = mark.end()
        if mark["stressed"] is not None:
            runs.append(Run(mark["stressed"], stressed=True))
        else:
            runs.append(Run(mark["words"], to=mark["to"], slug=mark["slug"]))
    return [*runs, Run(text[end:])] if end < len(text) else runs


def unmarked(text: str) -> str:
    """The words alone."""
    return "\n\n".join("".join(run.text for run in runs) for runs in paragraphs(text))


def led_to(text: str, to: str) -> list[str]:
    """The slugs of the pieces (`to` "piece") or stories the text leads to."""
    return [run.slug for runs in paragraphs(text) for run in runs if run.to == to]
