"""Stories: all of them, one as a magazine lays it out, a piece of it opened and put in the basket without leaving it, feeds."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, Parameter
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.base.i18n import Language
from enfilade.catalogue import published as catalogue
from enfilade.editorial import published
from enfilade.editorial.blocks import Content
from enfilade.editorial.published import Told
from enfilade.editorial.stories import NoSuchStory
from enfilade.editorial.stories import story as draft_of
from enfilade.maisons import published as maisons
from enfilade.orders import baskets
from enfilade.orders.baskets import NotSold, TooMany
from enfilade.stock.together import Together
from enfilade.web.shared import asking
from enfilade.web.shared.asking import SignInFirst
from enfilade.web.shared.guards import FRAMED_POLICY
from enfilade.web.storefront.asked import PUBLIC, Asked, asked, shown
from enfilade.web.storefront.pictures import pictures
from enfilade.web.storefront.products import places
from enfilade.web.storefront.products.handlers import choices, chosen, here, of_colour
from enfilade.web.storefront.products.sentences import answer
from enfilade.web.storefront.stories import reading
from enfilade.web.storefront.stories.linked import article, feed
from enfilade.web.storefront.stories.teasing import teasers
from enfilade.web.storefront.stories.telling import telling

A_PAGE, OTHERS, FEED = 12, 3, 40
#: Asked for with this header, a piece comes as the inside of a dialog; without it as a page.
PART = "x-part"
Word = Annotated[str, Parameter(max_length=200)]


@dataclass(frozen=True, slots=True)
class TakeForm:
    """A piece put into the basket from a story."""

    variant_id: UUID


@get("/{language:str}/stories", include_in_schema=False)
async def stories(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    maison: Word = "",
    after: Annotated[int, Parameter(ge=0, le=10_000)] = 0,
) -> Response[str]:
    """All stories of the store, or one maison's in its own look."""
    frame = await asked(request, db, language)
    found = await teasers(db, frame, most=A_PAGE + 1, after=after, maison=maison)
    async with db.public() as conn:
        whose = (
            await maisons.introduction(conn, store_id=frame.front.id, slug=maison, language=frame.language)
            if maison and not found
            else None
        )
    if maison and not found and whose is None:
        raise NotFoundException
    slug, name, theme, mark = (
        (found[0].maison_slug, found[0].maison_name, found[0].theme, found[0].wordmark)
        if found
        else (whose.slug, whose.name, whose.theme, whose.wordmark)
        if whose
        else ("", "", {}, "")
    )
    own = bool(maison) and slug != frame.front.slug
    return shown(
        request,
        frame,
        "storefront/stories/list.html",
        look=(slug, theme) if own else None,
        looks={} if own else {one.maison_slug: one.theme for one in found},
        public=True,
        frame_template="storefront/maison_layout.html" if own else "storefront/layout.html",
        maison_slug=slug,
        maison_name=name,
        maison_wordmark=mark,
        own=own,
        maison=maison,
        stories=found[:A_PAGE],
        after=after,
        more=after + A_PAGE if len(found) > A_PAGE else None,
    )


@get("/{language:str}/stories/{slug:str}", include_in_schema=False)
async def story(request: Request[Any, Any, Any], db: Db, language: str, slug: str) -> Response[str]:
    """One story, laid out like a magazine in its maison's look."""
    frame = await asked(request, db, language)
    found = await _told(db, frame, slug)
    return await _page(request, db, frame, found)


@get("/{language:str}/stories/drafts/{story_id:uuid}", include_in_schema=False)
async def draft(request: Request[Any, Any, Any], db: Db, language: str, story_id: UUID) -> Response[str]:
    """A draft as it would be told, for those who work for its maison; to everybody else it is not there."""
    frame = await asked(request, db, language)
    try:
        writer = await asking.staff(request, db)
        async with db.acting(writer.actor, writer.maison_id) as conn:
            written = await draft_of(conn, maison_id=writer.maison_id, story_id=story_id)
    except (SignInFirst, NoSuchStory):
        raise NotFoundException from None
    async with db.public() as conn:
        theirs = await _maison(conn, writer.maison_id)
    now = datetime.now(UTC)
    found = Told(
        story_id,
        written.slug,
        writer.maison_id,
        theirs.slug,
        theirs.name,
        theirs.kind,
        theirs.theme,
        theirs.wordmark,
        written.draft,
        written.published_at or now,
        now,
        [],
    )
    answer_ = await _page(request, db, frame, found, draft=True)
    answer_.headers["content-security-policy"] = FRAMED_POLICY
    return answer_


