"""A picture in the sizes and formats the pages use."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

WIDTHS = (400, 800, 1600)
TYPES = {"avif": "image/avif", "webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class Rendition:
    """One file: so wide, in this format ("avif" or "webp")."""

    width: int
    format: str
    content: bytes


def widths(width: int) -> list[int]:
    """Those a picture of this width is made in: none is enlarged, and one between is its largest."""
    return sorted({*(wanted for wanted in WIDTHS if wanted <= width), min(width, WIDTHS[-1])})


def renditions(picture: Image.Image) -> Iterator[Rendition]:
    """Smallest first, each once as AVIF and once as WebP. Takes seconds of a processor for a large one."""
    for width in widths(picture.width):
        height = max(1, round(picture.height * width / picture.width))
        sized = picture.resize(  # pyright: ignore[reportUnknownMemberType]
            (width, height), Image.Resampling.LANCZOS
        )
        yield Rendition(width, "avif", _written(sized, "AVIF", quality=62, speed=6))
        yield Rendition(width, "webp", _written(sized, "WEBP", quality=80, method=4))


def master(picture: Image.Image) -> bytes:
    """What is kept of the upload: its pixels, as later sizes may need them."""
    return _written(picture, "WEBP", quality=95, method=2)


def named(content: bytes) -> str:
    """Bytes are called by what they are: their SHA-256."""
    return hashlib.sha256(content).hexdigest()


def _written(picture: Image.Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
