"""The page of what was found, with facets as links, and what the field proposes while somebody types."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.search import finding, meanings
from enfilade.search.questions import LETTERS_MAX, question
from enfilade.search.suggesting import suggest
from enfilade.web.shared import asking
from enfilade.web.storefront import words
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.products import places
from enfilade.web.storefront.products.handlers import of_colour
from enfilade.web.storefront.products.places import Place
from enfilade.web.storefront.search.reading import Maison, maison_in
from enfilade.web.storefront.words import N_

PIECES_A_PAGE = 24
#: Market → its currency (ISO 4217).
CURRENCIES = {"fr": "EUR", "nl": "EUR", "gb": "GBP", "cn": "CNY", "us": "USD"}
FACET_NAMES = {
    "maison": N_("Maison"),
    "kind": N_("Kind of piece"),
    "colour": N_("Colour"),
    "material": N_("Material"),
    "for": N_("For whom"),
}
#: What one may try, in the words of each language.
EXAMPLES: dict[i18n.Language, tuple[str, ...]] = {
    "en": ("black bag under 2000", "silk scarf", "watch with a blue dial"),
    "fr": ("sac noir moins de 2000", "carré de soie", "montre cadran bleu"),
    "nl": ("zwarte tas onder 2000", "zijden sjaal", "horloge met blauwe wijzerplaat"),
    "zh": ("黑色手袋20000以下", "真丝丝巾", "蓝色腕表"),
}
Words = Annotated[str, Parameter(max_length=LETTERS_MAX)]
Slug = Annotated[str, Parameter(max_length=200)]


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet with the address that chooses it, and what then remains; None: it is chosen, and the link leaves it."""

    label: str
    address: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A piece in the colour that was asked for, where it has that."""

    piece: finding.Piece
    pictures: list[Any]
    address: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for."""

    q: str
    only: tuple[str, ...]
    maison: str
    least: int | None
    most: int | None
    near: bool

    def address(self, path: str, *, page: int = 1) -> str:
        """Where the same is asked."""
        fields: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        fields += [("only", value) for value in self.only]
        fields += [("maison", self.maison)] if self.maison else []
        fields += [
            (name, str(value))
            for name, value in (("least", self.least), ("most", self.most))
            if value is not None
        ]
        fields += [("near", "yes")] if self.near else []
        fields += [("page", str(page))] if page > 1 else []
        return f"{path}?{urlencode(fields)}" if fields else path


@get("/{language:str}/search", include_in_schema=False)
async def search(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    q: Words = "",
    only: Annotated[list[str] | None, Parameter(max_items=8)] = None,
    maison: Slug = "",
    least: str = "",
    most: str = "",
    near: Slug = "",
    place: Slug = "",
    page: Annotated[int, Parameter(ge=1, le=50)] = 1,
) -> Response[str]:
    """Everything that answers; what comes closest where little does."""
    frame = await asked(request, db, language)
    known = {value for value in only or () if value.partition(":")[0] in meanings.FACETS and len(value) <= 80}
    read = question(q)
    chosen = Chosen(
        q.strip(), tuple(sorted(known)), maison, _whole(least), _whole(most), near == "yes" or read.near
    )
    at = places.place(place, asking.kept(request, places.PLACE_COOKIE), frame.market, frame.language)
    async with db.public() as conn:
        context = await _found(conn, frame, chosen, at, page)
    response = shown(
        request,
        frame,
        "storefront/search/search.html",
        public=True,
        chosen=chosen,
        at=at,
        examples=EXAMPLES[frame.language],
        **context,
    )
    places.keep(request, response, place)
    return response


@get("/{language:str}/search/suggestions", include_in_schema=False)
async def search_suggestions(
    request: Request[Any, Any, Any], db: Db, language: str, q: Words = "", maison: Slug = ""
) -> Response[str]:
    """The options of the list below the field."""
    frame = await asked(request, db, language)
    async with db.public() as conn:
        inside = await _maison(conn, frame, maison)
        found = await suggest(
            conn,
            store_id=frame.front.id,
            maison_id=inside and inside.maison_id,
            text=q,
            language=frame.language,
            market=frame.market,
            now=datetime.now(UTC),
        )
    answer = shown(
        request, frame, "storefront/search/suggestions.html", q=q.strip(), found=found, maison=maison
    )
    answer.headers["cache-control"] = "private, max-age=60"
    return answer


