"""The pieces of a maison by its own tree: for women, for men, for the home, a family, sorted and turned page by page."""

from asyncio import gather
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.i18n import Language
from enfilade.catalogue import listed, navigation
from enfilade.catalogue.navigation import Node, Tree
from enfilade.catalogue.published import Piece
from enfilade.maisons import published
from enfilade.maisons.published import Introduction
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.pictures import pictures
from enfilade.web.storefront.words import family as family_name

PIECES_A_PAGE = 24
ORDERS = ("", "newest", "lowest", "highest")


@dataclass(frozen=True, slots=True)
class Way:
    """A place in the tree to go to from here."""

    name: str
    address: str
    pieces: int
    chosen: bool


@get("/{language:str}/maisons/{slug:str}/pieces", include_in_schema=False)
async def maison_pieces(
    request: Request[Any, Any, Any],
    db: Db,
    language: str,
    slug: str,
    of: Annotated[str, Parameter(max_length=40)] = "",
    family: Annotated[str, Parameter(max_length=80)] = "",
    sort: Annotated[str, Parameter(max_length=10)] = "",
    after: Annotated[int, Parameter(ge=0, le=100_000)] = 0,
) -> Response[str]:
    """One page of them; a node or family without pieces says so and shows the ways on."""
    frame = await asked(request, db, language)
    if sort not in ORDERS:
        sort = ""

    families = [family] if family else []
    if of or sort:
        (maison, tree), found = await _maison(db, frame, slug), None
    else:
        (maison, tree), found = await gather(
            _maison(db, frame, slug),
            read(db, frame, slug, families=families, after=after, most=PIECES_A_PAGE + 1),
        )
    node = tree.node(of)
    within = tree.families(node)
    count = sum(pieces for name, pieces in within if family in ("", name))
    known = not of or node is not None
    sortable = 1 < count <= listed.SORTED_MAX
    if found is None:
        families = families or (list(node.families) if node else [])
        found = (
            await read(
                db,
                frame,
                slug,
                families=families,
                gender=node.gender if node else "",
                order=sort if sortable else "",
                after=after,
                most=PIECES_A_PAGE + 1,
            )
            if count and known
            else []
        )
    base = f"/{frame.language}/maisons/{slug}/pieces"
    asked_for = {"of": of if node else "", "family": family}
    home = f"/{frame.language}/maisons/{slug}"
    node_name = named(node, frame.language) if node else ""
    titles = [title for title in (family_name(family, frame.language) if family else "", node_name) if title]
    crumbs = [(maison.name, home)]
    if node:
        crumbs.append((node_name, _address(base, of=of)))
    if family:
        crumbs.append((family_name(family, frame.language), _address(base, **asked_for)))
    return shown(
        request,
        frame,
        "storefront/maisons/pieces.html",
        look=(maison.slug, maison.theme),
        public=True,
        status=200 if found or (known and not family and not after) else 404,
        query={**asked_for, "after": str(after or "")},
        crumbs=crumbs,
        picture=first_picture(found, frame.language),
        maison=maison,
        maison_slug=maison.slug,
        maison_name=maison.name,
        maison_wordmark=maison.wordmark,
        titles=titles,
        pieces=found[:PIECES_A_PAGE],
        count=count,
        nodes=ways(tree, base, of, frame.language),
        families=[
            Way(
                family_name(name, frame.language),
                _address(base, of=of if node else "", family=name),
                many,
                name == family,
            )
            for name, many in within
        ],
        everything=_address(base, of=of if node else ""),
        family=family,
        of=of if node else "",
        sort=sort if sortable else "",
        sortable=sortable,
        more=_address(base, **asked_for, sort=sort, after=str(after + PIECES_A_PAGE))
        if len(found) > PIECES_A_PAGE
        else "",
        before=_address(base, **asked_for, sort=sort, after=str(max(0, after - PIECES_A_PAGE) or ""))
        if after
        else "",
    )


async def introduced(conn: Conn, frame: Asked, slug: str) -> tuple[Introduction, Tree]:
    """What the maison says of itself, and the ways into its pieces; 404 where the store does not show it."""
    maison = await published.introduction(conn, store_id=frame.front.id, slug=slug, language=frame.language)
    if maison is None:
        raise NotFoundException
    return maison, await navigation.tree(conn, maison_id=maison.maison_id)


async def _maison(db: Db, frame: Asked, slug: str) -> tuple[Introduction, Tree]:
    async with db.public() as conn:
        return await introduced(conn, frame, slug)


async def read(
    db: Db,
    frame: Asked,
    slug: str,
    *,
    families: list[str],
    most: int,
    gender: str = "",
    order: listed.Order = "",
    after: int = 0,
) -> list[Piece]:
    """Pieces of the maison in the reader's words and prices, over a connection of its own."""
    async with db.public() as conn:
        return await listed.pieces(
            conn,
            maison=slug,
            language=frame.language,
            market=frame.market,
            gender=gender,
            families=families,
            order=order,
            after=after,
            most=most,
        )


def ways(tree: Tree, base: str, of: str, language: Language) -> list[Way]:
    """The nodes of the tree."""
    return [
        Way(named(node, language), _address(base, of=node.key), node.pieces, node.key == of)
        for node in tree.nodes
    ]


def first_picture(pieces: list[Piece], language: Language) -> str:
    """What stands for these pieces where their page is shared, '' if none has a picture."""
    return next((shot.large for item in pieces for shot in pictures(item.pictures, language, item.name)), "")


def named(node: Node, language: Language) -> str:
    """As the maison calls it in this language, else in another of its own, else the house's word."""
    _ = i18n.translations(language).gettext
    words = {"women": _("Women"), "men": _("Men"), "unisex": _("For everybody"), "home": _("Home")}
    names = node.names or {}
    return (
        names.get(language)
        or next(iter(names.values()), "")
        or words.get(node.key, node.key.replace("-", " "))
    )


def _address(base: str, **query: str) -> str:
    said = {name: value for name, value in query.items() if value}
    return f"{base}?{urlencode(said)}" if said else base
