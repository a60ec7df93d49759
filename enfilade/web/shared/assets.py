"""Stylesheets, scripts, fonts and pictures: found once at start, named by their content, cached for a year."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

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
}


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


@get("/static/{digest:str}/{name:path}", cache=False, include_in_schema=False)
async def static(digest: str, name: str = Parameter()) -> Response[bytes]:
    """One asset. A wrong digest is served too, uncached: an old page must not lose its stylesheet."""
    found = ASSETS.get(name.lstrip("/"))
    if found is None:
        raise NotFoundException
    age = "public, max-age=31536000, immutable" if digest == found.digest else "no-cache"
    return Response(found.path.read_bytes(), media_type=found.media_type, headers={"cache-control": age})
