"""The public address of a product, made once from the maison's slug and the handle, and kept."""

import hashlib
import re
import unicodedata

SLUG_CHARACTERS_MAX = 120


def product_slug(maison_slug: str, handle: str) -> str:
    """`{maison}-{handle}` in lower-case ASCII; a handle without ASCII letters or digits gets a short hash."""
    ascii_only = unicodedata.normalize("NFKD", handle).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    if not words:
        words = hashlib.sha256(handle.encode()).hexdigest()[:10]
    return f"{maison_slug}-{words}"[:SLUG_CHARACTERS_MAX].rstrip("-")
