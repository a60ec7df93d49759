"""A story as one reader sees it: each text in their language or in its own, pictures and pieces that are there, nothing else."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from enfilade.base import i18n
from enfilade.base.db import Conn
from enfilade.base.i18n import Language
from enfilade.editorial import blocks as written
from enfilade.editorial.blocks import Content, Words
from enfilade.editorial.marks import Run, led_to, paragraphs
from enfilade.web.storefront import pictures
from enfilade.web.storefront.stories import reading
from enfilade.web.storefront.stories.maps import Map, drawn
from enfilade.web.storefront.stories.reading import Door, StoryPiece


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the language it was found in; `lang` is '' where that is the page's."""

    text: str = ""
    lang: str = ""
    language: str = ""

    @property
    def paragraphs(self) -> tuple[tuple[Run, ...], ...]:
        return paragraphs(self.text)


def said(words: Words, reader: Language, own: str = "") -> Said:
    """The words in the reader's language, else in the one they were written in (`own`), else in any; empty if there are none."""
    for language in (reader, own, *i18n.LANGUAGES):
        if text := words.get(language, "").strip():
            known = i18n.known(language)
            other = "" if language == reader or known is None else i18n.TAGS[known]
            return Said(text, other, language)
    return Said()


@dataclass(frozen=True, slots=True)
class Spot:
    """A piece on a picture, in whole per cent from the upper left; `number` is how its list calls it."""

    number: int
    piece: StoryPiece
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture with the pieces on it."""

    picture: pictures.Picture | None
    alt: Said
    spots: list[Spot]


@dataclass(frozen=True, slots=True)
class Block:
    """One block, ready to be shown: of these fields those that its kind has."""

    kind: str
    number: int
    text: Said = field(default_factory=Said)
    who: Said = field(default_factory=Said)
    title: Said = field(default_factory=Said)
    shots: list[Shot] = field(default_factory=list[Shot])
    pieces: list[StoryPiece] = field(default_factory=list[StoryPiece])
    wide: bool = False
    first: bool = False
    film: str = ""
    captions: str = ""
    door: Door | None = None
    map: Map | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """The whole of it. `pieces` are those its texts may lead to."""

    title: Said
    standfirst: Said
    author: str
    cover: Shot
    blocks: list[Block]
    pieces: dict[str, StoryPiece]
    doors: dict[str, Door]


async def telling(
    conn: Conn,
    *,
    content: Content,
    store_id: UUID,
    maison_id: UUID,
    maison_slug: str,
    retailer: bool,
    language: Language,
    market: str,
) -> Telling:
    """Reads what the story shows, in three statements at most. What is there no more is left out."""
    linked = [
        slug
        for block in content.blocks
        if isinstance(block, written.TextBlock)
        for text in block.text.values()
        for slug in led_to(text, "piece")
    ]
    pieces = await reading.pieces(
        conn,
        store_id=store_id,
        only=None if retailer else maison_id,
        slugs=list(dict.fromkeys([*written.all_pieces(content), *linked])),
        language=language,
        market=market,
    )
    windows = {b.maison or maison_slug for b in content.blocks if isinstance(b, written.WindowBlock)}
    maps = {b.maison or maison_slug for b in content.blocks if isinstance(b, written.MapBlock)}
    doors = await reading.doors(conn, store_id=store_id, slugs=sorted(windows), language=language)
    towns = await reading.towns(conn, store_id=store_id, slugs=sorted(maps))
    if not retailer:
        doors = {slug: door for slug, door in doors.items() if slug == maison_slug}
        towns = [town for town in towns if town.maison_slug == maison_slug]
    reader = _Reader(content, language, pieces, doors, towns, maison_slug)
    shown = [block for number, one in enumerate(content.blocks, 1) if (block := reader.block(number, one))]
    return Telling(
        reader.said(content.title),
        reader.said(content.standfirst),
        content.author,
        reader.shot(content.cover, content.spots),
        shown,
        pieces,
        doors,
    )


@dataclass(slots=True)
class _Reader:
    content: Content
    language: Language
    pieces: dict[str, StoryPiece]
    doors: dict[str, Door]
    towns: list[reading.Town]
    maison_slug: str
    texts: int = 0

    def said(self, words: Words) -> Said:
        return said(words, self.language, self.content.language)

    def shot(self, picture: written.Picture, spots: list[written.Spot]) -> Shot:
        alt = self.said(picture.alt)
        entry = {"name": picture.name, "alt": alt.text, "medium": picture.medium}
        found = pictures.pictures([entry], self.language, alt.text)
        placed = [spot for spot in spots if spot.piece in self.pieces]
        return Shot(
            found[0] if found else None,
            alt,
            [
                Spot(number, self.pieces[spot.piece], round(spot.x * 100), round(spot.y * 100))
                for number, spot in enumerate(placed, 1)
            ],
        )

    def of(self, slugs: list[str]) -> list[StoryPiece]:
        return [self.pieces[slug] for slug in slugs if slug in self.pieces]

    def block(self, number: int, block: written.Block) -> Block | None:
        """None for what has nothing left to show."""
        kind = written.kind_of(block)
        match block:
            case written.TextBlock():
                self.texts += 1
                text = self.said(block.text)
                return Block(kind, number, text, first=self.texts == 1) if text.text else None
            case written.QuoteBlock():
                text = self.said(block.text)
                return Block(kind, number, text, self.said(block.who)) if text.text else None
            case written.PictureBlock():
                shot = self.shot(block.picture, block.spots)
                shots, text = [shot], self.said(block.caption)
                return Block(kind, number, text, shots=shots, wide=block.wide) if shot.picture else None
            case written.GalleryBlock():
                shots = [shot for one in block.pictures if (shot := self.shot(one, [])).picture]
                return Block(kind, number, self.said(block.caption), shots=shots) if shots else None
            case written.FilmBlock():
                more: dict[str, Any] = {"film": block.film, "captions": block.captions}
                poster = self.shot(block.poster, [])
                return (
                    Block(kind, number, self.said(block.caption), shots=[poster], **more)
                    if block.film
                    else None
                )
            case written.PieceBlock():
                pieces = self.of([block.piece])
                return Block(kind, number, self.said(block.note), pieces=pieces) if pieces else None
            case written.LookBlock():
                pieces = self.of(block.pieces)
                return Block(kind, number, title=self.said(block.title), pieces=pieces) if pieces else None
            case written.WindowBlock():
                door = self.doors.get(block.maison or self.maison_slug)
                pieces = [piece for piece in self.of(block.pieces) if door and piece.maison_slug == door.slug]
                return (
                    Block(kind, number, self.said(block.line), pieces=pieces, door=door) if pieces else None
                )
            case written.MapBlock():
                slug = block.maison or self.maison_slug
                towns = [t for t in self.towns if t.maison_slug == slug and block.city in ("", t.city)]
                return Block(kind, number, title=self.said(block.title), map=drawn(towns)) if towns else None
