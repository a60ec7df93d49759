"""Every address and method of the house, called as everybody, with what belongs to another maison.

What is another maison's is refused, or is not there; what is public shows published fields alone; what is one's own
shows nothing of the other. An address that stands in none of the tables below fails the test: whoever adds one decides
where it belongs.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from litestar.routes import HTTPRoute
from litestar.testing import AsyncTestClient

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.live import Live
from enfilade.base.settings import Settings
from enfilade.clients.accounts import session_id as client_session_id
from enfilade.run import guarded
from enfilade.staff.sessions import session_id
from enfilade.staff.sign_in import open_session
from tests.applications import application, surfaces
from tests.conftest import settings_of
from tests.shop import Shop, found_shop
from tests.web.two_houses import Admin, Life, live_in

#: Another's things by id or secret: refused as 401, 403, 404, or by the way to the sign-in.
PRIVATE = """
GET  /{language}/checkout/{checkout_id}
POST /{language}/checkout/{checkout_id}
GET  /{language}/checkout/{checkout_id}/return
POST /{language}/checkout/{checkout_id}/choose
POST /{language}/checkout/{checkout_id}/delivery
POST /{language}/account/addresses/{address_id}/removal
POST /{language}/account/sessions/{session_id}/end
GET  /{language}/orders/{secret}
GET  /{language}/orders/{secret}/progress
POST /{language}/orders/{secret}/on-my-way
GET  /{language}/orders/{secret}/cancellation
POST /{language}/orders/{secret}/cancellation
GET  /{language}/orders/{secret}/address
POST /{language}/orders/{secret}/address
GET  /{language}/orders/{secret}/return
POST /{language}/orders/{secret}/return
POST /{language}/orders/{secret}/return/withdrawal
GET  /{language}/orders/{secret}/return/exchange
POST /{language}/orders/{secret}/return/exchange
GET  /{language}/orders/{secret}/return/label.pdf
GET  /{language}/orders/{secret}/withdrawal
POST /{language}/orders/{secret}/withdrawal
POST /{language}/orders/{secret}/withdrawal/confirmation
GET  /{language}/proposals/{secret}
POST /{language}/proposals/{secret}/checkout
GET  /{language}/waitlist/{secret}
POST /{language}/waitlist/{secret}/confirmation
POST /{language}/waitlist/{secret}/leaving
GET  /{language}/appointments/{secret}
GET  /{language}/appointments/{secret}/calendar
GET  /{language}/appointments/{secret}/moving
POST /{language}/appointments/{secret}/move
POST /{language}/appointments/{secret}/cancellation
POST /{language}/appointments/{secret}/alternative
POST /{language}/appointments/{secret}/without
GET  /{language}/appointments/waiting/{secret}
POST /{language}/appointments/waiting/{secret}/taking
POST /{language}/appointments/waiting/{secret}/leaving
GET  /{language}/orders/{secret}/invoices/{invoice_id}
GET  /{language}/orders/{secret}/certificates/{certificate_id}
GET  /{language}/certificates/{code}
GET  /boutique/preparations/{fulfilment_id}
POST /boutique/preparations/{fulfilment_id}/acceptance
POST /boutique/preparations/{fulfilment_id}/giving-back
POST /boutique/preparations/{fulfilment_id}/picks
POST /boutique/preparations/{fulfilment_id}/putting-back
GET  /boutique/preparations/{fulfilment_id}/card
GET  /boutique/preparations/{fulfilment_id}/rejection
POST /boutique/preparations/{fulfilment_id}/rejection
GET  /boutique/preparations/{fulfilment_id}/cancellation
POST /boutique/preparations/{fulfilment_id}/cancellation
POST /boutique/preparations/{fulfilment_id}/putting-away
POST /boutique/preparations/{fulfilment_id}/sending-back
POST /boutique/preparations/{fulfilment_id}/readiness
POST /boutique/preparations/{fulfilment_id}/engravings
POST /boutique/preparations/{fulfilment_id}/dispatch
POST /boutique/preparations/{fulfilment_id}/label
GET  /boutique/preparations/{fulfilment_id}/label.pdf
GET  /boutique/pickups/{fulfilment_id}
POST /boutique/pickups/{fulfilment_id}/hand-over
POST /boutique/pickups/{fulfilment_id}/undo
GET  /boutique/returns/{order_id}
POST /boutique/returns/{order_id}
POST /boutique/shortages/{shortage_id}/resolution
POST /boutique/shortages/{shortage_id}/reopening
GET  /boutique/transfers/{transfer_id}
POST /boutique/transfers/{transfer_id}/packing
POST /boutique/transfers/{transfer_id}/dispatch
POST /boutique/transfers/{transfer_id}/declining
POST /boutique/transfers/{transfer_id}/cancellation
POST /boutique/transfers/{transfer_id}/receipts
POST /boutique/transfers/{transfer_id}/loss
GET  /boutique/closing/{act_id}
POST /boutique/closing/{act_id}/reopening
GET  /studio/closures/{act_id}
POST /studio/closures/{act_id}/reopening
GET  /boutique/appointments/{appointment_id}
GET  /boutique/appointments/{appointment_id}/moving
POST /boutique/appointments/{appointment_id}/move
POST /boutique/appointments/{appointment_id}/cancellation
POST /boutique/appointments/{appointment_id}/alternative
POST /boutique/appointments/{appointment_id}/without
POST /boutique/appointments/{appointment_id}/arrival
POST /boutique/appointments/{appointment_id}/visit
POST /boutique/appointments/{appointment_id}/sale
POST /boutique/appointments/{appointment_id}/no-show
GET  /boutique/roster/{staff_id}
POST /boutique/roster/{staff_id}
POST /boutique/roster/{staff_id}/week
POST /boutique/roster/{staff_id}/days
POST /boutique/roster/{staff_id}/absences
POST /boutique/roster/{staff_id}/absences/{absence_id}/removal
POST /boutique/roster/seats/{seat_id}/retirement
POST /boutique/roster/{staff_id}/calendar
POST /boutique/roster/{staff_id}/calendar/removal
GET  /boutique/calendars/{secret}
GET  /boutique/selling/{proposal_id}
GET  /boutique/selling/enquiries/{enquiry_id}
POST /boutique/selling/enquiries/{enquiry_id}/taking
POST /boutique/selling/enquiries/{enquiry_id}/closing
POST /boutique/selling/{proposal_id}/withdrawal
GET  /boutique/till/drawers/{drawer_id}
POST /boutique/till/drawers/{drawer_id}/movements
POST /boutique/till/drawers/{drawer_id}/count
GET  /boutique/till/sales/{sale_id}
POST /boutique/till/sales/{sale_id}/pieces
POST /boutique/till/sales/{sale_id}/pieces/{variant_id}/removal
POST /boutique/till/sales/{sale_id}/pieces/{variant_id}/serial
POST /boutique/till/sales/{sale_id}/client
POST /boutique/till/sales/{sale_id}/cash
POST /boutique/till/sales/{sale_id}/cards
POST /boutique/till/sales/{sale_id}/exchanges
POST /boutique/till/sales/{sale_id}/tenders/{tender_id}/taking-back
POST /boutique/till/sales/{sale_id}/settlement
POST /boutique/till/sales/{sale_id}/end
POST /boutique/till/refunds/{return_id}
POST /boutique/till/tenders/{tender_id}/asking
POST /boutique/till/tenders/{tender_id}/word
GET  /boutique/till/sales/{sale_id}/receipt
GET  /boutique/till/sales/{sale_id}/receipt.pdf
POST /boutique/selling/{proposal_id}/approval
POST /local-provider/{token}
POST /hooks/local-provider
GET  /local-carrier/{tracking}
POST /local-carrier/{tracking}
POST /hooks/local-carrier
GET  /studio/pieces/{piece_id}
GET  /studio/certificates/{certificate_id}
POST /studio/pieces/{piece_id}/state
GET  /studio/orders/{order_id}
GET  /studio/orders/{order_id}/invoices/{invoice_id}
POST /studio/orders/{order_id}/cancellation
POST /studio/orders/{order_id}/address
GET  /desk/orders/{order_id}
GET  /desk/orders/{order_id}/invoices/{invoice_id}
POST /desk/orders/{order_id}/cancellation
POST /desk/orders/{order_id}/address
POST /desk/orders/{order_id}/letters
POST /desk/orders/{order_id}/return
POST /desk/orders/{order_id}/withdrawal
POST /desk/orders/{order_id}/exchange
POST /desk/orders/{order_id}/goodwill
POST /desk/orders/{order_id}/goodwill/{goodwill_id}/approval
POST /desk/orders/{order_id}/goodwill/{goodwill_id}/refusal
POST /desk/orders/{order_id}/notes
POST /desk/orders/{order_id}/calls
POST /desk/calls/{call_id}/end
GET  /desk/selling/{proposal_id}
POST /desk/selling/{proposal_id}/withdrawal
GET  /{language}/stories/drafts/{story_id}
GET  /studio/stories/{story_id}
POST /studio/stories/{story_id}
POST /studio/stories/{story_id}/blocks/{at}/{act}
POST /studio/stories/{story_id}/publication
POST /studio/stories/{story_id}/withdrawal
GET  /studio/stories/{story_id}/schedule
POST /studio/stories/{story_id}/schedule
GET  /studio/stories/{story_id}/versions
POST /studio/stories/{story_id}/versions
POST /studio/stories/{story_id}/versions/{number}/return
GET  /studio/stories/{story_id}/preview
GET  /{language}/windows/drafts/{window_id}
GET  /studio/windows/{window_id}
POST /studio/windows/{window_id}
POST /studio/windows/{window_id}/light
POST /studio/windows/{window_id}/darkness
POST /studio/windows/{window_id}/schedule
POST /studio/stuck/jobs/{job_id}/repetition
POST /studio/stuck/refunds/{cause_id}/repetition
POST /studio/stuck/parcels/{label_id}/settlement
POST /studio/quotas/{quota_id}/end
POST /studio/brands/{brand_id}/publication
POST /studio/brands/{brand_id}/retirement
POST /studio/brands/{brand_id}/commissions
POST /studio/collaborations/{collaboration_id}/proposal
POST /studio/collaborations/{collaboration_id}/answer
POST /studio/collaborations/{collaboration_id}/end
GET  /studio/statements/{statement_id}/pdf
GET  /studio/statements/{statement_id}/csv
GET  /studio/webhooks/{endpoint_id}
POST /studio/webhooks/{endpoint_id}
POST /studio/webhooks/{endpoint_id}/tests
POST /studio/webhooks/{endpoint_id}/pause
POST /studio/webhooks/{endpoint_id}/resumption
POST /studio/webhooks/{endpoint_id}/secrets
POST /studio/webhooks/{endpoint_id}/repetition
POST /studio/webhooks/{endpoint_id}/deliveries/{delivery_id}/repetition
POST /studio/webhooks/{endpoint_id}/removal
POST /studio/films/{original_id}/removal
GET  /studio/products/{product_id}
POST /studio/products/{product_id}/pictures
POST /studio/products/{product_id}/arrangement
POST /studio/products/{product_id}/models
POST /studio/products/{product_id}/models/removal
GET  /studio/media/{picture_id}
POST /studio/media/{picture_id}
POST /studio/media/{picture_id}/removal
GET  /studio/media/{picture_id}/{width}
GET  /api/v1/checkouts/{checkout_id}
POST /api/v1/checkouts/{checkout_id}/completion
POST /api/v1/checkouts/{checkout_id}/choice
POST /api/v1/checkouts/{checkout_id}/delivery
GET  /api/v1/orders/{order_id}
DELETE /api/v1/sessions/{session_id}
"""
#: One's own things, whoever one is: answered or refused, and never with anything of another's.
OWN = """
GET  /{language}/basket
POST /{language}/basket
POST /{language}/basket/lines
POST /{language}/stories/{slug}/pieces/{piece}
POST /{language}/checkout
POST /{language}/market
GET  /{language}/wish-list
POST /{language}/wish-list
POST /{language}/wish-list/removal
POST /{language}/maisons/{slug}/appointments/{code}/{boutique_id}
POST /{language}/maisons/{slug}/appointments/{code}/{boutique_id}/waiting
POST /{language}/products/{slug}/waitlist
GET  /{language}/waitlist
POST /{language}/withdrawal
POST /{language}/products/{slug}/enquiry
GET  /{language}/enquiry
GET  /{language}/personal
GET  /{language}/certificates
POST /{language}/certificates
GET  /{language}/account
POST /{language}/account/addresses
POST /{language}/account/consents
POST /{language}/sizes/{family}
GET  /{language}/sign-in
POST /{language}/sign-in
GET  /{language}/sign-in/code
POST /{language}/sign-in/code
GET  /{language}/sign-in/{link}
POST /{language}/sign-in/{link}
POST /{language}/sign-out
GET  /boutique
GET  /boutique/live
GET  /boutique/pickups
GET  /boutique/returns
GET  /boutique/shortages
GET  /boutique/closing
GET  /boutique/closing/preview
POST /boutique/closing
GET  /studio/closures
GET  /studio/closures/preview
POST /studio/closures
GET  /boutique/transfers
GET  /boutique/transfers/asking
POST /boutique/transfers
GET  /boutique/appointments
GET  /boutique/appointments/booking
POST /boutique/appointments
GET  /boutique/roster
GET  /boutique/calendar
POST /boutique/calendar/address
POST /boutique/calendar/address/removal
POST /boutique/calendar/outside
POST /boutique/calendar/outside/removal
POST /boutique/roster/seats
GET  /studio/services
POST /studio/services
GET  /studio/engraving
POST /studio/engraving
POST /studio/engraving/workshops
POST /studio/engraving/closed-days
GET  /boutique/engravings
POST /boutique/engravings/{line_id}/work
POST /boutique/engravings/{line_id}/fetching
POST /boutique/till/sales/{sale_id}/pieces/{variant_id}/engraving
GET  /boutique/making
POST /boutique/making/{line_id}/beginning
POST /boutique/making/{line_id}/end
POST /boutique/making/{line_id}/day
POST /boutique/making/{line_id}/refusal
GET  /studio/making
POST /studio/making
GET  /boutique/selling
GET  /boutique/selling/new
POST /boutique/selling
GET  /boutique/till
POST /boutique/till/drawers
POST /boutique/till/sales
POST /boutique/sign-out
GET  /boutique/password
POST /boutique/password
GET  /boutique/sign-in
POST /boutique/sign-in
GET  /api/v1/baskets/{store}
PUT  /api/v1/baskets/{store}/lines/{variant_id}
DELETE /api/v1/baskets/{store}/lines/{variant_id}
POST /api/v1/checkouts
POST /api/v1/stock/movements
POST /api/v1/stock/counts
GET  /desk
POST /desk/calls
GET  /desk/selling
GET  /desk/selling/new
POST /desk/selling
GET  /studio
GET  /studio/missing
GET  /studio/store
POST /studio/store/appearance
POST /studio/store/theme
POST /studio/store/wordmark
POST /studio/store/tree
GET  /studio/stories
POST /studio/stories
GET  /studio/windows
POST /studio/windows
GET  /studio/windows/row
POST /studio/windows/row
GET  /studio/orders
GET  /studio/money
GET  /studio/money/{day}/entries.csv
GET  /studio/policy
GET  /studio/stuck
POST /studio/policy
GET  /studio/sourcing
POST /studio/sourcing
POST /studio/sourcing/order
GET  /studio/delivery
POST /studio/delivery
GET  /studio/delivery/duties
POST /studio/delivery/duties
GET  /studio/delivery/prices
POST /studio/delivery/prices
GET  /studio/ways
POST /studio/ways
POST /studio/ways/removal
GET  /studio/laws
POST /studio/laws
POST /studio/laws/removal
POST /studio/laws/families
POST /studio/laws/products
POST /studio/laws/rates
GET  /studio/films
POST /studio/films
GET  /studio/products
GET  /studio/pieces
POST /studio/pieces
POST /studio/pieces/counting
GET  /studio/waitlist
GET  /studio/quotas
POST /studio/quotas
GET  /studio/webhooks
POST /studio/webhooks
GET  /studio/brands
POST /studio/brands
GET  /studio/statements
POST /studio/statements
GET  /studio/collaborations
POST /studio/collaborations
GET  /media/{name}
GET  /studio/media
POST /studio/media
GET  /cockpit
GET  /cockpit/figures
GET  /cockpit/figures.csv
GET  /cockpit/windows
GET  /api/v1/orders
POST /api/v1/sessions
GET  /api/v1/sessions
DELETE /api/v1/sessions/others
DELETE /api/v1/sessions/current
"""
#: A maison's published figures: the group reads every maison's, a maison's manager their own alone.
FIGURES = """
GET  /cockpit/maisons/{slug}
GET  /cockpit/maisons/{slug}/months.csv
"""
GROUP = {"group_analyst", "group_administrator"}
#: For everybody. Of the API, the fields each may show; of pages, that nothing private is on them.
PUBLIC_FIELDS: dict[str, str] = {
    "GET /api/v1/maisons": """maisons next id slug name segment founded city default_language tagline stores markets code
        countries currency languages prices_include_tax""",
    "GET /api/v1/products": """products next id maison slug brand family gender made_in name text_language pictures
        prices_from market minor currency address alt view colour""",
    "GET /api/v1/products/{product_id}": """id maison_id maison slug brand family gender made_in name text_language
        description materials care pictures address alt view variants sku colour size options prices market minor currency sold_by
        city country number""",
    "GET /api/v1/products/{product_id}/availability": """product_id near latitude longitude city sizes variant_id sku colour
        size boutiques boutique_id name address country zone phone distance_km collect reserve certain as_of open_now closes_at
        collect_from delivery from_day to_day made made_by to_specification""",
    "GET /api/v1/search": """total more read_as pieces close maisons boutiques stories facets id slug maison brand family
        name title text_language pictures price_from minor currency alt view address city kind colour material for value count""",
    "GET /api/v1/boutiques": """boutiques next id maison code name country city postcode address latitude longitude zone
        opening_hours phone""",
}
PUBLIC = """
GET  /
GET  /local-provider/{token}
GET  /{language}
GET  /{language}/maisons
GET  /{language}/maisons/{slug}
GET  /{language}/maisons/{slug}/pieces
GET  /{language}/maisons/{slug}/appointments
GET  /{language}/maisons/{slug}/appointments/{code}
GET  /{language}/maisons/{slug}/appointments/{code}/{boutique_id}
GET  /{language}/maisons/{slug}/appointments/{code}/{boutique_id}/waiting
GET  /{language}/brands/{slug}
GET  /{language}/products/{slug}
GET  /{language}/products/{slug}/availability
GET  /{language}/stories
GET  /{language}/stories.rss
GET  /{language}/stories/{slug}
GET  /{language}/stories/{slug}/pieces/{piece}
GET  /{language}/maisons/{slug}/stories.rss
GET  /{language}/windows/{slug}
GET  /{language}/products/{slug}/mirror
GET  /{language}/sizes/{family}
GET  /{language}/boutiques
GET  /{language}/boutiques/{boutique_id}
GET  /{language}/search
GET  /{language}/search/suggestions
GET  /{language}/legal
GET  /{language}/withdrawal
GET  /themes/{names}
GET  /marks/{slug}/{name}
GET  /robots.txt
GET  /worker.js
GET  /{language}/manifest.webmanifest
GET  /{language}/offline
GET  /sitemap.xml
GET  /sitemaps/{name}
GET  /sitemaps/{slug}/{language}/{name}
GET  /static/{digest}/{name}
GET  /health/live
GET  /health/ready
GET  /api/v1/schema
GET  /api/v1/schema/{path}
GET  /api/v1/schema/openapi.json
"""
#: Shows everybody's letters and lets anybody be anybody: there only where ENFILADE_DEMO says so.
DEMO = "/demo"
#: These end the caller's session, so they are tried last.
ENDING = {"POST /boutique/sign-out", "POST /{language}/sign-out", "DELETE /api/v1/sessions/current"}
REFUSED = {401, 403, 404}
#: What a file is called where it is no asset.
NAMED = {
    "/media/{name}": f"{'0' * 64}.webp",
    "/marks/{slug}/{name}": "icon-192.png",
    "/sitemaps/{name}": "en.xml",
    "/sitemaps/{slug}/{language}/{name}": "1.xml",
}
#: What maison B sold, as a file writes it or a page rounds it.
FIGURE = re.compile(r"7\D{0,7}654\D{0,7}321|€\D{0,3}7[.,]65")
SIGN_IN = re.compile(r"^/[a-z]+/sign-in(\?|$)")


def table(text: str) -> set[str]:
    return {" ".join(line.split()) for line in text.strip().splitlines()}


@dataclass(frozen=True, slots=True)
class Address:
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def addresses_of(settings: Settings) -> list[Address]:
    """Every address and method; OPTIONS answers with the methods alone, HEAD like GET."""
    return [
        Address(method, re.sub(r"{(\w+):\w+}", r"{\1}", route.path))
        for route in surfaces(settings).app.routes
        if isinstance(route, HTTPRoute)
        for method in sorted(route.methods - {"OPTIONS", "HEAD"})
    ]


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with cookies and headers."""

    name: str
    cookies: dict[str, str]
    headers: dict[str, str]


