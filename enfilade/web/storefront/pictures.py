"""Pictures of pieces, and those maisons uploaded: sizes, formats, and what they show, said in the reader's language."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import msgspec

from enfilade.base.i18n import Language
from enfilade.catalogue.album import UPLOAD
from enfilade.editorial.blocks import Medium, MediumFile
from enfilade.media.renditions import widths
from enfilade.web.shared.assets import ASSETS, PICTURES, asset
from enfilade.web.shared.uploads import LEAST_WIDTH, upload_address

WIDTH, HEIGHT = 800, 1000
SHARED_WIDTHS = (400, WIDTH)
#: Of one picture of each kind of piece; its file is named for it.
LARGE_WIDTH = 1600


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in the sizes that exist; `width` and `height` are those of the largest.

    `avif` and `webp` are what a page offers where the picture is one of several; `avif_large` and `webp_large` where it
    is shown large. `kind`, `finish` and its colour (`hex`) say what is seen, '' where nobody wrote it down. `across`,
    `down`: what stays in sight where it is cropped, in tenths from the left and the top; 5: its middle.
    """

    avif: str
    webp: str
    avif_large: str
    webp_large: str
    small: str
    large: str
    alt: str
    width: int
    height: int
    kind: str = ""
    finish: str = ""
    hex: str = ""
    across: int = 5
    down: int = 5

    @property
    def model(self) -> str:
        """The address of the piece in three dimensions, '' where there is none."""
        name = f"pictures/{self.kind}-{self.finish}.glb"
        return asset(name) if name in ASSETS else ""


@cache
def _index() -> dict[str, dict[str, Any]]:
    path = PICTURES / "index.json"
    entries = cast("list[dict[str, Any]]", msgspec.json.decode(path.read_bytes())) if path.exists() else []
    return {str(entry["name"]): entry for entry in entries}


def pictures(published: list[Any], language: Language, name: str) -> list[Picture]:
    """Those of `published` that are here, in its order; `name` is said where a picture has no words of its own."""
    return [found for entry in published if (found := _picture(entry, language, name)) is not None]


def _picture(entry: Any, language: Language, name: str) -> Picture | None:
    fields: dict[str, Any] = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {"name": entry}
    if fields.get("medium"):
        return _uploaded(fields["medium"], str(fields.get("alt") or "") or name)
    file, alt = str(fields.get("name") or ""), str(fields.get("alt") or "")
    if file.startswith(UPLOAD):
        return _of_upload(file, fields, language, name)
    return _of_file(file, alt, language, name)


def _of_upload(upload: str, fields: dict[str, Any], language: Language, name: str) -> Picture:
    """One of a piece (see `catalogue.publish`). A list of orders knows its name alone: it is shown small, as high as ours are."""
    alts = cast("dict[str, str]", fields.get("alts") or {})
    width, height = int(fields.get("width") or LEAST_WIDTH), int(fields.get("height") or LEAST_WIDTH * 5 / 4)
    across, down = (round(float(fields.get(focal, 0.5)) * 10) for focal in ("focal_x", "focal_y"))
    made = widths(width)

    def offered(form: str, most: int) -> str:
        return ", ".join(f"{upload_address(upload, one, form)} {one}w" for one in made if one <= most)

    return Picture(
        avif=offered("avif", WIDTH),
        webp=offered("webp", WIDTH),
        avif_large=offered("avif", LARGE_WIDTH),
        webp_large=offered("webp", LARGE_WIDTH),
        small=upload_address(upload, made[0], "webp"),
        large=upload_address(upload, made[-1], "webp"),
        alt=alts.get(language) or alts.get("en") or next(iter(alts.values()), "") or name,
        width=width,
        height=height,
        across=across,
        down=down,
    )


def _uploaded(medium: Medium, alt: str) -> Picture | None:
    """What a maison uploaded, in the sizes that were made of it."""
    by_width = sorted(medium.files, key=lambda file: file.width)
    webp = [file for file in by_width if file.format == "webp"]
    if not webp:
        return None

    def offered(form: str, most: int) -> str:
        return ", ".join(f"{_lies(f)} {f.width}w" for f in by_width if f.format == form and f.width <= most)

    return Picture(
        avif=offered("avif", WIDTH),
        webp=offered("webp", WIDTH),
        avif_large=offered("avif", LARGE_WIDTH),
        webp_large=offered("webp", LARGE_WIDTH),
        small=_lies(webp[0]),
        large=_lies(webp[-1]),
        alt=alt,
        width=medium.width,
        height=medium.height,
    )


def _lies(file: MediumFile) -> str:
    return f"/media/{file.name}.{file.format}"


@lru_cache(maxsize=4096)
def _of_file(file: str, alt: str, language: Language, name: str) -> Picture | None:
    large, small = f"pictures/{file}.webp", f"pictures/{file}-400.webp"
    if large not in ASSETS or small not in ASSETS:
        return None
    known = _index().get(file, {})
    words = cast("dict[str, str]", known.get("alt") or {})
    largest = f"pictures/{file}-{LARGE_WIDTH}.webp"
    return Picture(
        avif=_offered(file, "avif", SHARED_WIDTHS),
        webp=_offered(file, "webp", SHARED_WIDTHS),
        avif_large=_offered(file, "avif", (*SHARED_WIDTHS, LARGE_WIDTH)),
        webp_large=_offered(file, "webp", (*SHARED_WIDTHS, LARGE_WIDTH)),
        small=asset(small),
        large=asset(largest if largest in ASSETS else large),
        alt=alt or words.get(language) or name,
        width=int(known.get("width", WIDTH)),
        height=int(known.get("height", HEIGHT)),
        kind=str(known.get("kind", "")),
        finish=str(known.get("finish", "")),
        hex=str(known.get("hex", "")),
    )


def _offered(file: str, form: str, widths: tuple[int, ...]) -> str:
    paths = [(f"pictures/{file}{'' if width == WIDTH else f'-{width}'}.{form}", width) for width in widths]
    return ", ".join(f"{asset(path)} {width}w" for path, width in paths if path in ASSETS)
