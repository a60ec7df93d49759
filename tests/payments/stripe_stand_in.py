"""Stripe as its documentation describes it, as far as we use it: what localstripe does not have is shown here, over HTTP.

Idempotency keys (the first answer again; 409 while it is being made; an error for other parameters), redirects with a page of
the bank's, methods that take the money at once, answers that come late, several captures, cards that pay once, lists by pages.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import web

Said = dict[str, Any]
#: PaymentMethods by what their cards do; Stripe's own names for test cards where it has one.
REFUSED = "pm_card_visa_chargeDeclined"
SECOND_STEP = "pm_card_threeDSecure2Required"
CAN_BE_CANCELLED = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")


class Wrong(Exception):
    """An answer of Stripe's that is an error."""

    def __init__(self, status: int, code: str, kind: str = "invalid_request_error") -> None:
        super().__init__(code)
        self.status, self.body = status, {"error": {"type": kind, "code": code, "message": code}}


@dataclass(slots=True)
class StandIn:
    """One account's books. `late_seconds`: how long it says "processing" where it does not know yet."""

    late_seconds: float
    multicapture: bool = True
    address: str = ""
    intents: dict[str, Said] = field(default_factory=dict)
    refunds: list[Said] = field(default_factory=list)
    attached: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    answers: dict[str, tuple[Said, int, Said] | None] = field(default_factory=dict)
    losing: list[tuple[str, int]] = field(
        default_factory=list
    )  # ends of addresses whose next answer is lost, what comes instead
    waiting: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Any request, with its key."""
        status, body = await self._answer(request)
        for step, lost in enumerate(self.losing):
            if request.path.endswith(lost[0]):
                _, status = self.losing.pop(step)
                body = {"error": {"type": "api_error"}}
                break
        return web.json_response(body, status=status)

    async def _answer(self, request: web.Request) -> tuple[int, Said]:
        flat = dict(await request.post() if request.method == "POST" else request.query)
        said = {**nested(flat), "path": request.path}
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        if not request.headers.get("authorization", "").startswith("Bearer sk_"):
            return 401, Wrong(401, "").body
        if key in self.answers:
            kept = self.answers[key]
            if kept is None:
                return 409, Wrong(409, "idempotency_key_in_use", "idempotency_error").body
            if kept[0] != said:
                return 400, Wrong(400, "", "idempotency_error").body
            return kept[1], kept[2]
        if key:
            self.answers[key] = None
        try:
            status, body = 200, await self._done(request.method, request.path, said)
        except Wrong as wrong:
            status, body = wrong.status, wrong.body
        if key:
            self.answers[key] = said, status, body
        return status, body

    async def _done(self, method: str, path: str, said: Said) -> Said:
        match method, *path.removeprefix("/v1/").split("/"):
            case "POST", "customers":
                return {"id": f"cus_{uuid4().hex}", "object": "customer"}
            case "POST", "payment_methods", card, "attach":
                self.attached.add(card)
                return {"id": card, "object": "payment_method", "customer": said["customer"]}
            case "POST", "payment_intents":
                return self._made(said)
            case "POST", "payment_intents", intent, "confirm":
                return await self._confirmed(self._known(intent), said)
            case "POST", "payment_intents", intent, "capture":
                return self._captured(self._known(intent), said)
            case "POST", "payment_intents", intent, "cancel":
                return self._cancelled(self._known(intent))
            case "POST", "refunds":
                return self._given_back(said)
            case "GET", "payment_intents":
                return self._page("/v1/payment_intents", list(self.intents.values()), said)
            case "GET", "refunds":
                of = said.get("payment_intent")
                return self._page(
                    "/v1/refunds", [one for one in self.refunds if of in (None, one["payment_intent"])], said
                )
            case "GET", "payment_intents", intent:
                return self._known(intent)
            case _:
                raise Wrong(404, "resource_missing")

    def _known(self, intent: str) -> Said:
        if intent not in self.intents:
            raise Wrong(404, "resource_missing")
        return self.intents[intent]

    def _made(self, said: Said) -> Said:
        amount, card = int(said["amount"]), said.get("payment_method", "")
        if amount <= 0 or said["currency"] != said["currency"].lower():
            raise Wrong(400, "parameter_invalid_integer")
        if card and not card.startswith("pm_card_") and card in self.used - self.attached:
            raise Wrong(400, "payment_method_unexpected_state")
        if not card and "type" not in said.get("payment_method_data", {}):
            raise Wrong(400, "parameter_missing")
        self.used.add(card)
        intent: Said = {
            "id": f"pi_{uuid4().hex}",
            "object": "payment_intent",
            "amount": amount,
            "amount_received": 0,
            "amount_capturable": 0,
            "currency": said["currency"],
            "created": int(time.time()),
            "capture_method": said.get("capture_method", "automatic"),
            "metadata": said.get("metadata", {}),
            "status": "requires_confirmation",
            "latest_charge": None,
            "next_action": None,
            "last_payment_error": None,
            "card": card,
            "method": said["payment_method_types"][0],
            "asked_to_multicapture": said.get("payment_method_options", {})
            .get("card", {})
            .get("request_multicapture"),
        }
        self.intents[intent["id"]] = intent
        return dict(intent)

    async def _confirmed(self, intent: Said, said: Said) -> Said:
        if intent["status"] != "requires_confirmation":
            raise Wrong(400, "payment_intent_unexpected_state")
        card = intent["card"]
        if "late" in card:
            intent["status"] = "processing"
            self._later(intent, approved="refused" not in card)
            await asyncio.sleep(30)
        elif card == REFUSED:
            self._refused(intent)
            raise Wrong(402, "card_declined", "card_error")
        elif card == SECOND_STEP or intent["method"] != "card":
            intent["return_url"] = said["return_url"]
            page = f"{self.address}/bank/{intent['id']}"
            intent["status"] = "requires_action"
            intent["next_action"] = {
                "alipay": {"type": "alipay_handle_redirect", "alipay_handle_redirect": {"url": page}},
                "wechat_pay": {
                    "type": "wechat_pay_display_qr_code",
                    "wechat_pay_display_qr_code": {"data": "weixin://", "hosted_instructions_url": page},
                },
            }.get(intent["method"], {"type": "redirect_to_url", "redirect_to_url": {"url": page}})
        else:
            self._approved(intent)
        return dict(intent)

    def _approved(self, intent: Said) -> None:
        available = self.multicapture and intent["asked_to_multicapture"] == "if_available"
        card = {
            "fingerprint": "F" + intent["card"][-12:],
            "capture_before": intent["created"] + 5 * 86_400,
            "multicapture": {"status": "available" if available else "unavailable"},
        }
        intent["next_action"], intent["last_payment_error"] = None, None
        intent["latest_charge"] = {
            "id": f"ch_{uuid4().hex}",
            "object": "charge",
            "payment_method_details": {"card": card} if intent["method"] == "card" else {},
        }
        if intent["capture_method"] == "manual":
            intent["status"], intent["amount_capturable"] = "requires_capture", intent["amount"]
        else:
            intent["status"], intent["amount_received"] = "succeeded", intent["amount"]

    def _refused(self, intent: Said) -> None:
        intent["next_action"], intent["status"] = None, "requires_payment_method"
        intent["last_payment_error"] = {"code": "card_declined", "type": "card_error"}

    def _captured(self, intent: Said, said: Said) -> Said:
        amount = int(said["amount_to_capture"])
        final = said.get("final_capture", "true") == "true"
        if intent["status"] != "requires_capture":
            raise Wrong(400, "payment_intent_unexpected_state")
        if amount > intent["amount_capturable"]:
            raise Wrong(400, "amount_too_large")
        card = intent["latest_charge"]["payment_method_details"]["card"]
        if not final and card["multicapture"]["status"] != "available":
            raise Wrong(400, "parameter_unknown")
        intent["amount_received"] += amount
        intent["amount_capturable"] = 0 if final else intent["amount_capturable"] - amount
        if not intent["amount_capturable"]:
            intent["status"] = "succeeded"
        return dict(intent)

    def _cancelled(self, intent: Said) -> Said:
        if intent["status"] not in CAN_BE_CANCELLED:
            raise Wrong(400, "payment_intent_unexpected_state")
        intent["status"], intent["amount_capturable"], intent["next_action"] = "canceled", 0, None
        return dict(intent)

    def _given_back(self, said: Said) -> Said:
        intent, amount = self._known(said["payment_intent"]), int(said["amount"])
        if amount > intent["amount_received"] - self.given_back(intent):
            raise Wrong(400, "charge_already_refunded")
        refund = {
            "id": f"re_{uuid4().hex}",
            "object": "refund",
            "created": int(time.time()),
            "amount": amount,
            "status": "succeeded",
            "payment_intent": intent["id"],
            "metadata": said.get("metadata", {}),
        }
        self.refunds.append(refund)
        return refund

    def given_back(self, intent: Said) -> int:
        return sum(one["amount"] for one in self.refunds if one["payment_intent"] == intent["id"])

    def _page(self, url: str, found: list[Said], said: Said) -> Said:
        """The newest first, two at most, so that whoever reads must ask for the next page."""
        since = int(said.get("created", {}).get("gte", 0))
        found = [one for one in reversed(found) if one["created"] >= since]
        if after := said.get("starting_after"):
            found = found[[one["id"] for one in found].index(after) + 1 :]
        return {"object": "list", "url": url, "data": found[:2], "has_more": len(found) > 2}

    async def bank(self, request: web.Request) -> web.StreamResponse:
        """The bank's page decides once; `later`: it says yes, and the money comes after the client is back."""
        intent = self.intents[request.match_info["intent"]]
        decision = request.query["decision"]
        if intent["status"] == "requires_action":
            if decision == "refuse":
                self._refused(intent)
            elif decision == "later":
                intent["status"], intent["next_action"] = "processing", None
                self._later(intent, approved=True)
            else:
                self._approved(intent)
        raise web.HTTPSeeOther(
            f"{intent['return_url']}?payment_intent={intent['id']}&redirect_status=succeeded"
        )

    def _later(self, intent: Said, *, approved: bool) -> None:
        async def known() -> None:
            await asyncio.sleep(self.late_seconds)
            (self._approved if approved else self._refused)(intent)

        task = asyncio.create_task(known())
        self.waiting.add(task)
        task.add_done_callback(self.waiting.discard)

    def comes_to_know(self) -> None:
        """What is being processed is approved now, without waiting any longer."""
        for intent in self.intents.values():
            if intent["status"] == "processing":
                self._approved(intent)

    def of(self, payment: object) -> list[Said]:
        """The PaymentIntents of our payment; one, if all is well."""
        return [
            intent for intent in self.intents.values() if intent["metadata"].get("payment") == str(payment)
        ]


def nested(flat: dict[str, Any]) -> Said:
    """`a[b]=c` and `a[0]=b` as the structures they stand for."""
    tree: Said = {}
    for name, value in flat.items():
        *path, last = re.findall(r"[^\[\]]+", name)
        at = tree
        for step in path:
            at = at.setdefault(step, {})
        at[last] = value
    return _lists(tree)


def _lists(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    values = {name: _lists(value) for name, value in tree.items()}
    return list(values.values()) if values and all(name.isdigit() for name in values) else values


@asynccontextmanager
async def listening(
    *routes: tuple[str, Callable[[web.Request], Awaitable[web.StreamResponse]]],
) -> AsyncIterator[str]:
    """Answers on a free port; yields the address."""
    app = web.Application()
    for path, handler in routes:
        app.router.add_route("*", path, handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert runner.addresses
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def standing_in(late_seconds: float, *, multicapture: bool = True) -> AsyncIterator[StandIn]:
    """An account of its own, for one test."""
    made = StandIn(late_seconds, multicapture)
    async with listening(("/bank/{intent}", made.bank), ("/v1/{rest:.*}", made.take)) as address:
        made.address = address
        try:
            yield made
        finally:
            for task in made.waiting:
                task.cancel()
