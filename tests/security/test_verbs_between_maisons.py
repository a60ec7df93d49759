"""Every public verb of every package, called as everybody who may act in maison A, with what belongs to maison B.

A verb is an async function that takes a connection and a maison. Its arguments are built by name and type from B's
world, so a new verb is in the test the day it is written; an id of a name that is not known here fails it.
"""

import dataclasses
import hashlib
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from psycopg import Error, errors

import enfilade
from enfilade.appointments.bringing import Plan
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.facts import Heard
from enfilade.base.ids import new_id
from enfilade.base.secrets import visitor_id
from enfilade.base.settings import Settings
from enfilade.catalogue.brands import Brand
from enfilade.catalogue.collaborations import Partner, Terms
from enfilade.channels.webhooks.sending import Due
from enfilade.channels.webhooks.tries import Outcome
from enfilade.duties.quote import DutiesQuote
from enfilade.editorial.blocks import Content, Picture
from enfilade.editorial.scenes import Scene
from enfilade.maisons.laws import Law
from enfilade.maisons.themes import Theme
from enfilade.orders.engraving_room import Engraved
from enfilade.orders.events import OrderPlaced
from enfilade.orders.making_room import ToMake
from enfilade.orders.resourcing import Lost
from enfilade.orders.wanted import Ways
from enfilade.staff.people import Colleague
from enfilade.staff.sessions import session_id
from enfilade.stock.positions import STATES
from enfilade.stock.serials import Found
from tests.shop import Shop, found_shop
from tests.web.test_other_maisons_rows import actors_of
from tests.web.two_houses import Admin, Life, live_in

Verb = Callable[..., Any]
#: A fault of how this test calls, not a refusal: it must not pass for one.
MISTAKES = (TypeError, AttributeError, KeyError, IndexError, NameError, ValueError)


