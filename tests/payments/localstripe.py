"""localstripe, a server that somebody else wrote to stand in for Stripe: a process of its own, never imported (it is GPL-3).

Between it and us stands a gate for what it does not take: `return_url` (so it has no page of a bank's: the gate shows one and
tells it the decision), lists since a moment, newest first, and a capture before there is anything to capture, where it breaks.
It has no idempotency keys, captures once, and does not count refunds: `stripe_stand_in.py` shows those.
"""

import contextlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiohttp import web

from tests.payments.stripe_stand_in import listening, nested
from tests.served import free_port

SECRET_KEY, PUBLISHABLE_KEY = "sk_test_localstripe", "pk_test_localstripe"
AUTHORISATION = {"authorization": f"Bearer {SECRET_KEY}"}
#: Card numbers by what they do there.
CARDS = {
    "ok": "4242424242424242",
    "refused": "4000000000000341",
    "second_step": "4000002500003155",
    "second_step_then_refused": "4000008400001629",
}


@contextlib.contextmanager
def process() -> Iterator[str]:
    """Starts it on a free port; ends it afterwards."""
    port = free_port()
    started = subprocess.Popen(
        [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        with httpx.Client(trust_env=False) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    client.get(f"http://localhost:{port}/js.stripe.com/v3/")
                    break
                assert started.poll() is None and time.monotonic() < deadline, "localstripe does not answer"
                time.sleep(0.05)
        yield f"http://localhost:{port}"
    finally:
        started.terminate()
        started.wait(timeout=10)


@dataclass(slots=True)
class Gate:
    """What stands before it, and what tests ask it directly."""

    upstream: str
    http: httpx.AsyncClient
    address: str = ""
    returns: dict[str, str] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Any request of the library's."""
        said = {name: str(value) for name, value in (await request.post()).items()}
        query = dict(request.query)
        intent = request.path.split("/")[3] if request.path.startswith("/v1/payment_intents/") else ""
        if url := said.pop("return_url", ""):
            self.returns[intent] = url
        if request.path.endswith("/capture") and (await self.intent(intent))["status"] != "requires_capture":
            wrong = {"type": "invalid_request_error", "code": "payment_intent_unexpected_state"}
            return web.json_response({"error": wrong}, status=400)
        since = int(nested(query).get("created", {}).get("gte", 0))
        query = {name: value for name, value in query.items() if not name.startswith("created")}
        answer = await self.http.request(
            request.method,
            self.upstream + request.path,
            params=query,
            data=said,
            headers={"authorization": request.headers.get("authorization", "")},
        )
        body = answer.json() if answer.content.startswith(b"{") else {}
        return web.json_response(self._as_documented(body, since), status=answer.status_code)

    def _as_documented(self, body: dict[str, Any], since: int) -> dict[str, Any]:
        if body.get("object") == "list":
            body["data"] = [one for one in reversed(body["data"]) if one["created"] >= since]
        if (body.get("next_action") or {}).get("type") == "use_stripe_sdk":
            url = f"{self.address}/bank/{body['id']}"
            body["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"url": url}}
        return body

    async def bank(self, request: web.Request) -> web.StreamResponse:
        """The bank's page: its decision goes to localstripe as its own script would send it."""
        if "decision" not in request.query:
            return web.Response(text=BANK, content_type="text/html")
        intent = await self.intent(request.match_info["intent"])
        if intent["status"] == "requires_action":
            await self.http.post(
                f"{self.upstream}/v1/payment_intents/{intent['id']}/_authenticate",
                params={"success": "true" if request.query["decision"] == "approve" else "false"},
                json={"key": PUBLISHABLE_KEY, "client_secret": intent["client_secret"]},
            )
        raise web.HTTPSeeOther(f"{self.returns[intent['id']]}?payment_intent={intent['id']}")

    async def script(self, request: web.Request) -> web.StreamResponse:
        """Its stand-in for Stripe.js, which cannot make a PaymentMethod: here it asks for one with its fields."""
        theirs = (await self.http.get(f"{self.upstream}/js.stripe.com/v3/")).text
        return web.Response(text=theirs + MAKES_METHODS, content_type="application/javascript")

    async def make_method(self, request: web.Request) -> web.StreamResponse:
        """What Stripe.js does with a publishable key, localstripe with a secret one only."""
        card = await request.json()
        return web.json_response(
            {"id": await self.card(card["number"])}, headers={"access-control-allow-origin": "*"}
        )

    async def card(self, number: str) -> str:
        """A PaymentMethod with this card, as the field on the page makes one."""
        form = {"type": "card", "card[number]": number, "card[exp_month]": "12"}
        form |= {"card[exp_year]": "2034", "card[cvc]": "123"}
        answer = await self.http.post(f"{self.upstream}/v1/payment_methods", data=form, headers=AUTHORISATION)
        return str(answer.raise_for_status().json()["id"])

    async def intent(self, intent: str) -> dict[str, Any]:
        answer = await self.http.get(f"{self.upstream}/v1/payment_intents/{intent}", headers=AUTHORISATION)
        return dict(answer.raise_for_status().json())

    async def forget(self) -> None:
        await self.http.delete(f"{self.upstream}/_config/data")


BANK = '<!doctype html><title>Bank</title><a href="?decision=approve">Approve</a> <a href="?decision=refuse">Refuse</a>'
MAKES_METHODS = """
const made = Stripe;
Stripe = (key) => Object.assign(made(key), {
  createPaymentMethod: async ({card}) => {
    const answer = await fetch(`${LOCALSTRIPE_BASE_API}/make-method`, {
      method: 'POST', headers: {'content-type': 'text/plain'}, body: JSON.stringify(card.value.card)});
    return {paymentMethod: await answer.json()};
  },
});
"""


@contextlib.asynccontextmanager
async def gate(upstream: str) -> AsyncIterator[Gate]:
    """The gate before a running localstripe, for one test."""
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        made = Gate(upstream, http)
        routes = (
            ("/bank/{intent}", made.bank),
            ("/make-method", made.make_method),
            ("/js.stripe.com/v3/", made.script),
            ("/v1/{rest:.*}", made.take),
        )
        async with listening(*routes) as address:
            made.address = address
            yield made