async def _found(conn: Conn, frame: Asked, chosen: Chosen, at: Place, page: int) -> dict[str, Any]:
    inside = await _maison(conn, frame, chosen.maison)
    read = question(chosen.q)
    currency = CURRENCIES[frame.market]
    asking_for, read = finding.priced(
        finding.Asked(
            frame.front.id,
            frame.language,
            frame.market,
            inside and inside.maison_id,
            chosen.only,
            place=(at.latitude, at.longitude) if chosen.near else None,
        ),
        replace(read, least=_either(chosen.least, read.least), most=_either(chosen.most, read.most)),
        currency,
    )
    path = f"/{frame.language}/search"
    if not read.words and not chosen.only and read.least is None and read.most is None:
        return {"results": None, "inside": inside}
    results = await finding.find(conn, asking_for, read)
    start = (page - 1) * PIECES_A_PAGE
    shown_ids = results.ranked[start : start + PIECES_A_PAGE]
    last_page = start + PIECES_A_PAGE >= len(results.ranked)
    close_ids = results.close if last_page else []
    found = await finding.pieces(conn, asking_for, shown_ids + close_ids)
    by_id = {piece.id: piece for piece in found}
    meant = [concept for word in results.question.words for concept in word.means]
    colours = {concept for concept in (*meant, *chosen.only) if concept.startswith("colour:")}
    now = datetime.now(UTC)
    beside = await finding.beside(conn, asking_for, results.question, now) if page == 1 else []
    return {
        "results": results,
        "pieces": [_seen(by_id[one], colours, frame.language) for one in shown_ids if one in by_id],
        "close": [_seen(by_id[one], colours, frame.language) for one in close_ids if one in by_id],
        "maisons": [one for one in beside if one.kind == "maison"],
        "stories": [one for one in beside if one.kind == "story"],
        "boutiques": [one for one in beside if one.kind == "boutique"],
        "inside": inside,
        "facets": _facets(results, chosen, path, frame.language),
        "chips": _chips(chosen, read.least, read.most, path, currency, frame.language),
        "far_address": replace(chosen, near=False).address(path),
        "currency": currency,
        "least": read.least,
        "most": read.most,
        "earlier": chosen.address(path, page=page - 1) if page > 1 else None,
        "further": None if last_page else chosen.address(path, page=page + 1),
        "first": start + 1,
        "last": start + len(shown_ids),
    }


def _seen(piece: finding.Piece, colours: set[str], language: i18n.Language) -> Seen:
    address = f"/{language}/products/{piece.slug}"
    for colour in piece.colours:
        if colours.intersection(meanings.colours_of(colour)):
            return Seen(
                piece, of_colour(piece.pictures, colour), f"{address}?{urlencode({'colour': colour})}"
            )
    return Seen(piece, piece.pictures, address)


def _facets(
    results: finding.Results, chosen: Chosen, path: str, language: i18n.Language
) -> list[tuple[str, list[Choice]]]:
    told: list[tuple[str, list[Choice]]] = []
    for facet, name in FACET_NAMES.items():
        values = [
            Choice(
                results.maison_names[one.value] if facet == "maison" else _label(one.value, language),
                _with(chosen, facet, one.value).address(path),
                one.count,
            )
            for one in results.facets[facet]
            # What every result has narrows nothing.
            if one.value not in chosen.only and (one.count < results.total or results.more)
        ]
        if facet == "maison" and (chosen.maison or len(values) < 2):
            continue
        if values:
            told.append((name, values))
    return told


def _with(chosen: Chosen, facet: str, value: str) -> Chosen:
    return replace(chosen, maison=value) if facet == "maison" else replace(chosen, only=(*chosen.only, value))


def _label(value: str, language: i18n.Language) -> str:
    told = meanings.name(value, language)
    return words.family(told, language) if value not in meanings.meanings().names else told


def _chips(
    chosen: Chosen, least: int | None, most: int | None, path: str, currency: str, language: i18n.Language
) -> list[Choice]:
    _ = i18n.translations(language).gettext
    chips = [
        Choice(
            _label(value, language),
            replace(chosen, only=tuple(v for v in chosen.only if v != value)).address(path),
        )
        for value in chosen.only
    ]
    without = replace(chosen, q=question(chosen.q).rest, least=None, most=None).address(path)

    def price(whole: int) -> str:
        return finding.price(whole, currency).shown(language)

    if least is not None and most is not None:
        chips.append(
            Choice(_("%(least)s to %(most)s") % {"least": price(least), "most": price(most)}, without)
        )
    elif most is not None:
        chips.append(Choice(_("up to %(price)s") % {"price": price(most)}, without))
    elif least is not None:
        chips.append(Choice(_("from %(price)s") % {"price": price(least)}, without))
    return chips


async def _maison(conn: Conn, frame: Asked, slug: str) -> Maison | None:
    if not slug:
        return None
    found = await maison_in(conn, store_id=frame.front.id, slug=slug)
    if found is None:
        raise NotFoundException
    return found


def _whole(text: str) -> int | None:
    """A limit of price somebody typed; anything else is none."""
    digits = "".join(c for c in text if c.isdigit())[:9]
    return int(digits) if digits else None


def _either(chosen: int | None, read: int | None) -> int | None:
    return read if chosen is None else chosen