class Walk:
    """Calls addresses with ids of maison B."""

    def __init__(self, http: AsyncTestClient[Any], b: Life) -> None:
        self._http, self.b = http, b

    def filled(self, path: str) -> str:
        life, slug = self.b, self.b.house.slug
        values = {
            "language": "en",
            "checkout_id": life.checkout_id,
            "order_id": life.order_id,
            "fulfilment_id": life.fulfilment_id,
            "line_id": life.line_id,
            "shortage_id": life.shortage_id,
            "transfer_id": life.transfer_id,
            "act_id": life.act_id,
            "piece_id": life.piece_id,
            "proposal_id": life.proposal_id,
            "appointment_id": life.appointment_id,
            "staff_id": life.house.staff["advisor"],
            "absence_id": life.appointment_id,
            "seat_id": life.appointment_id,
            "label_id": life.label_id,
            "tracking": life.checkout_id,
            "drawer_id": life.drawer_id,
            "sale_id": life.sale_id,
            "tender_id": life.tender_id,
            "return_id": life.return_id,
            "job_id": life.job_id,
            "cause_id": life.return_id,
            "invoice_id": life.invoice_id,
            "goodwill_id": life.goodwill_id,
            "call_id": life.call_id,
            "certificate_id": life.certificate_id,
            "enquiry_id": life.enquiry_id,
            "code": "try" if "/appointments/" in path else life.certificate_id,
            "quota_id": life.quota_id,
            "brand_id": life.brand_id,
            "statement_id": life.statement_id,
            "collaboration_id": life.collaboration_id,
            "endpoint_id": life.endpoint_id,
            "delivery_id": life.delivery_id,
            "picture_id": life.picture_id,
            "original_id": life.original_id,
            "width": 400,
            "boutique_id": life.house.places[f"{slug}-1"],
            "product_id": life.house.products["bag"],
            "variant_id": life.house.variants[f"{slug}-bag"],
            "store": slug,
            "story_id": life.story_id,
            "window_id": life.window_id,
            "slug": slug
            if path.startswith(("/marks/", "/sitemaps/")) or "/maisons/" in path or "/windows/" in path
            else f"{slug}-told"
            if "/stories/" in path
            else f"{slug}-bag",
            "piece": f"{slug}-bag",
            "at": 1,
            "act": "removal",
            "number": 1,
            # Whoever has the secret is let in; an id is none.
            "secret": life.proposal_id
            if "/proposals/" in path
            else life.wait_id
            if "/waitlist/" in path
            else life.appointment_id
            if "/appointments/" in path or "/calendars/" in path
            else life.order_id,
            "token": life.checkout_id,
            "link": life.sign_in_id,
            "session_id": client_session_id(life.client)
            if "/account/" in path
            else session_id(life.staff["advisor"]),
            "address_id": life.client_id,
            "day": datetime.now(UTC).date(),
            "digest": "0",
            "name": NAMED.get(path, "shared/base.css"),
            "family": "ring",
            "names": f"{slug}.css",
            "path": "openapi.json",
        }
        return re.sub(r"{(\w+)}", lambda found: str(values[found.group(1)]), path)

    async def call(self, address: Address, caller: Caller, checkout_id: object = None) -> httpx.Response:
        path = self.filled(address.path)
        if checkout_id is not None:
            path = path.replace(str(self.b.checkout_id), str(checkout_id))
        if "/api/v1/checkouts/" in path:
            path += f"?store={self.b.house.slug}"
        if address.path.endswith(("/search", "/search/suggestions")):
            path += f"?q={self.b.house.slug}&store={self.b.house.slug}&market=fr"
        if address.path == "/boutique/selling/new":
            house = self.b.house
            path += f"?q={house.slug}&at={house.places[f'{house.slug}-1']}&piece={house.variants[f'{house.slug}-bag']}"
        if address.path == "/boutique/roster/{staff_id}":
            path += f"?at={self.b.house.places[f'{self.b.house.slug}-1']}"
        if address.path == "/boutique/pickups":
            path += "?code=ABCDEFGH"
        if address.path == "/boutique/returns":
            path += "?asked=ABCDEFGH"
        if address.path.endswith("/sign-in/code"):
            path += f"?id={self.b.sign_in_id}"
        more: dict[str, Any] = {}
        if address.method != "GET":
            more = {"json": self._json(address)} if "/api/" in path else {"data": self._form()}
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in caller.cookies.items())}
        headers |= caller.headers | {"idempotency-key": uuid4().hex}
        return await self._http.request(address.method, path, headers=headers, follow_redirects=False, **more)

    def _form(self) -> dict[str, str]:
        # Everything any form asks for, as its page would send it: nothing is refused for want of a field.
        return {
            "key": uuid4().hex,
            "alternative": str(self.b.appointment_id),
            "line": str(self.b.line_id),
            "medium": str(self.b.picture_id),
            "code": "ABCDEFGH",
            "reason": "damaged",
            "loss": "never_arrived",
            "from": str(self.b.house.places[f"{self.b.house.slug}-2"]),
            "to": str(self.b.house.places[f"{self.b.house.slug}-1"]),
            "at": str(self.b.house.places[f"{self.b.house.slug}-1"]),
            "piece": str(self.b.house.variants[f"{self.b.house.slug}-bag"]),
            "return": str(self.b.return_id),
            **dict.fromkeys(("float", "amount", "given", "counted"), "1"),
            "currency": "EUR",
            "said": "yes",
            "way": "ship",
            "language": "en",
            "agreed": "yes",
            "decision": "approve",
            "keep": "no",
            "name": "Somebody",
            "mail": "somebody@else.example",
            "payment_method": "card",
            "card_token": "tok_ok",
            "variant_id": str(self.b.house.variants[f"{self.b.house.slug}-bag"]),
            "product_id": str(self.b.house.products["bag"]),
            "line1": "1 Somewhere",
            "postcode": "1000",
            "city": "Elsewhere",
            "country": "FR",
            "variant": str(self.b.house.variants[f"{self.b.house.slug}-bag"]),
            "quantity": "1",
            "method": "collect",
            "market": "fr",
            "email": "somebody@else.example",
            "address": "somebody@else.example",
            "sign_in_id": str(self.b.sign_in_id),
            "password": "not-the-password",
            "current_password": "not-the-password",
            "service": str(self.b.service_id),
            "slot": "2030-01-07T10:00:00+00:00",
            "sequence": "0",
            "shown_name": "Somebody",
            **dict.fromkeys(("valid_from", "day", "begins_on", "ends_on"), "2030-01-07"),
            **dict.fromkeys(("since", "begins_at"), "10:00"),
            **dict.fromkeys(("until", "ends_at"), "18:00"),
            "room": "Salon",
            "url": "https://93.184.215.14/walk",
            "types": "order.placed",
            "new_password": "a walk through every room",
        }

    def _json(self, address: Address) -> dict[str, Any]:
        slug = self.b.house.slug
        place = {"location": f"{slug}-1", "sku": f"{slug}-bag"}
        bodies: dict[str, dict[str, Any]] = {
            "/completion": {
                "contact": {"name": "Somebody", "mail": "somebody@else.example"},
                "payment_method": "card",
                "card_token": "tok_ok",
            },
            "/choice": {"keep": False},
            "/delivery": {"maison_id": str(self.b.house.maison_id), "service": "express"},
            "/checkouts": {"store": slug, "method": "collect", "market": "fr"},
            "/movements": {
                "rows": [{**place, "kind": "sold", "quantity": -1, "reference": "walk", "source": "walk"}]
            },
            "/counts": {"rows": [{**place, "on_hand": 0, "as_of": datetime.now(UTC).isoformat()}]},
            "/sessions": {"email": f"advisor.{slug}@enfilade.example", "password": "not-the-password"},
            "/lines/{variant_id}": {"quantity": 1},
        }
        return next((body for end, body in bodies.items() if address.path.endswith(end)), {})


