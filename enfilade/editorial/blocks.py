"""What a story is made of: blocks with their words in several languages side by side, each of a bounded form.

A draft may be unfinished (`complete.py` says what it lacks); what does not have the form is refused, block and field named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct, field

#: Text by language: {"fr": …, "en": …}. What is not translated is not there.
Words: TypeAlias = dict[str, str]

LANGUAGES = ("fr", "en", "nl", "zh")
BLOCKS_MAX, SPOTS_MAX, PICTURES_MAX, PIECES_MAX = 60, 8, 8, 8
LINE_MAX, TEXT_MAX = 400, 12_000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
PICTURE = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
#: A film of our own: what the Content-Security-Policy lets a page play.
FILM = re.compile(r"/(?!/)[A-Za-z0-9_./-]+\.(?:mp4|webm)")
CAPTIONS = re.compile(r"/(?!/)[A-Za-z0-9_./-]+\.vtt")


class MediumFile(Struct, frozen=True):
    """A size of an uploaded picture: `name` is the SHA-256 of its bytes."""

    width: int
    format: str
    name: str


class Medium(Struct, frozen=True):
    """An uploaded picture in the sizes that exist; `width` and `height` are those of the largest."""

    width: int
    height: int
    files: list[MediumFile]


class Picture(Struct, frozen=True, omit_defaults=True):
    """A picture the maison has, by name; `alt` tells it to who does not see it.

    `medium` is there where the maison uploaded it: written by `pictures.with_uploads`, never by a writer.
    """

    name: str = ""
    alt: Words = field(default_factory=dict[str, str])
    medium: Medium | None = None


class Spot(Struct, frozen=True):
    """A piece on a picture, at a share of its width and height, 0 to 1 from the upper left."""

    piece: str = ""
    x: float = 0.5
    y: float = 0.5


class PictureBlock(Struct, frozen=True, tag_field="kind", tag="picture", omit_defaults=True):
    """A picture over the whole width of the page, or (`wide` false) of the column; pieces may be placed on it."""

    picture: Picture = field(default_factory=Picture)
    caption: Words = field(default_factory=dict[str, str])
    wide: bool = True
    spots: list[Spot] = field(default_factory=list[Spot])


class TextBlock(Struct, frozen=True, tag_field="kind", tag="text", omit_defaults=True):
    """Paragraphs in the marks of `marks.py`."""

    text: Words = field(default_factory=dict[str, str])


class QuoteBlock(Struct, frozen=True, tag_field="kind", tag="quote", omit_defaults=True):
    """A sentence that stands out, and who said it."""

    text: Words = field(default_factory=dict[str, str])
    who: Words = field(default_factory=dict[str, str])


class GalleryBlock(Struct, frozen=True, tag_field="kind", tag="gallery", omit_defaults=True):
    """Two pictures or more, side by side."""

    pictures: list[Picture] = field(default_factory=list[Picture])
    caption: Words = field(default_factory=dict[str, str])


class FilmBlock(Struct, frozen=True, tag_field="kind", tag="film", omit_defaults=True):
    """A film on our own host, with a picture to stand for it and words for who cannot see or hear it."""

    film: str = ""
    captions: str = ""
    poster: Picture = field(default_factory=Picture)
    caption: Words = field(default_factory=dict[str, str])


class PieceBlock(Struct, frozen=True, tag_field="kind", tag="piece", omit_defaults=True):
    """One piece, with a sentence about it."""

    piece: str = ""
    note: Words = field(default_factory=dict[str, str])


class LookBlock(Struct, frozen=True, tag_field="kind", tag="look", omit_defaults=True):
    """Pieces that go together."""

    title: Words = field(default_factory=dict[str, str])
    pieces: list[str] = field(default_factory=list[str])


class WindowBlock(Struct, frozen=True, tag_field="kind", tag="window", omit_defaults=True):
    """A maison's window, in its own look: its wordmark, a line, a few of its pieces."""

    maison: str = ""
    line: Words = field(default_factory=dict[str, str])
    pieces: list[str] = field(default_factory=list[str])


class MapBlock(Struct, frozen=True, tag_field="kind", tag="map", omit_defaults=True):
    """The boutiques of a maison ('': the story's own), in one city or ('') in all."""

    title: Words = field(default_factory=dict[str, str])
    maison: str = ""
    city: str = ""


