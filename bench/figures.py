"""What is measured: the requests of each figure, as a browser or a client program sends them, over HTTP."""

import base64
import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID, uuid4

from bench.ground import Family, Place
from bench.load import Journey, Unexpected
from bench.servers import get
from enfilade.base.i18n import LANGUAGES

CLIENTS = (8, 32)
READS = (
    "availability_read",
    "listing_page",
    "product_page",
    "home_page",
    "family_page",
    "search",
    "suggest",
    "story_page",
)
#: What visitors of the bench look for, in four languages: kinds, colours, materials, prices, a mistake.
SOUGHT = ("red bag under 2000", "montre", "zijden sjaal", "戒指", "black shoes", "parfum", "gold", "saccoche")
BEGUN = ("ba", "mon", "scar", "par", "go", "black b")
#: Maisons in a basket of several.
THREE = 3
#: How many different requests a read is measured with.
REQUESTS = 120
#: What a browser says it takes, and a shop therefore does: pages are compressed.
BROWSER = ("accept: text/html,application/xhtml+xml", "accept-encoding: gzip")


@dataclass(frozen=True, slots=True)
class Reading:
    """A read with its requests; every client goes round them."""

    name: str
    requests: list[bytes]


def readings(places: list[Place], families: list[Family], stories: list[str]) -> list[Reading]:
    """Where one piece can be had near a client; a maison's own page, a piece's, the store's, a family's; search; a story's.

    Those with nothing to ask for are left out: a world that was copied tells no stories.
    """
    products = list({place.product_id: place for place in places}.values())[:REQUESTS]
    maisons = list({place.maison: place for place in places}.values())
    asked = (
        [
            get(
                f"/api/v1/products/{place.product_id}/availability"
                f"?near={place.latitude:.3f},{place.longitude:.3f}&country=FR"
            )
            for place in products
        ],
        [get(f"/en/maisons/{place.maison}", *BROWSER) for place in maisons],
        [get(f"/en/products/{place.product}", *BROWSER) for place in products],
        [get(f"/{language}/", *BROWSER) for language in LANGUAGES],
        [get(f"/en/maisons/{one.maison}/pieces?family={quote(one.family)}", *BROWSER) for one in families],
        [get(f"/en/search?q={quote(words)}", *BROWSER) for words in SOUGHT],
        [get(f"/en/search/suggestions?q={quote(words)}", *BROWSER) for words in BEGUN],
        [get(f"/en/stories/{slug}", *BROWSER) for slug in stories],
    )
    return [Reading(name, requests) for name, requests in zip(READS, asked, strict=True) if requests]


def around(requests: list[bytes], start: int = 0) -> Iterator[Journey]:
    """One request after the other, for ever."""
    for number in itertools.count(start):
        yield read(requests[number % len(requests)])


def read(request: bytes) -> Journey:
    """One request that is answered well."""
    status, body = yield request
    if status != 200:
        raise Unexpected(f"{status} to {request[:80]!r}: {body[:300]!r}")


def command(method: str, path: str, body: object, *headers: str) -> bytes:
    """The bytes of a command of the API."""
    written = json.dumps(body).encode() if body is not None else b""
    lines = [
        f"{method} {path} HTTP/1.1",
        "host: 127.0.0.1",
        "content-type: application/json",
        f"content-length: {len(written)}",
        *headers,
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + written


def purchase(place: Place, *others: Place, gone: bool = False) -> Journey:
    """A new visitor buys a piece to collect, from the basket to the order. `gone`: it may be refused as sold out.

    `others` are bought with it: of the same boutique, or of other maisons in the same store, each an order of its own.
    """
    places = {each.maison_id: each for each in (place, *others)}
    visitor = "enfilade-visitor: " + base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")

    def keyed() -> tuple[str, str]:
        return visitor, f"idempotency-key: {uuid4().hex}"

    for each in (place, *others):
        path = f"/api/v1/baskets/{each.store}/lines/{each.variant_id}?market={each.market}"
        status, body = yield command("PUT", path, {"quantity": 1}, *keyed())
        _right(status, (200,), body)
    opening = {
        "store": place.store,
        "method": "collect",
        "market": place.market,
        "boutiques": [
            {"maison_id": str(each.maison_id), "boutique_id": str(each.location_id)}
            for each in places.values()
        ],
    }
    status, body = yield command("POST", "/api/v1/checkouts", opening, *keyed())
    if gone and status == 409:
        return
    _right(status, (201,), body)
    checkout_id = json.loads(body)["id"]
    completion = {
        "contact": {"name": "Camille Aubry", "mail": "camille@client.example"},
        "payment_method": "card",
        "card_token": "tok_ok",
        "age_confirmed": 30,
    }
    path = f"/api/v1/checkouts/{checkout_id}/completion?store={place.store}"
    status, body = yield command("POST", path, completion, *keyed())
    _right(status, (200,), body)
    done = json.loads(body)
    placed = [order for order in done["checkout"]["orders"] if order["number"]]
    if done["outcome"] != "placed" or len(placed) != len(places):
        raise Unexpected(f"{len(placed)} of {len(places)} orders placed: {body[:300]!r}")


def purchases(places: list[Place], start: int = 0) -> Iterator[Journey]:
    """One purchase after the other, each of another piece, for ever."""
    for number in itertools.count(start):
        yield purchase(places[number % len(places)])


def purchases_of_three(places: list[Place], start: int = 0) -> Iterator[Journey]:
    """One purchase after the other, each of three pieces of three maisons that one store sells, for ever."""
    stores = [(place.store, place.market) for place in places]
    store = max(stores, key=stores.count)
    by_maison: dict[UUID, list[Place]] = {}
    for place, of in zip(places, stores, strict=True):
        if of == store:
            by_maison.setdefault(place.maison_id, []).append(place)
    houses = list(by_maison.values())
    assert len(houses) >= THREE, f"no store sells pieces of {THREE} maisons"
    for number in itertools.count(start * THREE, THREE):
        # Round the maisons, and with each round to the next piece of each.
        turns = [divmod(n, len(houses)) for n in range(number, number + THREE)]
        yield purchase(*(houses[at][turn % len(houses[at])] for turn, at in turns))


def replays(method: str, numbers: list[list[int]]) -> Iterator[Journey]:
    """At the bare floor: the recorded requests of these numbers, a list a journey."""
    for journey in numbers:
        yield replay(method, journey)


def replay(method: str, numbers: list[int]) -> Journey:
    """The recorded requests of one journey, one after the other."""
    for number in numbers:
        request = f"{method} /{number} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n".encode()
        status, body = yield request
        if status != 200:
            raise Unexpected(f"{status} to the replay of {number}: {body[:300]!r}")


def _right(status: int, expected: tuple[int, ...], body: bytes) -> None:
    if status not in expected:
        raise Unexpected(f"{status} instead of {expected}: {body[:300]!r}")