@pytest.fixture
async def lives(db: Db, settings: Settings, admin: Admin) -> tuple[Shop, Life, Life]:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    a = await live_in(db, settings, admin, shop, shop.a, "Alice", now)
    return shop, a, await live_in(db, settings, admin, shop, shop.b, "Berenice", now)


@pytest.fixture
async def callers(db: Db, admin: Admin, lives: tuple[Shop, Life, Life]) -> list[Caller]:
    """Nobody, a visitor, a client and everybody who works for A or the group."""
    shop, a, _ = lives
    visitor = {"visitor": a.visitor}
    found = [
        Caller("nobody", {}, {}),
        Caller("visitor", visitor, {"enfilade-visitor": a.visitor}),
        Caller("client", visitor | {"client": a.client}, {"enfilade-visitor": a.visitor}),
    ]
    secrets = dict(a.staff)
    for staff_id, role in admin("select id, role from staff.person where maison_id = %s", [shop.group_id]):
        async with db.acting(Actor.staff(staff_id), shop.group_id) as conn:
            secrets[role] = await open_session(
                conn, maison_id=shop.group_id, staff_id=staff_id, now=datetime.now(UTC)
            )
    assert set(secrets) >= {
        "advisor",
        "boutique_manager",
        "maison_manager",
        "group_analyst",
        "group_administrator",
    }
    for role, secret in secrets.items():
        headers = {"authorization": f"Bearer {secret}", "enfilade-visitor": a.visitor}
        found.append(Caller(role, visitor | {"staff": secret}, headers))
    return found


