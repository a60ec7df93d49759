"""A piece on its own page: what it is, what it costs, and whether, where and when one can have it."""

from asyncio import gather
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, cast
from urllib.parse import urlencode

from babel.dates import format_date
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from enfilade.base import i18n
from enfilade.base.db import Db
from enfilade.base.i18n import Language
from enfilade.catalogue import published
from enfilade.catalogue.engraving import Wished
from enfilade.catalogue.published import MadeTogether, Product, Variant
from enfilade.stock import brought
from enfilade.stock.availability import Availability
from enfilade.stock.brought import Brought
from enfilade.stock.together import Together
from enfilade.web.shared import asking, permitted
from enfilade.web.shared.assets import ASSETS, asset
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.pictures import Picture, pictures
from enfilade.web.storefront.products import places
from enfilade.web.storefront.products.engraving import engraving as engraved_as
from enfilade.web.storefront.products.engraving import offered
from enfilade.web.storefront.products.linked import linked
from enfilade.web.storefront.products.mirror import worn
from enfilade.web.storefront.products.sentences import Answer, answer, may_be_brought, worth_waiting
from enfilade.web.storefront.prose import paragraphs
from enfilade.web.storefront.sellers import sold_by
from enfilade.web.storefront.sizes.guides import has_guide
from enfilade.web.storefront.sizes.remembered import remembered
from enfilade.web.storefront.stories.teasing import teasers

