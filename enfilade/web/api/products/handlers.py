"""GET /products, /products/{id}, /products/{id}/availability: pieces, and where and when one can have them."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import QueryParameter

from enfilade.base.db import Db
from enfilade.maisons.founding import id_of
from enfilade.stock.availability import Delivery as Promise
from enfilade.stock.availability import Made as Making
from enfilade.stock.availability import Offer
from enfilade.stock.together import Together
from enfilade.web.api.boutiques.handlers import Country
from enfilade.web.api.problems import declared
from enfilade.web.api.products import reading
from enfilade.web.api.products.places import Near, near_of
from enfilade.web.api.words import ASKED_AGAIN, PLAIN, PUBLIC, Language, Picture, Price, pictures
from enfilade.web.shared.negotiation import conditional
from enfilade.web.shared.pagination import After, Limit, cursor, key_of, next_link

_BEGINNING = (UUID(int=0), -(2**31), UUID(int=0))


class Listed(msgspec.Struct, frozen=True):
    """A piece in a list; `prices_from` is its lowest price in each market."""

    id: UUID
    maison: str
    slug: str
    brand: str
    family: str
    gender: str
    made_in: str
    name: str
    text_language: str
    pictures: list[Picture]
    prices_from: list[Price]


class Products(msgspec.Struct, frozen=True):
    """A page of them; `next` is None on the last."""

    products: list[Listed]
    next: str | None


class Variant(msgspec.Struct, frozen=True):
    """A size and colour of a piece, with its price in each market that sells it."""

    id: UUID
    sku: str | None
    colour: str
    size: str
    options: dict[str, str]
    prices: list[Price]


class Seller(msgspec.Struct, frozen=True):
    """A company that sells in a store of many maisons under its own name; `number` is that of its register."""

    name: str
    city: str
    country: str
    number: str


class Product(msgspec.Struct, frozen=True):
    """`text_language` is the language its texts were found in: the one asked for, else the maison's own.

    `sold_by` is None where the maison itself sells.
    """

    id: UUID
    maison_id: UUID
    maison: str
    slug: str
    brand: str
    family: str
    gender: str
    made_in: str
    name: str
    text_language: str
    description: str
    materials: str
    care: str
    pictures: list[Picture]
    variants: list[Variant]
    sold_by: Seller | None


class At(msgspec.Struct, frozen=True):
    """A size in a boutique. Counts stop at nine; `certain` false: the boutique confirms within the hour.

    `collect_from` is None where it cannot be collected in the coming weeks. Times carry the boutique's offset.
    """

    boutique_id: UUID
    name: str
    address: str
    city: str
    country: str
    zone: str
    latitude: float
    longitude: float
    phone: str
    distance_km: float | None
    collect: int
    reserve: int
    certain: bool
    as_of: datetime
    open_now: bool
    closes_at: datetime | None
    collect_from: datetime | None


class Delivery(msgspec.Struct, frozen=True):
    """The first and the last day a parcel may arrive."""

    from_day: date
    to_day: date


class Made(msgspec.Struct, frozen=True):
    """One piece ordered now: finished in its workshop by `made_by`, delivered between the days. It is paid at once.

    `to_specification`: not cancelled once begun, and back only where it is faulty.
    """

    made_by: date
    from_day: date
    to_day: date
    to_specification: bool


class Size(msgspec.Struct, frozen=True):
    """What can be had of a variant: nearest boutiques first; `delivery` None: it cannot be delivered from stock.

    `made`: it is made to order when no place has it; None: it is not, or its workshop has no room.
    """

    variant_id: UUID
    sku: str | None
    colour: str
    size: str
    boutiques: list[At]
    delivery: Delivery | None
    made: Made | None


class Availability(msgspec.Struct, frozen=True):
    """`near` is the place distances count from, None where none was given."""

    product_id: UUID
    near: Near | None
    sizes: list[Size]


@get("/products", summary="Pieces, maison by maison", responses=declared(400, 404, conditional=True))
async def products(
    request: Request[Any, Any, Any],
    db: Db,
    maison: Annotated[
        str, QueryParameter(pattern=r"^[a-z0-9-]{0,100}$", description="A maison's slug.")
    ] = "",
    after: After = "",
    limit: Limit = 50,
    language: Language = "en",
) -> Response[Products]:
    """Published pieces in a stable order, of one maison or of all."""
    async with db.public() as conn:
        maison_id = await id_of(conn, slug=maison) if maison else None
        if maison and maison_id is None:
            raise NotFoundException(detail=f"no maison is called “{maison}”")
        found = await reading.products(
            conn,
            maison_id=maison_id,
            language=language,
            after=key_of(after, tuple[UUID, int, UUID], _BEGINNING),
            most=limit + 1,
        )
    base_url: str = request.app.state.settings.base_url
    last = found[limit - 1] if len(found) > limit else None
    more = cursor((last.maison_id, last.position, last.id)) if last else None
    listed = [
        Listed(
            row.id,
            row.maison,
            row.slug,
            row.brand,
            row.family,
            row.gender,
            row.made_in,
            row.name,
            row.text_language,
            pictures(row.pictures, base_url, language),
            msgspec.convert(row.prices_from, list[Price]),
        )
        for row in found[:limit]
    ]
    return conditional(request, Products(listed, more), cache_control=PUBLIC, link=next_link(request, more))


@get("/products/{product_id:uuid}", summary="One piece", responses=declared(400, 404, conditional=True))
async def product(
    request: Request[Any, Any, Any], db: Db, product_id: UUID, language: Language = "en"
) -> Response[Product]:
    """A published piece with its variants and prices."""
    async with db.public() as conn:
        row = await reading.product(conn, product_id=product_id, language=language)
    if row is None:
        raise NotFoundException(detail="no published piece has this id")
    answer = Product(
        row.id,
        row.maison_id,
        row.maison,
        row.slug,
        row.brand,
        row.family,
        row.gender,
        row.made_in,
        row.name,
        row.text_language,
        row.description,
        row.materials,
        row.care,
        pictures(row.pictures, request.app.state.settings.base_url, language),
        msgspec.convert(row.variants, list[Variant]),
        msgspec.convert(row.sold_by, Seller | None),
    )
    return conditional(request, answer, cache_control=PUBLIC)


@get(
    "/products/{product_id:uuid}/availability",
    summary="Where and when one can have a piece",
    responses=declared(400, 404, conditional=True),
)
async def availability(
    request: Request[Any, Any, Any],
    db: Db,
    together: Together,
    product_id: UUID,
    near: Annotated[
        str,
        QueryParameter(
            max_length=120,
            pattern=PLAIN,
            description="`48.86,2.34`, or `city:Paris` for a city with boutiques.",
        ),
    ] = "",
    country: Country = "",
) -> Response[Availability]:
    """For each size: boutiques near by with when it can be collected, and whether it can be delivered, by when."""
    place = await near_of(db, near=near, country=country)
    found = await together.near(
        product_id=product_id,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        now=datetime.now(UTC),
        country=country,
    )
    if not found.sizes:
        raise NotFoundException(detail="no published piece has this id")
    answer = Availability(
        product_id,
        place,
        [
            Size(
                size.variant_id,
                size.sku,
                size.colour,
                size.size,
                [_at(offer) for offer in found.offers[size.variant_id]],
                _delivery(found.delivery[size.variant_id]),
                _made(found.made.get(size.variant_id)),
            )
            for size in found.sizes
        ],
    )
    return conditional(request, answer, cache_control=ASKED_AGAIN)


def _delivery(promise: Promise | None) -> Delivery | None:
    return Delivery(promise.from_day, promise.to_day) if promise else None


def _made(made: Making | None) -> Made | None:
    return Made(made.by, made.from_day, made.to_day, made.to_specification) if made else None


def _at(offer: Offer) -> At:
    boutique = offer.boutique
    return At(
        boutique.location_id,
        boutique.name,
        boutique.address,
        boutique.city,
        boutique.country,
        boutique.zone,
        boutique.latitude,
        boutique.longitude,
        boutique.phone,
        None if offer.distance_km is None else round(offer.distance_km, 1),
        offer.collect,
        offer.reserve,
        offer.certain,
        offer.as_of,
        offer.open_now,
        offer.closes_at,
        _whole_minute(offer.collect_from),
    )


def _whole_minute(moment: datetime | None) -> datetime | None:
    # Promised by the minute, never earlier: and an answer that is still so keeps its ETag.
    if moment is None or moment.second == moment.microsecond == 0:
        return moment
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