def verbs() -> dict[str, Verb]:
    """By where they stand, such as `orders.pickup.hand_over`."""
    found: dict[str, Verb] = {}
    for module in pkgutil.walk_packages(enfilade.__path__, "enfilade."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        for name, thing in vars(loaded).items():
            if not inspect.iscoroutinefunction(thing) or thing.__module__ != module.name or name[0] == "_":
                continue
            parameters = list(inspect.signature(thing).parameters)
            if parameters[:1] == ["conn"] and "maison_id" in parameters:
                found[f"{module.name.removeprefix('enfilade.')}.{name}"] = thing
    return found


#: A picture that is published.
MEDIUM = "select id from public_facts.medium where maison_id = %s"


@dataclass(frozen=True)
class _Engraved:
    quantity: int
    engrave_by: date | None


@dataclass(frozen=True)
class _ToMake:
    variant_id: UUID
    quantity: int
    make_by: date | None
    workshop_id: UUID | None


class World:
    """Arguments out of one maison's life."""

    def __init__(self, life: Life, admin: Admin, now: datetime) -> None:
        house = life.house
        place, variant = house.places[f"{house.slug}-1"], house.variants[f"{house.slug}-bag"]
        manager = house.staff["maison_manager"]
        self._now = now

        def first(query: str) -> Any:
            ((value,),) = admin(query, [house.maison_id])
            return value

        self.named: dict[str, Any] = {
            "maison_id": house.maison_id,
            "selling_maison_id": house.maison_id,
            "store_maison_id": house.maison_id,
            "store_id": house.store.store_id,
            "location_id": place,
            "place": place,
            "boutique_id": place,
            "boutique": place,
            "variant_id": variant,
            "instead": variant,
            "variant": variant,
            "product_id": house.products["bag"],
            "order_id": life.order_id,
            "fulfilment_id": life.fulfilment_id,
            "line_id": life.line_id,
            "order_line_id": life.line_id,
            "return_id": life.return_id,
            "invoice_id": life.invoice_id,
            "certificate_id": life.certificate_id,
            "enquiry_id": life.enquiry_id,
            "in_hand": {life.line_id: ("N-9",)},
            "cancellation_id": first("select id from orders.cancellation where maison_id = %s"),
            "withdrawal_id": first("select id from orders.withdrawal where maison_id = %s"),
            "form_key": new_id(now),
            "asked": "ABCDEFGH",
            "refused_line_id": life.line_id,
            "checkout_id": life.open_checkout_id,
            "holder_id": life.open_checkout_id,
            "cause_id": life.checkout_id,
            "basket_id": first(
                "select id from orders.basket where maison_id = %s and state = 'open' limit 1"
            ),
            "payment_id": first("select id from payments.payment where maison_id = %s"),
            "reference": first("select id from payments.payment where maison_id = %s"),
            "legal_entity_id": first("select id from maisons.legal_entity where maison_id = %s"),
            "contact_id": first("select id from orders.contact where maison_id = %s limit 1"),
            "shortage_id": life.shortage_id,
            "transfer_id": life.transfer_id,
            "piece_id": life.piece_id,
            "hold_id": new_id(now),
            "serial": "N-9",
            "serials": ["N-9"],
            "changes": {life.piece_id: ("gone", None)},
            "step": "gone",
            "proposal_id": life.proposal_id,
            "drawer_id": life.drawer_id,
            "sale_id": life.sale_id,
            "partner_id": life.brand_id,
            "brand_id": life.brand_id,
            "statement_id": life.statement_id,
            "collaboration_id": life.collaboration_id,
            "tender_id": life.tender_id,
            "of_id": life.tender_id,
            "root_id": life.tender_id,
            "back_id": new_id(now),
            "movement_id": new_id(now),
            "with_payment": None,
            "wait_id": life.wait_id,
            "appointment_id": life.appointment_id,
            "keeps_for": life.appointment_id,
            "service_id": life.service_id,
            "seat_id": new_id(now),
            "absence_id": new_id(now),
            "calendar_id": first("select id from appointments.outside_calendar where maison_id = %s"),
            "apart": None,
            "alternative_id": life.appointment_id,
            "appointment_ids": [life.appointment_id],
            "waiting_id": life.appointment_id,
            "looking": [(life.order_id, Lost(life.line_id, variant, 1, 0, 100, []))],
            "on": now.date() + timedelta(days=2),
            "effect_ids": [life.act_id],
            "came": {},
            "fulfilment_ids": [life.fulfilment_id],
            "order_ids": [life.order_id],
            "during": (now - timedelta(days=1), None),
            "as_": "changed",
            "cause": life.act_id,
            "advisor": None,
            "advisor_id": None,
            "results": {variant: "tried"},
            "from_minute": 600,
            "until_minute": 1080,
            "label_id": life.label_id,
            "goodwill_id": life.goodwill_id,
            "call_id": life.call_id,
            "again_id": new_id(now),
            "subject_ids": [life.order_id],
            "of_maison_id": house.maison_id,
            "part_id": new_id(now),
            "collect_at": place,
            "collect_location_id": None,
            "asked_transfer_id": first(
                "select id from stock.transfer where maison_id = %s and state = 'asked'"
            ),
            "receipt_id": new_id(now),
            "rejected_at": [],
            "decided_at": {life.line_id: place},
            "act_id": life.act_id,
            "workshop_id": life.workshop_id,
            "effect_id": life.act_id,
            "previewed": {},
            "known_kinds": [],
            "starts": None,
            "ends": None,
            "stops": ("ship",),
            "reopens_at": now + timedelta(days=2),
            "needs": {variant: 1},
            "bring_to": {house.maison_id: place},
            "origin": "FR",
            "destination": "BE",
            "from_location_id": house.places[f"{house.slug}-2"],
            "to_location_id": place,
            "sign_in_id": life.sign_in_id,
            "client_id": life.client_id,
            "address_id": life.client_id,
            "visitor_id": visitor_id(life.visitor),
            "staff_id": manager,
            "by_id": manager,
            "changed_by": manager,
            "token": life.client,
            "fact_id": first("select id from base.fact where maison_id = %s limit 1"),
            "event_id": new_id(now),
            "change_id": new_id(now),
            "address_seen": "",
            "seen": "0123456789abcdef",
            "quota_id": new_id(now),
            "operation_id": first("select id from payments.operation where maison_id = %s limit 1"),
            "session_id": session_id(life.staff["advisor"]),
            # What may be said of it by nobody else.
            "slug": house.slug,
            "sku": f"{house.slug}-bag",
            "skus": [f"{house.slug}-bag"],
            "codes": [f"{house.slug}-1"],
            "code": "ABCDEFGH",
            "currency": "EUR",
            "market": "fr",
            "language": "fr",
            "country": "FR",
            "zone": "Europe/Paris",
            "opening_hours": "24/7",
            "email": "somebody@else.example",
            "role": "advisor",
            "key": b"k" * 48,
            "name": "Somebody",
            "provider": "local",
            "capabilities": {"stock": "live"},
            "facts": [OrderPlaced(life.order_id, "collect", 1, "EUR")],
            "amounts": {life.line_id: 1},
            "picture_id": first(MEDIUM),
            "medium_id": first(MEDIUM),
            "media": [first(MEDIUM)],
            "view": "front",
            "original_id": life.original_id,
            "story_id": first("select id from public_facts.story where maison_id = %s"),
            "window_id": life.window_id,
            "endpoint_id": life.endpoint_id,
            "delivery_id": life.delivery_id,
            "url": "https://hooks.example/x",
            "types": ["order.placed"],
            "batch": [Due(life.delivery_id, life.delivery_id, "x", 0)],
            "outcomes": [Outcome(life.delivery_id, "delivered", 204)],
            "first_xid": "3",
            "end_xid": "99999999",
            "kinds": ["OrderPlaced"],
            "only": "",
            "why": "gone",
            "showings": [],
            "rules": ("nearest",),
            "others": [],
            "draft": Content("fr", {"fr": "Somebody"}),
            "content": Content("fr", cover=Picture(f"upload-{first(MEDIUM)}")),
            "on_hand": 99,
            "states": (0,) * len(STATES),
            "subject_id": life.order_id,
            "jobs": [],
            "news": [],
            "body": {},
            "texts": [],
            "address": None,
            "theme": {},
            "ends_at": now + timedelta(days=2),
            "expires_at": now + timedelta(days=1),
            "since": now - timedelta(days=1),
            "begin": now - timedelta(days=1),
        }

    def arguments(self, verb: Verb) -> dict[str, Any]:
        hints = typing.get_type_hints(verb)
        names = [name for name in inspect.signature(verb).parameters if name != "conn"]
        return {name: self.value(verb.__name__, name, hints[name]) for name in names}

    def value(self, whose: str, name: str, kind: Any) -> Any:
        """By name, else by type, field by field."""
        if kind is Heard and whose in ("moved", "made"):
            said = {"purpose": "back", "cause_id": str(self.named["return_id"]), "standing": "accepted"}
            here = self.named["location_id"]
            body = said | {"location_id": str(here)}
            subject = self.named["label_id"]
            return Heard(self.named["maison_id"], subject, "ParcelMoved", subject, here, body, self._now)
        if kind is Plan:
            return Plan(self.named["location_id"], (self.named["variant_id"],))
        if kind is Theme:
            return Theme()
        if kind is Scene:
            return Scene("fr", line={"fr": "Somebody"})
        if kind is Found:
            return Found("N-9")
        if kind is Law:
            return Law("wine", "age", "FR", 22)
        if name == "kinds" and whose in ("set_family", "set_product"):
            return ["wine"]
        if kind is Brand:
            return Brand("Somebody", "consignment", texts={"fr": "Somebody"})
        if kind is Terms:
            shares = Partner("seller", "Somebody", 10_000, self.named["maison_id"])
            return Terms("Somebody", self._now, None, (shares,), (self.named["product_id"],))
        if name == "address" and get_origin(kind) is dict:
            return {"line1": "9 rue Autre", "postcode": "75009", "city": "Paris", "country": "FR"}
        if name == "deliveries":
            return {}
        if kind is Ways:
            return Ways("ship", {})
        if kind is Engraved:
            return _Engraved(1, self._now.date() + timedelta(days=14))
        if kind is ToMake:
            return _ToMake(
                self.named["variant_id"], 1, self._now.date() + timedelta(days=30), self.named["workshop_id"]
            )
        if kind is DutiesQuote or get_args(kind)[:1] == (DutiesQuote,):
            return None
        if name == "keep":
            return 0 if kind is int else None
        if name == "reason" and whose == "cancel":
            return "client_wish"
        if name == "transfer_id" and whose in ("pack", "decline", "cancel"):
            return self.named["asked_transfer_id"]
        rosters = (
            "keep_advisor",
            "set_week",
            "add_day",
            "add_absence",
            "remove_absence",
            "keep_outside",
            "remove_outside",
            "open_link",
            "close_link",
            "add_seat",
            "retire_seat",
        )
        if kind == Colleague and whose in ("send", "write_off", *rosters):
            return Colleague(self.named["staff_id"], "Somebody", "maison_manager", frozenset())
        if name in self.named and not dataclasses.is_dataclass(kind):
            return self.named[name]
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Union, types.UnionType):
            return self.value(whose, name, next(one for one in inner if one is not type(None)))
        if origin is Literal:
            return inner[0]
        if origin is typing.Annotated:
            return self.value(whose, name, inner[0])
        if origin is tuple and Ellipsis not in inner:
            return tuple(self.value(whose, name, one) for one in inner)
        if origin is Sequence:
            origin = list
        if origin in (list, set, frozenset, tuple):
            return origin([self.value(whose, name.removesuffix("s"), inner[0])])
        if origin is dict:
            return {self.value(whose, name, inner[0]): self.value(whose, name, inner[1])}
        if isinstance(kind, type) and dataclasses.is_dataclass(kind):
            hints = typing.get_type_hints(kind)
            fields = [field.name for field in dataclasses.fields(kind) if field.init]
            return kind(**{field: self.value(whose, field, hints[field]) for field in fields})
        plain = {str: "x", int: 1, bool: False, float: 1.0, bytes: b"x" * 32}
        plain |= {datetime: self._now, date: self._now.date(), object: None}
        if kind is UUID and name in ("id", "after", "before"):
            return new_id(self._now) if name == "id" else UUID(int=0)
        if kind is UUID and name == "pieces":
            return self.named["variant_id"]
        if kind is UUID and name.endswith("_by"):
            return self.named["by_id"]
        assert kind in plain, f"{whose}: say here which {name} ({kind}) of the other maison it is called with"
        return plain[kind]


