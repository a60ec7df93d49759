"""Films of stories and their captions, as somebody uploaded them: what every phone plays, told by its own bytes."""

from typing import BinaryIO

#: As `originals` calls them.
FORMATS = ["mp4", "webm", "vtt"]
BYTES_MAX = 120_000_000
CAPTIONS_BYTES_MAX = 500_000
#: Of MP4: the kinds every browser plays (ISO base media, MP4, what phones and cameras write into it).
BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"MSNV", b"mmp4", b"f4v")
EBML = b"\x1a\x45\xdf\xa3"


class FilmRefused(Exception):
    """The bytes are no film or captions that can be played; the message says why and what to do."""


def looked_at(content: BinaryIO, length: int) -> str:
    """What it is by its first bytes: mp4, webm, or vtt. Raises FilmRefused. Leaves it open at its beginning."""
    head = content.read(64)
    content.seek(0)
    if head[4:8] == b"ftyp":
        if not head[8:12].startswith(BRANDS):
            raise FilmRefused(
                "This is a QuickTime film or another relative of MP4: export it as MP4 (H.264)."
            )
        return _short_enough("mp4", length)
    if head.startswith(EBML):
        if b"webm" not in head:
            raise FilmRefused("This is a Matroska film: export it as WebM or MP4.")
        return _short_enough("webm", length)
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        _captions(content, length)
        return "vtt"
    raise FilmRefused("This is no MP4 or WebM film, and no captions (WebVTT).")


def _short_enough(form: str, length: int) -> str:
    if length > BYTES_MAX:
        raise FilmRefused(
            f"It has {length // 1_000_000} MB; up to {BYTES_MAX // 1_000_000} are taken: export it smaller, for phones."
        )
    return form


def _captions(content: BinaryIO, length: int) -> None:
    if length > CAPTIONS_BYTES_MAX:
        raise FilmRefused("Captions have up to 500 kB.")
    written = content.read()
    content.seek(0)
    try:
        words = written.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FilmRefused("The captions are not written in UTF-8: save them so.") from None
    if "-->" not in words or "\x00" in words:
        raise FilmRefused("There are no captions in it.")
