"""What every page of the store is asked with: language, market, store, visitor; and the frame it is shown in."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from litestar import Request, Response
from litestar.exceptions import NotFoundException

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.maisons import published
from enfilade.maisons.published import Front
from enfilade.web.shared.asking import kept, language_of
from enfilade.web.shared.pages import page
from enfilade.web.storefront.themes import themes
from enfilade.web.storefront.words import country

MARKET_COOKIE = "market"
#: Market → the country that stands for it in a list.
MARKETS: dict[str, str] = {"fr": "FR", "nl": "NL", "gb": "GB", "cn": "CN", "us": "US"}
CURRENCIES: dict[str, str] = {"fr": "€", "nl": "€", "gb": "£", "cn": "¥", "us": "$"}
MARKET_OF_LANGUAGE: dict[i18n.Language, str] = {"fr": "fr", "en": "gb", "nl": "nl", "zh": "cn"}
FRONT_SECONDS = 60.0
#: Public pages may be shown again by the same browser, after asking; never by a cache shared with others.
PUBLIC = {"cache-control": "private, no-cache"}

_fronts: dict[tuple[int, str], tuple[float, Front]] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """The frame of one request."""

    language: i18n.Language
    market: str
    front: Front


def market(request: Request[Any, Any, Any], language: i18n.Language) -> str:
    """The market of the cookie, else the one that speaks the language."""
    chosen = kept(request, MARKET_COOKIE)
    return chosen if chosen in MARKETS else MARKET_OF_LANGUAGE[language]


@cache
def market_names(language: i18n.Language) -> list[tuple[str, str]]:
    """Every market with its country's name and its currency, as a reader of `language` writes them."""
    return [(code, f"{country(of, language)} · {CURRENCIES[code]}") for code, of in MARKETS.items()]


async def front(request: Request[Any, Any, Any], db: Db) -> Front:
    """The store of this host, remembered for a minute; 404 where there is no store at all."""
    host = request.headers.get("host", "")
    kept = _fronts.get((id(db), host))
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    async with db.public() as conn:
        found = await published.front(conn, host=host)
    if found is None:
        raise NotFoundException
    if len(_fronts) > 500:
        _fronts.clear()
    _fronts[(id(db), host)] = (time.monotonic() + FRONT_SECONDS, found)
    return found


async def asked(request: Request[Any, Any, Any], db: Db, language: str) -> Asked:
    """The frame of this request; 404 for a language we do not speak."""
    known = language_of(language)
    return Asked(known, market(request, known), await front(request, db))


def shown(
    request: Request[Any, Any, Any],
    frame: Asked,
    template: str,
    *,
    look: tuple[str, dict[str, Any]] | None = None,
    looks: dict[str, dict[str, Any]] | None = None,
    status: int = 200,
    public: bool = False,
    **context: object,
) -> Response[str]:
    """A page in the look of `look` (a maison's slug and theme), else of the store; `looks` are others it contains."""
    slug, theme = look or (frame.front.slug, frame.front.theme)
    base_url: str = request.app.state.settings.base_url
    rest = request.scope["path"].removeprefix(f"/{frame.language}").rstrip("/") or "/"
    return page(
        request,
        template,
        language=frame.language,
        status=status,
        headers=dict(PUBLIC) if public else {},
        front=frame.front,
        market=frame.market,
        markets=market_names(frame.language),
        theme_classes=themes.classes(slug, theme, house=look is None),
        theme_classes_of=themes.classes,
        theme_address=themes.address({slug: theme, **(looks or {})}),
        preloads=[] if frame.language == "zh" else themes.preloads(theme),
        own_look=look is not None,
        canonical=f"{base_url}/{frame.language}{rest}",
        alternates=[(i18n.TAGS[other], f"{base_url}/{other}{rest}") for other in i18n.LANGUAGES],
        elsewhere=[(other, i18n.NAMES[other], f"/{other}{rest}") for other in i18n.LANGUAGES],
        **context,
    )