@pytest.fixture
async def lives(db: Db, settings: Settings, admin: Admin) -> AsyncIterator[tuple[Shop, Life, Life]]:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    yield (
        shop,
        await live_in(db, settings, admin, shop, shop.a, "Alice", now),
        await live_in(db, settings, admin, shop, shop.b, "Berenice", now),
    )


def fingerprint(admin: Admin, maison_id: UUID) -> Callable[[], str]:
    """All rows of a maison in every table, in one answer, so that it can be asked after each verb."""
    tables = [
        name
        for (name,) in admin("""select c.oid::regclass::text from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition and left(n.nspname, 3) <> 'pg_'
              and n.nspname not in ('procrastinate', 'public')
              and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'maison_id')""")
    ]
    query = " union all ".join(
        f"select '{name}', md5(string_agg(t::text, '|' order by t::text)) from {name} t where maison_id = %(m)s"
        for name in tables
    )
    return lambda: hashlib.sha256(str(sorted(admin(query, {"m": maison_id}))).encode()).hexdigest()


def test_there_are_verbs() -> None:
    assert len(verbs()) > 120
    assert {"orders.pickup.hand_over", "stock.holds.claim", "staff.people.leave"} <= verbs().keys()


async def test_no_verb_shows_or_changes_what_is_another_maisons(
    db: Db, lives: tuple[Shop, Life, Life], admin: Admin
) -> None:
    _, a, b = lives
    world = World(b, admin, datetime.now(UTC))
    # What only B's own people may know. Ids are left out: they are what the verb is called with.
    marks = [b.contact.name, b.contact.mail, b.contact.collector_name, b.marks[3], b.link, *b.marks[-4:]]
    print_of_b = fingerprint(admin, b.house.maison_id)
    before = print_of_b()
    wrong: list[str] = []
    for name, verb in verbs().items():
        given = world.arguments(verb)
        for maison_id in (b.house.maison_id, a.house.maison_id):
            for actor in [None, *actors_of(a)]:
                asked = f"{name} as {actor} in {'b' if maison_id == b.house.maison_id else 'a'}"
                try:
                    shown = await _call(db, actor, a.house.maison_id, verb, given | {"maison_id": maison_id})
                except MISTAKES as error:
                    wrong.append(f"{asked}: {type(error).__name__}: {error}")
                    continue
                for mark in marks:
                    assert mark not in shown, (asked, mark)
        assert print_of_b() == before, f"{name} changed something of the other maison"
    assert not wrong, "called wrongly, so nothing is proven:\n" + "\n".join(wrong)


