"""Paying by Stripe on the store's pages, without scripts: redirects, what the card's page may load, and Stripe's messages."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
import stripe

from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.settings import Settings
from enfilade.orders import unfinished
from enfilade.orders.checkout import Checkouts
from enfilade.payments.stripe_messages import HOOK
from enfilade.payments.stripe_provider import StripeProvider
from enfilade.web.shared.guards import around
from tests.applications import application, running
from tests.conftest import settings_of
from tests.payments.stripe_stand_in import SECOND_STEP, StandIn, standing_in
from tests.shop import Shop
from tests.web.storefront.test_checkout import Look, into_basket, open_checkout, pay
from tests.web.storefront.visiting import Visit

SECRET = "whsec_of_the_tests"
KEYS = {
    "ENFILADE_STRIPE_SECRET_KEY": "sk_test_enfilade",
    "ENFILADE_STRIPE_PUBLISHABLE_KEY": "pk_test_enfilade",
    "ENFILADE_STRIPE_WEBHOOK_SECRET": SECRET,
}


@dataclass(slots=True)
class Paid:
    """A visit to a shop that Stripe takes the payments of, and what stands in for Stripe."""

    visit: Visit
    stand_in: StandIn
    settings: Settings
    db: Db

    async def tell(self, intent: dict[str, Any], event: str, *, secret: str = SECRET, age: int = 0) -> int:
        """An event as Stripe signs it."""
        about = {
            "id": event,
            "object": "event",
            "type": "payment_intent.processing",
            "data": {"object": intent},
        }
        body = json.dumps(about)
        signature = stripe.WebhookSignature.generate_signature_header(body, secret, int(time.time()) - age)
        headers = {"stripe-signature": signature, "content-type": "application/json"}
        return (await self.visit.client.post(HOOK, content=body, headers=headers)).status_code

    async def work(self, due: list[tuple[UUID, UUID]]) -> None:
        """What the worker does with what was told."""
        provider = StripeProvider(self.db, "sk_test_enfilade", address=self.stand_in.address)
        checkouts = Checkouts(
            self.db,
            {"stripe": provider},
            self.settings.key,
            self.settings.base_url,
            3,
            provider_name="stripe",
        )
        jobs = Jobs(self.db)
        unfinished.register(jobs, self.db, checkouts)
        await asyncio.gather(
            *(jobs.do(unfinished.SETTLE, store, {"checkout_id": checkout}) for store, checkout in due)
        )


@pytest.fixture
async def paid(db: Db, shop: Shop, addresses, tmp_path) -> AsyncIterator[Paid]:
    async with standing_in(late_seconds=600) as stand_in:
        settings = settings_of(
            addresses,
            tmp_path,
            **KEYS,
            ENFILADE_STRIPE_ADDRESS=stand_in.address,
            ENFILADE_PAYMENT_TIMEOUT_SECONDS="10",
        )
        app = application(settings)
        async with running(app):
            transport = httpx.ASGITransport(app=around(app, tls=False))  # type: ignore[arg-type]
            client = httpx.AsyncClient(transport=transport, base_url=settings.base_url)
            yield Paid(Visit(client, shop), stand_in, settings, db)


def due(admin: Look) -> list[tuple[UUID, UUID]]:
    return [
        (UUID(str(store)), UUID(str(checkout)))
        for store, checkout in admin(
            "select args ->> 'maison_id', args -> 'ids' ->> 'checkout_id' from procrastinate.procrastinate_jobs "
            "where args ->> 'name' = 'orders.settle'"
        )
    ]


async def at_the_bank(
    paid: Paid, *skus: str, method: str = "bancontact", card: str = ""
) -> tuple[str, list[str]]:
    """The checkout's address and those of the bank's pages, one after the other approved by nobody yet."""
    await into_basket(paid.visit, *skus)
    at = await open_checkout(paid.visit, "collect")
    page = await pay(paid.visit, at, payment_method=method, card_token=card)
    assert page.status_code in (200, 201), page.text
    assert "Your bank asks you once more" in page.text
    return at, re.findall(rf'href="({re.escape(paid.stand_in.address)}/bank/[^"]+)"', page.text)


async def decide(bank: str, decision: str = "approve") -> str:
    """Where the client is sent back to."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(bank, params={"decision": decision})).headers["location"]


async def test_a_redirect_is_paid_without_scripts(paid: Paid, admin: Look) -> None:
    at, (bank,) = await at_the_bank(paid, "alba-bag")
    assert "Your bank asks you once more" in (await paid.visit.get(at)).text
    await paid.visit.get(await decide(bank))
    assert "/en/orders/" in (await paid.visit.get(at)).response.headers["location"]
    assert admin("select provider, method, state, captured_minor from payments.payment") == [
        ("stripe", "bancontact", "captured", 120_000)
    ]
    (intent,) = paid.stand_in.intents.values()
    assert intent["metadata"].keys() == {"payment", "store_maison", "checkout"}


async def test_one_card_pays_two_maisons_each_after_its_second_step(paid: Paid, admin: Look) -> None:
    at, banks = await at_the_bank(paid, "alba-bag", "borea-bag", method="card", card=SECOND_STEP)
    for _ in range(2):
        await paid.visit.get(await decide(banks[0]))
        page = await paid.visit.get(at)
        banks = re.findall(rf'href="({re.escape(paid.stand_in.address)}/bank/[^"]+)"', page.text)
    assert len(set(re.findall(r"/en/orders/[\w-]+", page.text))) == 2
    assert admin("select state, captured_minor from payments.payment") == [("authorised", 0)] * 2


