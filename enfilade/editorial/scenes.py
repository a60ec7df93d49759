"""What a window shows: one picture, one line, a few pieces, perhaps the way to a story. Plain values and their rules."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct, field

from enfilade.editorial.blocks import LANGUAGES, Fault, Picture, Words, is_slug, picture_faults, word_faults
from enfilade.editorial.complete import picture_lacks

#: A passer-by reads one line, and looks at three pieces.
PIECES_MAX, LINE_MAX = 3, 160


class Scene(Struct, frozen=True, omit_defaults=True):
    """`language` is the one its line is written in first; `pieces` and `story` are the last parts of their addresses."""

    language: str
    picture: Picture = field(default_factory=Picture)
    line: Words = field(default_factory=dict[str, str])
    pieces: list[str] = field(default_factory=list[str])
    story: str = ""


class SceneRefused(Exception):
    """A scene that does not have the form, or lacks something it cannot be shown without."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults[:12]))
        self.faults = faults


def read(written: Any) -> Scene:
    """A scene from its JSON values, checked. Raises SceneRefused."""
    try:
        scene = msgspec.convert(written, Scene)
    except msgspec.ValidationError as error:
        raise SceneRefused([Fault(0, "scene", str(error))]) from None
    if faults := list(_faults(scene)):
        raise SceneRefused(faults)
    return scene


def _faults(scene: Scene) -> Iterator[Fault]:
    if scene.language not in LANGUAGES:
        yield Fault(0, "language", f"“{scene.language[:10]}” is none of {', '.join(LANGUAGES)}")
    yield from word_faults(0, "line", scene.line, LINE_MAX)
    yield from picture_faults(0, "picture", scene.picture)
    if len(scene.pieces) > PIECES_MAX:
        yield Fault(0, "pieces", f"at most {PIECES_MAX} pieces")
    if len(set(scene.pieces)) < len(scene.pieces):
        yield Fault(0, "pieces", "a piece is named twice")
    for name, slugs in (("pieces", scene.pieces), ("story", [scene.story] if scene.story else [])):
        for slug in slugs:
            if not is_slug(slug):
                yield Fault(0, name, f"“{slug[:60]}” is not the last part of an address")


def lacking(scene: Scene) -> list[Fault]:
    """What it cannot be shown without. Translations and pieces are not asked for: the maison's first pieces stand in."""
    faults = list(picture_lacks(0, "picture", scene.picture, scene.language))
    if not scene.line.get(scene.language, "").strip():
        faults.append(Fault(0, "line", "a line in the language it is written in", scene.language))
    return faults
