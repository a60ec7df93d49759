"""What every page of the store is asked with: language, market, store, visitor; and the frame it is shown in."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from litestar import MediaType, Request, Response
from litestar.exceptions import NotFoundException

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.maisons import published, stores
from enfilade.maisons.published import Front
from enfilade.orders.withdrawal import in_europe
from enfilade.web.shared.asking import kept, language_of
from enfilade.web.shared.negotiation import etag, known
from enfilade.web.shared.pages import page
from enfilade.web.storefront import linked
from enfilade.web.storefront.marks import marks
from enfilade.web.storefront.themes import themes
from enfilade.web.storefront.words import country

MARKET_COOKIE = "market"
#: Market → the country that stands for it in a list.
MARKETS: dict[str, str] = {"fr": "FR", "nl": "NL", "gb": "GB", "cn": "CN", "us": "US"}
CURRENCIES: dict[str, str] = {"fr": "€", "nl": "€", "gb": "£", "cn": "¥", "us": "$"}
MARKET_OF_LANGUAGE: dict[i18n.Language, str] = {"fr": "fr", "en": "gb", "nl": "nl", "zh": "cn"}
FRONT_SECONDS = 60.0
#: May be shown again by the same browser, after asking; never by a cache shared with others.
PUBLIC = {"cache-control": "private, no-cache"}
#: May be kept by any cache, which asks each time whether it still holds: a changed price is on the next page. While we cannot
#: be asked, what is kept may be shown for a day. Pages differ by the cookies of market and place alone; see docs/operations.md.
SHARED = {"cache-control": "public, no-cache, stale-if-error=86400", "vary": "cookie"}

_fronts: dict[tuple[int, str], tuple[float, Front]] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """The frame of one request."""

    language: i18n.Language
    market: str
    front: Front
    base_url: str

    @property
    def alone(self) -> bool:
        """It is a maison's own store: nobody else is shown."""
        return not self.front.multi_brand


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


def address(request: Request[Any, Any, Any], found: Front) -> str:
    """Where the store is, without a path: at its own host, else at the installation's."""
    return stores.address(request.app.state.settings.base_url, found.host)


def last_seen(request: Request[Any, Any, Any]) -> Front | None:
    """The store of this host as it was last seen, however long ago; asks nothing."""
    host = request.headers.get("host", "")
    return next((found for (_, of), (_, found) in reversed(_fronts.items()) if of == host), None)


async def asked(request: Request[Any, Any, Any], db: Db, language: str) -> Asked:
    """The frame of this request; 404 for a language we do not speak."""
    spoken = language_of(language)
    found = await front(request, db)
    return Asked(spoken, market(request, spoken), found, address(request, found))


def shown(
    request: Request[Any, Any, Any],
    frame: Asked,
    template: str,
    *,
    look: tuple[str, dict[str, Any]] | None = None,
    looks: dict[str, dict[str, Any]] | None = None,
    status: int = 200,
    public: bool = False,
    query: dict[str, str] | None = None,
    crumbs: list[tuple[str, str]] | None = None,
    linked_data: list[dict[str, Any]] | None = None,
    picture: str = "",
    by_link: bool = False,
    look_draft: str = "",
    **context: object,
) -> Response[str]:
    """A page in the look of `look` (a maison's slug and theme), else of the store; `looks` are others it contains.

    `query` is what makes it another page, and so belongs to its address; `crumbs` are the names and addresses between
    the store's home and this page; `picture` is shown where the page is shared; `by_link`: its address is the key;
    `look_draft` names the look where it is not the one published.
    """
    slug, theme = look or (frame.front.slug, frame.front.theme)
    base_url = frame.base_url
    rest = request.scope["path"].removeprefix(f"/{frame.language}").rstrip("/") or "/"
    rest = rest if status < 400 else "/"
    said = {key: value for key, value in (query or {}).items() if value}
    rest += f"?{urlencode(said)}" if said else ""
    home = (frame.front.name, f"/{frame.language}/")
    if frame.alone and crumbs:
        # The maison's page is the home.
        crumbs = [one for one in crumbs if one[1] != f"/{frame.language}/maisons/{frame.front.slug}"]
    name = str(context.get("maison_name") if look else frame.front.maison_name)
    data = [linked.crumbs(base_url, [home, *crumbs])] if crumbs else []
    response = page(
        request,
        template,
        language=frame.language,
        status=status,
        # An address that is a key must not travel with a click to another site.
        headers={"referrer-policy": "no-referrer"} if by_link else None,
        front=frame.front,
        market=frame.market,
        markets=market_names(frame.language),
        theme_classes=themes.classes(slug, theme, house=look is None),
        theme_address=themes.draft_address(slug, look_draft)
        if look_draft
        else themes.address({slug: theme, **(looks or {})}),
        preloads=[] if frame.language == "zh" else themes.preloads(theme),
        own_look=look is not None,
        may_withdraw=in_europe([MARKETS[frame.market]]),
        # What is not there has no address of its own, in no language.
        canonical=f"{base_url}/{frame.language}{rest}" if status < 400 else "",
        alternates=[
            *((i18n.TAGS[other], f"{base_url}/{other}{rest}") for other in i18n.LANGUAGES),
            ("x-default", base_url + (rest if rest == "/" else f"/en{rest}")),
        ]
        if status < 400
        else [],
        locale=i18n.LOCALES[frame.language],
        picture_shared=base_url + (picture or marks.address(slug, name, theme, marks.CARD)),
        touch_icon=marks.address(slug, name, theme, "touch-180.png"),
        look_slug=slug,
        linked_data=data + (linked_data or []),
        elsewhere=[(other, i18n.NAMES[other], f"/{other}{rest}") for other in i18n.LANGUAGES],
        **context,
    )
    return conditional(request, response) if public and status == 200 else response


def conditional(request: Request[Any, Any, Any], response: Response[str]) -> Response[str]:
    """The page with what names its content, or 304 without it for whoever has it already."""
    # Weak: the bytes sent are compressed or not. The demo's bar is personal, so its pages are not shared.
    tag = "W/" + etag(str(response.content).encode())
    headers = {**(PUBLIC if request.app.state.settings.demo else SHARED), "etag": tag}
    if known(request.headers.get("if-none-match", ""), tag):
        return Response("", status_code=304, headers=headers, media_type=MediaType.HTML)
    response.headers.update(headers)
    return response