async def test_a_refused_second_step_leaves_another_try(paid: Paid) -> None:
    at, (bank,) = await at_the_bank(paid, "alba-bag", method="card", card=SECOND_STEP)
    again = await paid.visit.get(await decide(bank, "refuse"))
    assert again.response.status_code == 402 and "was not accepted" in again.text
    assert (await pay(paid.visit, at, card_token="pm_card_visa")).headers["location"] == at
    assert "/en/orders/" in (await paid.visit.get(at)).response.headers["location"]


async def test_a_message_before_the_client_is_back_places_the_order_once(paid: Paid, admin: Look) -> None:
    at, (bank,) = await at_the_bank(paid, "alba-bag")
    (intent,) = paid.stand_in.intents.values()
    earlier = dict(intent)
    back = await decide(bank)
    # What was so before arrives after what is so now, and each twice.
    for event, said in (
        ("evt_of_the_tests_2", intent),
        ("evt_of_the_tests_1", earlier),
        ("evt_of_the_tests_2", intent),
        ("evt_of_the_tests_1", earlier),
    ):
        assert await paid.tell(said, event) == 204
    found = due(admin)
    assert len(found) == 2
    await paid.work(found * 2)
    assert admin("select state from orders.checkout") == [("completed",)]
    await paid.visit.get(back)
    assert "/en/orders/" in (await paid.visit.get(at)).response.headers["location"]
    # And once more, when all is over.
    assert await paid.tell(intent, "evt_of_the_tests_3") == 204
    await paid.work(due(admin))
    assert admin("select count(*) from orders.order") == [(1,)]
    assert admin("select state, captured_minor from payments.payment") == [("captured", 120_000)]


async def test_a_late_confirmation_is_waited_for_and_told(paid: Paid, admin: Look) -> None:
    at, (bank,) = await at_the_bank(paid, "alba-bag")
    await paid.visit.get(await decide(bank, "later"))
    assert "We are confirming" in (await paid.visit.get(at)).text
    paid.stand_in.comes_to_know()
    (intent,) = paid.stand_in.intents.values()
    assert await paid.tell(intent, "evt_of_the_tests_late") == 204
    await paid.work(due(admin))
    assert admin("select state from orders.checkout") == [("completed",)]
    assert "/en/orders/" in (await paid.visit.get(at)).response.headers["location"]


async def test_forged_old_and_foreign_messages_do_nothing(paid: Paid, admin: Look) -> None:
    await at_the_bank(paid, "alba-bag")
    (intent,) = paid.stand_in.intents.values()
    assert await paid.tell(intent, "evt_of_the_tests_1", secret="whsec_of_somebody_else") == 401
    assert await paid.tell(intent, "evt_of_the_tests_1", age=600) == 401
    for headers in ({}, {"stripe-signature": ""}, {"stripe-signature": "t=x,v1=y"}):
        assert (await paid.visit.client.post(HOOK, content=b"{}", headers=headers)).status_code == 401
    # Signed, and about no payment of ours: taken and forgotten.
    for foreign in ({}, {"metadata": {}}, {"metadata": {"store_maison": "x", "checkout": "y"}}):
        assert await paid.tell(foreign, "evt_of_the_tests_2") == 204
    assert due(admin) == []
    assert await paid.tell(intent, "evt_of_the_tests_1") == 204
    assert len(due(admin)) == 1


async def test_only_the_page_with_the_card_may_load_stripes_script(paid: Paid) -> None:
    await into_basket(paid.visit, "alba-bag")
    at = await open_checkout(paid.visit, "collect")
    page = await paid.visit.get(at)
    policy = page.response.headers["content-security-policy"]
    assert "script-src 'self' https://js.stripe.com https://*.js.stripe.com;" in policy
    assert "connect-src 'self' https://api.stripe.com;" in policy
    assert policy.endswith("frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com")
    assert "default-src 'none'" in policy and "unsafe" not in policy and "form-action 'self'" in policy
    assert '<script src="https://js.stripe.com/v3/"></script>' in page.text
    assert 'data-card="pk_test_enfilade"' in page.text and "<noscript>" in page.text
    assert "sk_test" not in page.text and SECRET not in page.text and "tok_ok" not in page.text
    # A form that comes back has the field again; a card without it is asked for, and Stripe is not.
    again = await pay(paid.visit, at, card_token="")
    assert again.status_code == 400 and "Please give the card" in again.text
    assert "js.stripe.com" in again.headers["content-security-policy"]
    assert paid.stand_in.intents == {}
    for elsewhere in ("/en/", "/en/basket", "/en/maisons"):
        assert "stripe" not in (await paid.visit.get(elsewhere)).response.headers["content-security-policy"]


async def test_without_stripe_nothing_of_it_is_there(visit: Visit) -> None:
    await into_basket(visit, "alba-bag")
    page = await visit.get(await open_checkout(visit, "collect"))
    assert "stripe" not in page.text.lower() and "content-security-policy" not in page.response.headers
    assert (await visit.client.post(HOOK, content=b"{}")).status_code == 404