Block: TypeAlias = (
    PictureBlock
    | TextBlock
    | QuoteBlock
    | GalleryBlock
    | FilmBlock
    | PieceBlock
    | LookBlock
    | WindowBlock
    | MapBlock
)
KINDS: dict[str, type[Block]] = {
    "picture": PictureBlock,
    "text": TextBlock,
    "quote": QuoteBlock,
    "gallery": GalleryBlock,
    "film": FilmBlock,
    "piece": PieceBlock,
    "look": LookBlock,
    "window": WindowBlock,
    "map": MapBlock,
}


class Content(Struct, frozen=True, omit_defaults=True):
    """A whole story: what stands above it, and its blocks. `language` is the one it is written in first."""

    language: str
    title: Words = field(default_factory=dict[str, str])
    standfirst: Words = field(default_factory=dict[str, str])
    author: str = ""
    cover: Picture = field(default_factory=Picture)
    spots: list[Spot] = field(default_factory=list[Spot])
    blocks: list[Block] = field(default_factory=list[Block])


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong or missing: in which block (counted from 1; 0: above them), in which field, in which language ('': any)."""

    block: int
    field: str
    reason: str
    language: str = ""

    def __str__(self) -> str:
        where = f"block {self.block}" if self.block else "the head"
        return f"{where}, {self.field}{f' ({self.language})' if self.language else ''}: {self.reason}"


class StoryRefused(Exception):
    """A story that does not have the form, or lacks something it cannot be published without."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(str(fault) for fault in faults[:12]))
        self.faults = faults


def kind_of(block: Block) -> str:
    """picture, text, …"""
    return next(kind for kind, struct in KINDS.items() if isinstance(block, struct))


def read(written: Any) -> Content:
    """A story from its JSON values, checked. Raises StoryRefused."""
    try:
        content = msgspec.convert(written, Content)
    except msgspec.ValidationError as error:
        raise StoryRefused([_named(str(error))]) from None
    if faults := list(faults_of(content)):
        raise StoryRefused(faults)
    return content


def plain(content: Content | Block) -> Any:
    """The same as JSON values."""
    return msgspec.to_builtins(content)


def faults_of(content: Content) -> Iterator[Fault]:
    """What is out of form, block by block."""
    if content.language not in LANGUAGES:
        yield Fault(0, "language", f"“{content.language}” is none of {', '.join(LANGUAGES)}")
    if len(content.blocks) > BLOCKS_MAX:
        yield Fault(0, "blocks", f"a story has at most {BLOCKS_MAX} blocks")
    if len(content.author) > 120 or "\x00" in content.author:
        yield Fault(0, "author", "at most 120 letters")
    head = {"title": (content.title, 160), "standfirst": (content.standfirst, LINE_MAX)}
    for name, (words, most) in head.items():
        yield from word_faults(0, name, words, most)
    yield from picture_faults(0, "cover", content.cover)
    yield from _spots(0, content.spots)
    for number, block in enumerate(content.blocks, 1):
        yield from _block(number, block)


def _block(number: int, block: Block) -> Iterator[Fault]:
    for name, words in words_of(block):
        yield from word_faults(
            number, name, words, TEXT_MAX if isinstance(block, TextBlock) and name == "text" else LINE_MAX
        )
    for name, picture in pictures_of(block):
        yield from picture_faults(number, name, picture)
    for name, pieces in (("piece", _single(block)), ("pieces", _several(block))):
        if len(pieces) > PIECES_MAX:
            yield Fault(number, name, f"at most {PIECES_MAX} pieces")
        for piece in pieces:
            if piece and not is_slug(piece):
                yield Fault(number, name, f"“{piece[:60]}” is not the last part of a piece's address")
    if isinstance(block, PictureBlock):
        yield from _spots(number, block.spots)
    if isinstance(block, GalleryBlock) and len(block.pictures) > PICTURES_MAX:
        yield Fault(number, "pictures", f"at most {PICTURES_MAX} pictures")
    if isinstance(block, FilmBlock):
        if block.film and (len(block.film) > 200 or ".." in block.film or not FILM.fullmatch(block.film)):
            reason = "a film lies on our own host: one that is uploaded, or an address like /films/atelier.mp4 or .webm"
            yield Fault(number, "film", reason)
        if block.captions and (".." in block.captions or not CAPTIONS.fullmatch(block.captions)):
            yield Fault(number, "captions", "an address on our own host that ends with .vtt")
    if isinstance(block, (WindowBlock, MapBlock)) and block.maison and not is_slug(block.maison):
        yield Fault(number, "maison", "the last part of a maison's address")
    if isinstance(block, MapBlock) and len(block.city) > 80:
        yield Fault(number, "city", "at most 80 letters")


