"""What a draft still lacks: what it cannot be published without, and what is not translated yet. Plain functions over values."""

from collections.abc import Iterator
from dataclasses import dataclass

from enfilade.editorial.blocks import (
    Block,
    Content,
    Fault,
    FilmBlock,
    GalleryBlock,
    LookBlock,
    MapBlock,
    Picture,
    PictureBlock,
    PieceBlock,
    QuoteBlock,
    TextBlock,
    WindowBlock,
    Words,
    pictures_of,
    words_of,
)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the story: where it stands, and its words by language."""

    block: int
    field: str
    words: Words


def lacking(content: Content) -> list[Fault]:
    """What a reader would stumble over: a text that is not there, a picture without words. Translations are not asked for."""
    return list(_lacking(content))


def _lacking(content: Content) -> Iterator[Fault]:
    own = content.language
    if not content.title.get(own, "").strip():
        yield Fault(0, "title", "a story has a title in the language it is written in", own)
    if not content.standfirst.get(own, "").strip():
        yield Fault(0, "standfirst", "a sentence that opens the story", own)
    yield from picture_lacks(0, "cover", content.cover, own)
    if any(not spot.piece for spot in content.spots):
        yield Fault(0, "pieces on the picture", "name the piece or take its place away")
    if not content.blocks:
        yield Fault(0, "blocks", "a story has at least one block")
    for number, block in enumerate(content.blocks, 1):
        yield from _block(number, block, own)


def _block(number: int, block: Block, own: str) -> Iterator[Fault]:
    if isinstance(block, (TextBlock, QuoteBlock)) and not block.text.get(own, "").strip():
        yield Fault(number, "text", "it is empty", own)
    for name, picture in pictures_of(block):
        yield from picture_lacks(number, name, picture, own)
    if isinstance(block, PictureBlock) and any(not spot.piece for spot in block.spots):
        yield Fault(number, "pieces on the picture", "name the piece or take its place away")
    if isinstance(block, GalleryBlock) and len(block.pictures) < 2:
        yield Fault(number, "pictures", "a gallery has two pictures or more")
    if isinstance(block, FilmBlock):
        if not block.film:
            yield Fault(number, "film", "the address of the film")
        if not block.caption.get(own, "").strip():
            yield Fault(number, "caption", "what the film shows, for who cannot see or hear it", own)
    if isinstance(block, PieceBlock) and not block.piece:
        yield Fault(number, "piece", "which piece")
    if isinstance(block, LookBlock) and len(block.pieces) < 2:
        yield Fault(number, "pieces", "a look has two pieces or more")
    if isinstance(block, WindowBlock) and not block.pieces:
        yield Fault(number, "pieces", "a window shows at least one piece")


def picture_lacks(number: int, name: str, picture: Picture, own: str) -> Iterator[Fault]:
    """A picture that is not chosen, or not told to who does not see it."""
    if not picture.name:
        yield Fault(number, name, "choose a picture")
    elif not picture.alt.get(own, "").strip():
        yield Fault(number, f"{name}, in words", "say what it shows, for who does not see it", own)


def texts(content: Content) -> list[Text]:
    """Every text of the story that has words in some language."""
    found = [
        Text(0, "title", content.title),
        Text(0, "standfirst", content.standfirst),
        Text(0, "cover, in words", content.cover.alt),
    ]
    for number, block in enumerate(content.blocks, 1):
        found += [
            Text(number, name, words)
            for name, words in words_of(block)
            if not isinstance(block, MapBlock) or words
        ]
        found += [Text(number, f"{name}, in words", picture.alt) for name, picture in pictures_of(block)]
    return [text for text in found if any(word.strip() for word in text.words.values())]


def untranslated(content: Content, language: str) -> list[Fault]:
    """The texts that have words in another language and none in this one."""
    return [
        Fault(text.block, text.field, "not translated", language)
        for text in texts(content)
        if not text.words.get(language, "").strip()
    ]


def spoken(content: Content) -> list[str]:
    """The languages it can be listed in: those of its title, its own first."""
    have = [language for language, words in content.title.items() if words.strip()]
    return sorted(have, key=lambda language: (language != content.language, language))
