"""Pictures of the pieces: their sizes and formats, and what they show, said in the reader's language."""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import msgspec

from enfilade.base.i18n import Language
from enfilade.web.shared.assets import ASSETS, PICTURES, asset

WIDTH, HEIGHT = 800, 1000


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in the sizes that exist; `width` and `height` are those of the largest."""

    avif: str
    webp: str
    small: str
    large: str
    alt: str
    width: int
    height: int


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
    return _of_file(str(fields.get("name") or ""), str(fields.get("alt") or ""), language, name)


@lru_cache(maxsize=4096)
def _of_file(file: str, alt: str, language: Language, name: str) -> Picture | None:
    large, small = f"pictures/{file}.webp", f"pictures/{file}-400.webp"
    if large not in ASSETS or small not in ASSETS:
        return None
    known = _index().get(file, {})
    words = cast("dict[str, str]", known.get("alt") or {})
    avif = [
        f"{asset(path)} {width}w"
        for path, width in ((f"pictures/{file}-400.avif", 400), (f"pictures/{file}.avif", WIDTH))
        if path in ASSETS
    ]
    return Picture(
        avif=", ".join(avif),
        webp=f"{asset(small)} 400w, {asset(large)} {WIDTH}w",
        small=asset(small),
        large=asset(large),
        alt=alt or words.get(language) or name,
        width=int(known.get("width", WIDTH)),
        height=int(known.get("height", HEIGHT)),
    )