def words_of(block: Block) -> list[tuple[str, Words]]:
    """The block's texts by field, those of its pictures apart (`pictures_of`)."""
    return [
        (name, getattr(block, name))
        for name in ("title", "text", "who", "caption", "note", "line")
        if name in block.__struct_fields__
    ]


def pictures_of(block: Block) -> list[tuple[str, Picture]]:
    """The block's pictures by field."""
    if isinstance(block, PictureBlock):
        return [("picture", block.picture)]
    if isinstance(block, FilmBlock):
        return [("poster", block.poster)]
    if isinstance(block, GalleryBlock):
        return [(f"pictures.{place}", picture) for place, picture in enumerate(block.pictures, 1)]
    return []


def pieces_of(block: Block) -> list[str]:
    """The slugs of the pieces it shows, as placed; links in texts are not among them."""
    spots = [spot.piece for spot in block.spots] if isinstance(block, PictureBlock) else []
    return [piece for piece in [*spots, *_single(block), *_several(block)] if piece]


def all_pieces(content: Content) -> list[str]:
    """Every piece the story shows, each once, in its order."""
    slugs = [spot.piece for spot in content.spots if spot.piece]
    for block in content.blocks:
        slugs += pieces_of(block)
    return list(dict.fromkeys(slugs))


def _single(block: Block) -> list[str]:
    return [block.piece] if isinstance(block, PieceBlock) else []


def _several(block: Block) -> list[str]:
    return block.pieces if isinstance(block, (LookBlock, WindowBlock)) else []


def word_faults(number: int, name: str, words: Words, most: int) -> Iterator[Fault]:
    """Languages we do not speak, texts that are too long."""
    for language, text in words.items():
        if language not in LANGUAGES:
            yield Fault(number, name, f"“{language[:10]}” is none of {', '.join(LANGUAGES)}")
        elif len(text) > most:
            yield Fault(number, name, f"at most {most} letters", language)
        elif "\x00" in text:
            yield Fault(number, name, "holds a character that no text has", language)


def picture_faults(number: int, name: str, picture: Picture) -> Iterator[Fault]:
    """A name no picture has, words that are too long."""
    if picture.name and not (PICTURE.fullmatch(picture.name) and len(picture.name) <= 120):
        yield Fault(number, name, f"“{picture.name[:60]}” is not the name of a picture")
    yield from word_faults(number, f"{name}, in words", picture.alt, LINE_MAX)


def _spots(number: int, spots: list[Spot]) -> Iterator[Fault]:
    if len(spots) > SPOTS_MAX:
        yield Fault(number, "pieces on the picture", f"at most {SPOTS_MAX}")
    for spot in spots:
        if not (0 <= spot.x <= 1 and 0 <= spot.y <= 1):
            reason = "a place is a share of the picture's width and height, from 0 to 100 per cent"
            yield Fault(number, "pieces on the picture", reason)
        if spot.piece and not is_slug(spot.piece):
            reason = f"“{spot.piece[:60]}” is not the last part of a piece's address"
            yield Fault(number, "pieces on the picture", reason)


def is_slug(value: str) -> bool:
    """The last part of an address, as those of pieces and maisons are written."""
    return len(value) <= 200 and SLUG.fullmatch(value) is not None


def _named(error: str) -> Fault:
    """The block and field of a msgspec error, which ends with a path like `$.blocks[2].caption`."""
    reason, _, path = error.partition(" - at `$")
    place = re.search(r"blocks\[(\d+)\]", path)
    fields = re.findall(r"\.([a-z_]+)", path)
    return Fault(
        int(place[1]) + 1 if place else 0,
        next((f for f in reversed(fields) if f != "blocks"), "block"),
        reason,
    )