@pytest.fixture
async def walk(settings: Settings, lives: tuple[Shop, Life, Life]) -> AsyncIterator[Walk]:
    async with AsyncTestClient(
        guarded(application(settings), settings), base_url="http://shop.example"
    ) as http:
        yield Walk(http, lives[2])


def test_every_address_stands_in_a_table(settings: Settings) -> None:
    known = table(PRIVATE) | table(OWN) | table(FIGURES) | table(PUBLIC) | set(PUBLIC_FIELDS)
    found = {str(address) for address in addresses_of(settings) if not address.path.startswith(DEMO)}
    assert found - known == set(), "decide whether these are private, one's own or public, and say so here"
    assert known - found == set(), "these are addresses no more"


def test_what_lets_anybody_be_anybody_is_there_only_in_the_demo(
    addresses: Any, tmp_path: Any, settings: Settings
) -> None:
    served = settings_of(addresses, tmp_path, ENFILADE_DEMO="no")
    paths = {address.path for address in addresses_of(served)}
    assert not any(path.startswith((DEMO, "/local-", "/hooks/local-")) for path in paths)
    assert any(address.path.startswith(DEMO) for address in addresses_of(settings))


async def test_what_is_anothers_is_refused_to_everybody(
    walk: Walk, callers: list[Caller], settings: Settings, admin: Admin
) -> None:
    before = _rows_of(admin, walk.b)
    private = [address for address in addresses_of(settings) if str(address) in table(PRIVATE)]
    assert len(private) == len(table(PRIVATE))
    for address in private:
        # Of two checkouts one is over, the other could still be paid for or let go.
        ids = [walk.b.checkout_id, walk.b.open_checkout_id] if "checkout_id" in address.path else [None]
        for caller in callers:
            for checkout_id in ids:
                answer = await walk.call(address, caller, checkout_id)
                asked = (caller.name, str(address), answer.status_code, answer.text[:300])
                to_sign_in = answer.status_code == 303 and SIGN_IN.match(answer.headers["location"])
                nobody = answer.status_code == 400 and '"field":"Enfilade-Visitor"' in answer.text
                assert answer.status_code in REFUSED or to_sign_in or nobody, asked
                assert answer.headers["cache-control"] == "no-store", asked
                _shows_nothing_of(walk.b, answer, asked, but=str(checkout_id or ""))
    assert _rows_of(admin, walk.b) == before