@get("/{language:str}/stories/{slug:str}/pieces/{piece:str}", include_in_schema=False)
async def story_piece(
    request: Request[Any, Any, Any],
    db: Db,
    together: Together,
    language: str,
    slug: str,
    piece: str,
    colour: Word = "",
    size: Word = "",
    taken: Word = "",
) -> Response[str]:
    """A piece opened inside a story: what it costs, whether one can have it, and into the basket."""
    frame = await asked(request, db, language)
    found = await _told(db, frame, slug)
    return await _opened(request, db, together, frame, found, piece, colour, size, taken == "yes")


@post("/{language:str}/stories/{slug:str}/pieces/{piece:str}", include_in_schema=False)
async def take_piece(
    request: Request[Any, Any, Any],
    db: Db,
    together: Together,
    language: str,
    slug: str,
    piece: str,
    data: Annotated[TakeForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Puts the piece in the basket, and stays in the story."""
    frame = await asked(request, db, language)
    found = await _told(db, frame, slug)
    visitor = asking.visitor(request)
    _ = i18n.translations(frame.language).gettext
    refused = ""
    try:
        async with db.acting(visitor.actor, frame.front.maison_id) as conn:
            await baskets.put(
                conn,
                maison_id=frame.front.maison_id,
                store_id=frame.front.id,
                visitor_id=visitor.id,
                variant_id=data.variant_id,
                quantity=1,
                now=datetime.now(UTC),
            )
    except NotSold:
        refused = _("This piece is not sold here any more; everything else is as it was.")
    except TooMany as refusal:
        refused = i18n.translations(frame.language).ngettext(
            "The maison sells one of these at a time; the basket is as it was.",
            "The maison sells at most %(num)s of these at a time; the basket is as it was.",
            refusal.most,
        ) % {"num": refusal.most}
    if refused or PART in request.headers:
        said = await _opened(
            request,
            db,
            together,
            frame,
            found,
            piece,
            "",
            "",
            not refused,
            refused=refused,
            variant=data.variant_id,
        )
        said.headers["cache-control"] = "no-store"
        response: Response[Any] = said
    else:
        address = f"/{frame.language}/stories/{slug}/pieces/{piece}?taken=yes"
        response = Redirect(address, status_code=303)
    if visitor.new and not refused:
        response.set_cookie(
            asking.cookie(request, asking.VISITOR_COOKIE, visitor.secret, asking.VISITOR_DAYS)
        )
    return response


@get("/{language:str}/stories.rss", include_in_schema=False)
async def stories_feed(request: Request[Any, Any, Any], db: Db, language: str) -> Response[bytes]:
    """What the store tells, for feed readers."""
    return await _feed(request, db, language, "")


@get("/{language:str}/maisons/{slug:str}/stories.rss", include_in_schema=False)
async def maison_feed(request: Request[Any, Any, Any], db: Db, language: str, slug: str) -> Response[bytes]:
    """What a maison tells, for feed readers."""
    return await _feed(request, db, language, slug)


async def _told(db: Db, frame: Asked, slug: str) -> Told:
    async with db.public() as conn:
        found = await published.story(
            conn,
            store_id=frame.front.id,
            slug=slug,
            language=frame.language,
            market=frame.market,
            now=datetime.now(UTC),
            others=OTHERS,
        )
    if found is None:
        raise NotFoundException
    return found


async def _page(
    request: Request[Any, Any, Any], db: Db, frame: Asked, found: Told, *, draft: bool = False
) -> Response[str]:
    content: Content = found.content
    retailer = found.maison_kind == "retailer"
    async with db.public() as conn:
        told = await telling(
            conn,
            content=content,
            store_id=frame.front.id,
            maison_id=found.maison_id,
            maison_slug=found.maison_slug,
            retailer=retailer,
            language=frame.language,
            market=frame.market,
        )
    own = not retailer
    looks = {door.slug: door.theme for door in told.doors.values()} | {
        other.maison_slug: other.theme for other in found.others
    }
    return shown(
        request,
        frame,
        "storefront/stories/story.html",
        look=(found.maison_slug, found.theme) if own else None,
        looks={slug: theme for slug, theme in looks.items() if slug != found.maison_slug},
        public=not draft,
        frame_template="storefront/maison_layout.html" if own else "storefront/layout.html",
        maison_slug=found.maison_slug,
        maison_name=found.maison_name,
        maison_wordmark=found.wordmark,
        own=own,
        story=found,
        told=told,
        draft=draft,
        linked=article(found, told, frame.base_url, frame.language),
    )


async def _maison(conn: Any, maison_id: UUID) -> reading.Teller:
    found = await reading.teller(conn, maison_id=maison_id)
    if found is None:
        raise NotFoundException
    return found


async def _opened(
    request: Request[Any, Any, Any],
    db: Db,
    together: Together,
    frame: Asked,
    found: Told,
    piece: str,
    colour: str,
    size: str,
    taken: bool,
    *,
    refused: str = "",
    variant: UUID | None = None,
) -> Response[str]:
    now = datetime.now(UTC)
    own = found.maison_kind != "retailer"
    at = places.place("", asking.kept(request, places.PLACE_COOKIE), frame.market, frame.language)
    only = found.maison_id if own else None
    async with db.public() as conn:
        product = await catalogue.product(
            conn, store_id=frame.front.id, slug=piece, language=frame.language, market=frame.market
        )
        # A story opens what it may show: its maison's pieces, or (the store's) those of the maisons in the store.
        known_here = await reading.pieces(
            conn,
            store_id=frame.front.id,
            only=only,
            slugs=[piece],
            language=frame.language,
            market=frame.market,
        )
    if product is None or not product.variants or piece not in known_here:
        raise NotFoundException
    known = await together.near(product_id=product.id, latitude=at.latitude, longitude=at.longitude, now=now)
    put = next((one for one in product.variants if one.id == variant), None)
    of = put or chosen(product.variants, colour, size, known)
    sized = len({v.size for v in product.variants if v.colour == of.colour}) > 1
    address = f"/{frame.language}/stories/{found.slug}/pieces/{piece}"
    colours = choices(product, of, known, address, of="colour")
    sizes = choices(product, of, known, address, of="size")
    said = answer(of, sized=sized, found=known, place=at, now=now, language=frame.language)
    part = PART in request.headers
    response = shown(
        request,
        frame,
        "storefront/stories/opened.html" if part else "storefront/stories/piece.html",
        look=(found.maison_slug, found.theme) if own else None,
        public=True,
        frame_template="storefront/maison_layout.html" if own else "storefront/layout.html",
        maison_slug=found.maison_slug,
        maison_name=found.maison_name,
        maison_wordmark=found.wordmark,
        story=found,
        story_title=_title(found.content, frame.language),
        product=product,
        variant=of,
        shots=pictures(of_colour(product.pictures, of.colour), frame.language, product.name)[:1],
        colours=colours,
        sizes=sizes,
        answer=said,
        others=[one for one in [*sizes, *colours] if one.here and not one.chosen],
        sister=known_here[piece].sister,
        advisor=next((city for city in product.cities if city.name == at.city and city.phone), None)
        or next((city for city in product.cities if city.phone), None),
        address=address,
        taken=taken,
        refused=refused,
        available=here(of, known) and of.price is not None,
    )
    response.headers["vary"] = PART
    if refused:
        response.status_code = 409
    return response


def _title(content: Content, language: Language) -> str:
    return content.title.get(language) or content.title.get(content.language, "")


async def _feed(request: Request[Any, Any, Any], db: Db, language: str, maison_slug: str) -> Response[bytes]:
    frame = await asked(request, db, language)
    _ = i18n.translations(frame.language).gettext
    async with db.public() as conn:
        whose = (
            await maisons.introduction(
                conn, store_id=frame.front.id, slug=maison_slug, language=frame.language
            )
            if maison_slug
            else None
        )
    if maison_slug and whose is None:
        raise NotFoundException
    found = await teasers(db, frame, most=FEED, maison=maison_slug)
    base_url = frame.base_url
    name = whose.name if whose else frame.front.name
    page = f"{base_url}/{frame.language}/stories" + (f"?maison={maison_slug}" if maison_slug else "")
    body = feed(
        found,
        title=f"{name} · {_('Stories')}",
        description=(
            whose.tagline
            if whose and whose.tagline
            else _("What the maisons tell, and the pieces they tell it with.")
        ),
        address=page,
        feed_address=base_url + request.scope["path"],
        base_url=base_url,
        language=frame.language,
    )
    headers = {**PUBLIC, "content-type": "application/rss+xml; charset=utf-8"}
    return Response(body, media_type="application/rss+xml; charset=utf-8", headers=headers)