async def test_in_its_own_maison_the_same_calls_do_something(
    db: Db, lives: tuple[Shop, Life, Life], admin: Admin
) -> None:
    """The twin: the calls are right, and it is the maison that makes them come to nothing."""
    _, _, b = lives
    world = World(b, admin, datetime.now(UTC))
    refused: dict[str, str] = {}
    for name, verb in verbs().items():
        given = world.arguments(verb)
        with suppress(_Undo):
            try:
                async with db.acting(Actor.job(), b.house.maison_id) as conn:
                    await verb(conn, **given)
                    raise _Undo
            except (Error, Exception) as error:
                if isinstance(error, _Undo):
                    raise
                refused[name] = f"{type(error).__name__}: {error}"[:200]
    assert len(refused) * 5 < len(verbs()), refused


class _Undo(Exception):
    """Nothing the twin does is kept."""


async def _call(db: Db, actor: Actor | None, at: UUID, verb: Verb, given: dict[str, Any]) -> str:
    """What the verb answered or refused, in words."""
    try:
        if actor is None:
            async with db.door() as conn, conn.transaction():
                return repr(await verb(conn, **given))
        async with db.acting(actor, at) as conn:
            return repr(await verb(conn, **given))
    except MISTAKES:
        raise
    except errors.InsufficientPrivilege as error:
        return str(error)
    except errors.ProgrammingError as error:
        raise TypeError(str(error)) from error
    except Exception as error:
        return str(error)