async def test_what_is_ones_own_shows_nothing_of_anothers(
    walk: Walk, callers: list[Caller], settings: Settings, admin: Admin
) -> None:
    before = _rows_of(admin, walk.b)
    for address in addresses_of(settings):
        if str(address) not in table(OWN) or address.path == "/boutique/live":
            continue
        for caller in callers:
            if str(address) in ENDING:
                continue
            answer = await walk.call(address, caller)
            asked = (caller.name, str(address), answer.status_code, answer.text[:300])
            assert answer.status_code < 500, asked
            # A maison's system asks for its orders again and again, by their ETag; browsers keep nothing personal.
            kept = "private, no-cache" if address.path == "/api/v1/orders" else "no-store"
            assert answer.headers["cache-control"] in ("no-store", kept), asked
            _shows_nothing_of(walk.b, answer, asked)
            if address.path.startswith("/api/v1/stock/") and answer.status_code == 200:
                assert answer.json()["taken"] == 0, asked
    for caller in callers:
        for ending in sorted(ENDING):
            answer = await walk.call(Address(*ending.split(" ")), caller)
            assert answer.status_code in (204, 303, 401, 403), (caller.name, ending, answer.text[:300])
    assert _rows_of(admin, walk.b, but=("orders.basket", "orders.basket_line", "base.idempotency")) == {
        name: rows
        for name, rows in before.items()
        if name not in ("orders.basket", "orders.basket_line", "base.idempotency")
    }