STORIES = 2
Word = Annotated[str, Parameter(max_length=200)]
VIEWER = "shared/vendor/model-viewer.min.js"
#: The viewer unpacks the model's textures into addresses of its own memory, and brings one style sheet, known by its hash.
THREE_DIMENSIONS = permitted.sources(
    connect_src="blob:", style_src="'sha256-PXtZZkJMMyc18o/DN1ZEFOJ2qEGq95IQbVaJFMOXOb0='"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One size or colour, with the address that chooses it; `here`: somebody can have it today."""

    label: str
    address: str
    chosen: bool
    here: bool


@get("/{language:str}/products/{slug:str}", include_in_schema=False)
async def product(
    request: Request[Any, Any, Any],
    db: Db,
    together: Together,
    language: str,
    slug: str,
    colour: Word = "",
    size: Word = "",
    place: Word = "",
    engraving: Word = "",
    lettering: Word = "",
) -> Response[str]:
    """The whole page."""
    frame = await asked(request, db, language)
    context, stories = await gather(
        _read(request, db, together, frame, slug, colour, size, place),
        teasers(db, frame, most=STORIES, piece=slug),
    )
    found: Product = context["product"]
    shots: list[Picture] = context["shots"]
    cut = None
    if found.engraving_letters_max:
        now, price = datetime.now(UTC), context["variant"].price
        async with db.public() as conn:
            terms = await offered(conn, maison_id=found.maison_id, market=frame.market, now=now)
        cut = engraved_as(
            found.engraving_letters_max,
            Wished(engraving, lettering),
            found.family,
            shots,
            frame.language,
            terms,
            price.currency if price else "",
            now,
        )
    response = shown(
        request,
        frame,
        "storefront/products/product.html",
        look=None if found.retailer else (found.maison_slug, found.maison_theme),
        public=True,
        looks={story.maison_slug: story.theme for story in stories if story.maison_slug != found.maison_slug},
        stories=stories,
        engraving=cut,
        model=modelled(found.models, context["variant"].colour)
        or next((shot.model for shot in shots if shot.model), ""),
        tried_on=next((shot.finish for shot in shots if worn(shot)), ""),
        viewer=asset(VIEWER) if VIEWER in ASSETS else "",
        guided=has_guide(found.family),
        crumbs=[*house(found, frame.language), (found.name, f"/{frame.language}/products/{slug}")],
        picture=context["shots"][0].large if context["shots"] else "",
        **context,
    )
    response.headers |= THREE_DIMENSIONS
    places.keep(request, response, place)
    return response


@get("/{language:str}/products/{slug:str}/availability", include_in_schema=False)
async def product_availability(
    request: Request[Any, Any, Any],
    db: Db,
    together: Together,
    language: str,
    slug: str,
    colour: Word = "",
    size: Word = "",
    place: Word = "",
) -> Response[str]:
    """Only the sentences, for a page that is open already."""
    frame = await asked(request, db, language)
    context = await _read(request, db, together, frame, slug, colour, size, place)
    response = shown(request, frame, "storefront/products/availability.html", public=True, **context)
    places.keep(request, response, place)
    return response


async def _read(
    request: Request[Any, Any, Any],
    db: Db,
    together: Together,
    frame: Asked,
    slug: str,
    colour: str,
    size: str,
    place: str,
) -> dict[str, Any]:
    now = datetime.now(UTC)
    at = places.place(place, asking.kept(request, places.PLACE_COOKIE), frame.market, frame.language)
    async with db.public() as conn:
        found = await published.product(
            conn, store_id=frame.front.id, slug=slug, language=frame.language, market=frame.market
        )
        if found is None or not found.variants:
            raise NotFoundException
    known = await together.near(product_id=found.id, latitude=at.latitude, longitude=at.longitude, now=now)
    for one in found.variants:
        if not one.sendable:
            known.delivery[one.id] = None
    if any(not one.sendable for one in found.variants):
        # By law it stays where it lies, and nothing of it does yet.
        known.made.clear()
    mine = remembered(request).get(found.family, "")
    variant = chosen(found.variants, colour, size or mine_of(found.variants, mine), known)
    coming: list[Brought] = []
    if may_be_brought(variant, known):
        async with db.public() as conn:
            coming = worth_waiting(
                await brought.near(
                    conn,
                    maison_id=found.maison_id,
                    needs={variant.id: 1},
                    latitude=at.latitude,
                    longitude=at.longitude,
                    now=now,
                )
            )
    sizes = list(dict.fromkeys(v.size for v in found.variants if v.colour == variant.colour))
    elsewhere = not_here(found.together, frame.language) if found.together else ""
    address = f"/{frame.language}/products/{slug}"
    in_colours = choices(found, variant, known, address, of="colour")
    in_sizes = choices(found, variant, known, address, of="size")
    return {
        "product": found,
        "maison_slug": found.maison_slug,
        "maison_name": found.maison_name,
        "maison_wordmark": found.maison_wordmark,
        "variant": variant,
        "mine": mine,
        "sold": sold_by(
            found.maison_name,
            frame.language,
            found.seller_name,
            city=found.seller_city,
            country_code=found.seller_country,
            number=found.seller_number,
        )
        if found.retailer
        else "",
        "shots": pictures(of_colour(found.pictures, variant.colour), frame.language, found.name),
        "description": paragraphs(found.description),
        "colours": in_colours,
        "sizes": in_sizes,
        "sized": len(sizes) > 1,
        "answer": Answer(elsewhere, [], "", possible=False)
        if elsewhere
        else answer(
            variant,
            sized=len(sizes) > 1,
            found=known,
            place=at,
            now=now,
            language=frame.language,
            brought=coming,
        ),
        "place": at,
        "cities": places.cities(found.cities),
        "towns": [city.name for city in found.cities],
        "others": [
            choice for choice in in_sizes + in_colours if choice.here and not choice.chosen and not elsewhere
        ],
        "advisor": next((city for city in found.cities if city.name == at.city and city.phone), None)
        or next((city for city in found.cities if city.phone), None),
        "linked": linked(found, variant, known, frame.base_url, frame.language),
    }


def house(found: Product, language: Language) -> list[tuple[str, str]]:
    """Whose piece it is, with the page of that house: the maison's, a brand's; none where it is the store's own."""
    if not found.retailer:
        return [(found.maison_name, f"/{language}/maisons/{found.maison_slug}")]
    return [(found.brand, f"/{language}/brands/{found.brand_slug}")] if found.brand_slug else []


def not_here(together: MadeTogether, language: Language) -> str:
    """Why a piece made with others cannot be bought in this store and market today, '' where it can."""
    _ = i18n.translations(language).gettext
    if together.sold_here:
        return ""
    if together.sold_from is None:
        return _("This piece is not sold here.")
    return _("It is sold here from %(day)s.") % {
        "day": format_date(together.sold_from, "d MMMM y", locale=i18n.LOCALES[language])
    }


def mine_of(variants: list[Variant], mine: str) -> str:
    """The size this device remembers, where the piece is made in it; else ''."""
    return mine if any(variant.size == mine for variant in variants) else ""


def of_colour(published_pictures: list[Any], colour: str) -> list[Any]:
    """The pictures of the chosen colour and those of every colour, in their order; where none is of it, those that name no other.

    An upload says its colour; a picture of ours tells it by its name.
    """
    if not colour:
        return published_pictures
    if not any(_shows(entry, colour) for entry in published_pictures):
        return [entry for entry in published_pictures if not _field(entry, "colour")] or published_pictures
    return [entry for entry in published_pictures if _shows(entry, colour) or _field(entry, "colour") == ""]


def modelled(models: list[Any], colour: str) -> str:
    """Where the uploaded model of this colour lies, else that of every colour; '' where there is none."""
    of = {str(one["colour"]): str(one["name"]) for one in models}
    name = of.get(colour) or of.get("")
    return f"/media/{name}.glb" if name else ""


def _shows(entry: Any, colour: str) -> bool:
    return _field(entry, "colour") == colour or f"-{colour}-" in f"{_name(entry)}-"


def _field(entry: Any, name: str) -> Any:
    return cast("dict[str, Any]", entry).get(name) if isinstance(entry, dict) else None


def _name(entry: Any) -> str:
    return str(_field(entry, "name") or "") if isinstance(entry, dict) else str(entry)


def chosen(variants: list[Variant], colour: str, size: str, known: Availability) -> Variant:
    """The variant asked for; else one that somebody can have today; else the first."""
    asked_for = [v for v in variants if (not colour or v.colour == colour) and (not size or v.size == size)]
    among = asked_for or [v for v in variants if not colour or v.colour == colour] or variants
    return next((variant for variant in among if here(variant, known)), among[0])


def here(variant: Variant, known: Availability) -> bool:
    """Whether a boutique has it, a parcel could bring it, or a workshop makes it."""
    return bool(known.offers.get(variant.id) or known.made.get(variant.id)) or (
        known.delivery.get(variant.id) is not None
    )


def choices(found: Product, variant: Variant, known: Availability, address: str, *, of: str) -> list[Choice]:
    """Every colour, or every size of the chosen colour; nothing where there is nothing to choose."""
    if of == "colour":
        labels = list(dict.fromkeys(v.colour for v in found.variants if v.colour))
        matching = {label: [v for v in found.variants if v.colour == label] for label in labels}
    else:
        labels = list(dict.fromkeys(v.size for v in found.variants if v.size and v.colour == variant.colour))
        matching = {
            label: [v for v in found.variants if v.size == label and v.colour == variant.colour]
            for label in labels
        }
    return [
        Choice(
            label,
            address
            + "?"
            + urlencode(
                {
                    "colour": label if of == "colour" else variant.colour,
                    "size": label if of == "size" else variant.size,
                }
            ),
            label == (variant.colour if of == "colour" else variant.size),
            any(here(v, known) for v in matching[label]),
        )
        for label in labels
    ]
