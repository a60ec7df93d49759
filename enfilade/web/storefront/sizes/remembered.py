"""The sizes this device was asked to remember, one a family, in a cookie that only this store reads. No account, no table."""

import re
from typing import Any
from urllib.parse import quote, unquote

from litestar import Request

from enfilade.web.shared import asking

SIZES_COOKIE = "sizes"
SIZES_DAYS = 365.0
#: Families one device remembers; more than there are guides.
FAMILIES_MAX = 12
SIZE = re.compile(r"[\w ½.,/-]{1,16}")


def remembered(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Family → size."""
    return sizes_of(asking.kept(request, SIZES_COOKIE))


def sizes_of(value: str) -> dict[str, str]:
    """What a cookie says; anything that is no size is passed over."""
    pairs = (part.partition("~") for part in unquote(value).split("|")[:FAMILIES_MAX])
    return {family: size for family, _, size in pairs if family.isalpha() and SIZE.fullmatch(size)}


def kept(sizes: dict[str, str]) -> str:
    """What the cookie says."""
    return quote("|".join(f"{family}~{size}" for family, size in sizes.items()))