async def test_what_is_public_shows_published_fields_alone(
    walk: Walk, callers: list[Caller], settings: Settings
) -> None:
    public = [a for a in addresses_of(settings) if str(a) in PUBLIC_FIELDS or str(a) in table(PUBLIC)]
    for address in public:
        for caller in callers:
            answer = await walk.call(address, caller)
            asked = (caller.name, str(address), answer.status_code, answer.text[:300])
            assert answer.status_code in (200, 302, 303), asked
            _shows_nothing_of(walk.b, answer, asked)
            if str(address) in PUBLIC_FIELDS:
                assert set(_names(answer.json())) <= set(PUBLIC_FIELDS[str(address)].split()), asked
                assert "borea" in answer.text, "the other maison's published things are meant to be seen"


async def test_figures_of_a_maison_are_the_groups_and_its_own(
    walk: Walk, callers: list[Caller], settings: Settings
) -> None:
    for address in addresses_of(settings):
        if not address.path.startswith("/cockpit"):
            continue
        for caller in callers:
            answer = await walk.call(address, caller)
            asked = (caller.name, str(address), answer.status_code, answer.text[:300])
            if caller.name in GROUP:
                assert answer.status_code == 200, asked
                assert FIGURE.search(answer.text) or not address.path.endswith(".csv"), asked
            else:
                assert not FIGURE.search(answer.text), asked
                if str(address) in table(FIGURES):
                    to_sign_in = answer.status_code == 303 and SIGN_IN.match(answer.headers["location"])
                    assert answer.status_code in REFUSED or to_sign_in, asked
            _shows_nothing_of(walk.b, answer, asked)


