"""From the bytes somebody uploaded to a picture that nothing hides in: upright, in sRGB, its metadata left behind."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pi_heif  # pyright: ignore[reportMissingTypeStubs]
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

BYTES_MAX = 40_000_000
PIXELS_MAX = 100_000_000
#: What goes on to be resized: larger than any page shows it.
SIDE_MAX = 3_200
SIDE_MIN = 400
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "AVIF", "HEIF")

pi_heif.register_heif_opener()  # pyright: ignore[reportUnknownMemberType]


SRGB = cast("Any", ImageCms.createProfile("sRGB"))  # pyright: ignore[reportUnknownMemberType]


class PictureRefused(Exception):
    """The bytes are no picture that can be shown; the message says why and what to do."""


def looked_at(content: bytes) -> None:
    """Whether it begins like a picture of a size that is taken; nothing is decoded yet. Raises PictureRefused."""
    with _opened(content):
        pass


def decoded(content: bytes) -> Image.Image:
    """The picture in RGB and sRGB, upright, at most SIDE_MAX long. Raises PictureRefused.

    What the bytes are is told by themselves, never by a name. Only pixels go on: no GPS, no comment, no appended program.
    """
    with _opened(content) as opened:
        # JPEG is decoded at a fraction where that is enough.
        opened.draft("RGB", (SIDE_MAX, SIDE_MAX))
        opened.load()
        picture: Image.Image = ImageOps.exif_transpose(opened)
    picture.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.LANCZOS)
    return _in_srgb(picture)


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    if len(content) > BYTES_MAX:
        raise PictureRefused(
            f"It has {len(content) // 1_000_000} MB; up to {BYTES_MAX // 1_000_000} are taken."
        )
    try:
        with warnings.catch_warnings():
            # Pixels are counted here; Pillow's own warning of large pictures says nothing new.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                _measured(opened)
                yield opened
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise PictureRefused("This is not a JPEG, PNG, TIFF, WebP, AVIF or HEIC picture.") from None
    except (OSError, ValueError, SyntaxError, RuntimeError, EOFError):
        raise PictureRefused("The file is damaged or was cut off: export it once more.") from None


def _upper(value: Any) -> Any:
    return value * (1 / 256)


def _measured(opened: Image.Image) -> None:
    width, height = opened.size
    if width * height > PIXELS_MAX:
        raise PictureRefused(
            f"It has {width} × {height} pixels; up to {PIXELS_MAX // 1_000_000} million are taken."
        )
    if min(width, height) < SIDE_MIN:
        raise PictureRefused(f"It has {width} × {height} pixels; the shorter side needs {SIDE_MIN} or more.")


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile: Any = picture.info.get("icc_profile")
    if picture.mode.startswith("I;16"):
        # Of sixteen bits of grey the upper eight.
        picture = picture.convert("I").point(_upper).convert("L")  # pyright: ignore[reportUnknownMemberType]
    if picture.mode in ("LA", "PA", "P", "RGBA"):
        seen = picture.convert("RGBA")
        picture = Image.new("RGB", seen.size, "white")
        picture.paste(seen, mask=seen.getchannel("A"))
    if profile and picture.mode in ("RGB", "L", "CMYK"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, own, SRGB, outputMode="RGB")
            assert converted is not None
            picture = converted
        except (ImageCms.PyCMSError, OSError):
            # A profile that cannot be read, or is another kind's: the numbers are taken as they are.
            pass
    clean = Image.new("RGB", picture.size)
    clean.paste(picture.convert("RGB"))
    return clean
