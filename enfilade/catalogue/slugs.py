"""The public address of a product, made once from the maison's slug and the handle, and kept."""

import hashlib
import re
import unicodedata

SLUG_CHARACTERS_MAX = 120


def product_slug(maison_slug: str, handle: str) -> str:
    """`{maison}-{handle}`."""
    return f"{maison_slug}-{slug_of(handle)}"[:SLUG_CHARACTERS_MAX].rstrip("-")


def slug_of(name: str) -> str:
    """In lower-case ASCII; a name without ASCII letters or digits gets a short hash."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    if not words:
        words = hashlib.sha256(name.encode()).hexdigest()[:10]
    return words[:SLUG_CHARACTERS_MAX].rstrip("-")