async def test_the_holder_of_what_opens_is_let_in(walk: Walk, callers: list[Caller]) -> None:
    """The twin of the refusals: with its own visitor, link or session the same address answers."""
    b = walk.b
    own = {"authorization": f"Bearer {b.staff['maison_manager']}", "enfilade-visitor": b.visitor}
    berenice = Caller("of b", {"visitor": b.visitor, "staff": b.staff["advisor"]}, own)
    for address in (
        Address("GET", "/api/v1/checkouts/{checkout_id}"),
        Address("GET", "/api/v1/orders/{order_id}"),
        Address("GET", "/boutique/preparations/{fulfilment_id}"),
    ):
        answer = await walk.call(address, berenice)
        assert answer.status_code == 200, (str(address), answer.text[:300])
        assert any(mark in answer.text for mark in b.marks)
    link = await walk.call(Address("GET", f"/en/orders/{b.link}"), callers[0])
    assert link.status_code == 200 and b.marks[3] in link.text


async def test_news_of_one_maison_is_not_told_to_another(db: Db, lives: tuple[Shop, Life, Life]) -> None:
    _, a, b = lives
    live = Live(db)
    following = asyncio.create_task(live.follow())
    places = frozenset([*a.house.places.values(), *b.house.places.values()])
    heard = live.listen(a.house.maison_id, places)
    first = asyncio.ensure_future(anext(heard))
    await asyncio.sleep(1)
    for life in (b, a):
        async with db.acting(Actor.job(), life.house.maison_id) as conn:
            await conn.execute(
                """insert into base.fact (maison_id, id, kind, subject_id, location_id, body, recorded_at)
                values (%s, %s, %s, %s, %s, '{}', now())""",
                [
                    life.house.maison_id,
                    uuid4(),
                    life.house.slug,
                    uuid4(),
                    next(iter(life.house.places.values())),
                ],
            )
    try:
        assert (await asyncio.wait_for(first, 10)).kind == "alba"
    finally:
        following.cancel()


def _shows_nothing_of(life: Life, answer: httpx.Response, asked: object, but: str = "") -> None:
    text = answer.text + answer.headers.get("location", "")
    # The address itself may be said back: as RFC 9457's instance, or as where to go after the sign-in.
    for said in (str(answer.request.url.path), str(answer.request.url.raw_path)):
        text = text.replace(said, "")
    for mark in life.marks:
        assert mark == but or mark not in text, (asked, mark)


def _names(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from _names(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _names(inner)


def _rows_of(admin: Admin, life: Life, but: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """All rows of a maison, to be compared."""
    names = admin("""
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not in ('procrastinate', 'public') and left(n.nspname, 3) <> 'pg_'
          and not c.relispartition
          and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'maison_id')""")
    return {
        name: admin(
            f"select to_jsonb(t)::text from {name} t where maison_id = %s order by 1", [life.house.maison_id]
        )
        for (name,) in names
        if name not in but
    }
