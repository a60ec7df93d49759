"""Stylesheets, scripts, fonts and pictures: found once at start, named by their content, cached for a year."""

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from enfilade.web.shared.compression import THOROUGHLY, accepts, gzipped

WEB = Path(__file__).parents[1]
PICTURES = WEB.parent / "world" / "pictures"
#: The framework names the character set of texts.
MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".png": "image/png",
    ".glb": "model/gltf-binary",
    ".webmanifest": "application/manifest+json",
    ".json": "application/json",
    ".bin": "application/octet-stream",
}
TEXTS = {".css", ".js", ".svg", ".webmanifest", ".json"}
#: Of libraries alone: models come as a description and weights.
OF_LIBRARIES = {".json", ".bin"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that may be served: nothing else of the package can be reached by an address."""

    path: Path
    media_type: str
    digest: str


def _found() -> dict[str, Asset]:
    assets: dict[str, Asset] = {}
    for root, prefix in ((WEB, ""), (PICTURES, "pictures/")):
        for path in sorted(root.rglob("*")) if root.is_dir() else []:
            if path.suffix in OF_LIBRARIES and "vendor" not in path.parts:
                continue
            if path.suffix in MEDIA_TYPES and path.is_file():
                digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
                assets[prefix + path.relative_to(root).as_posix()] = Asset(
                    path, MEDIA_TYPES[path.suffix], digest
                )
    return assets


ASSETS = _found()


@cache
def asset(names: str) -> str:
    """The address of a file below `enfilade/web` (or `pictures/…`); it changes whenever the content does.

    Several stylesheets, their names parted by commas, have one address: a phone asks once.
    """
    first, *others = found = names.split(",")
    assert all(name in ASSETS for name in found), f"no such asset: {names}"
    rest = f"?behind={','.join(others)}" if others else ""
    return f"/static/{_digest([ASSETS[name] for name in found])}/{first}{rest}"


def _digest(assets: list[Asset]) -> str:
    if len(assets) == 1:
        return assets[0].digest
    return hashlib.sha256("".join(one.digest for one in assets).encode()).hexdigest()[:12]


@lru_cache(maxsize=512)
def _thoroughly(assets: tuple[Asset, ...]) -> bytes:
    return gzipped(_read(assets), THOROUGHLY)


def _read(assets: tuple[Asset, ...]) -> bytes:
    return b"\n".join(one.path.read_bytes() for one in assets)


@get("/static/{digest:str}/{name:path}", cache=False, include_in_schema=False)
async def static(
    request: Request[Any, Any, Any],
    digest: str,
    name: str = Parameter(),
    behind: Annotated[str, Parameter(max_length=400)] = "",
) -> Response[bytes]:
    """One asset, or stylesheets behind each other. A wrong digest is served too, uncached: an old page keeps its stylesheet."""
    found = [ASSETS.get(one) for one in [name.lstrip("/"), *(behind.split(",") if behind else ())]]
    assets = tuple(one for one in found if one is not None)
    if len(assets) < len(found) or (behind and any(one.path.suffix != ".css" for one in assets)):
        raise NotFoundException
    first = assets[0]
    kept = digest == _digest(list(assets))
    headers = {"cache-control": "public, max-age=31536000, immutable" if kept else "no-cache"}
    if first.path.suffix in TEXTS:
        headers["vary"] = "accept-encoding"
        if accepts(request.headers.get("accept-encoding", "")):
            headers["content-encoding"] = "gzip"
            return Response(_thoroughly(assets), media_type=first.media_type, headers=headers)
    return Response(_read(assets), media_type=first.media_type, headers=headers)
