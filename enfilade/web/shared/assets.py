"""Stylesheets, scripts, fonts and pictures: found once at start, named by their content, cached for a year."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

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


def asset(name: str) -> str:
    """The address of a file below `enfilade/web` (or `pictures/…`); it changes whenever the content does."""
    found = ASSETS.get(name)
    assert found is not None, f"no such asset: {name}"
    return f"/static/{found.digest}/{name}"


@cache
def _thoroughly(found: Asset) -> bytes:
    return gzipped(found.path.read_bytes(), THOROUGHLY)


@get("/static/{digest:str}/{name:path}", cache=False, include_in_schema=False)
async def static(request: Request[Any, Any, Any], digest: str, name: str = Parameter()) -> Response[bytes]:
    """One asset. A wrong digest is served too, uncached: an old page must not lose its stylesheet."""
    found = ASSETS.get(name.lstrip("/"))
    if found is None:
        raise NotFoundException
    headers = {
        "cache-control": "public, max-age=31536000, immutable" if digest == found.digest else "no-cache"
    }
    if found.path.suffix in TEXTS:
        headers["vary"] = "accept-encoding"
        if accepts(request.headers.get("accept-encoding", "")):
            headers["content-encoding"] = "gzip"
            return Response(_thoroughly(found), media_type=found.media_type, headers=headers)
    return Response(found.path.read_bytes(), media_type=found.media_type, headers=headers)
