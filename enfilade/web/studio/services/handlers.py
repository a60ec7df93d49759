"""Services of a maison: what is offered by appointment, how long it takes, where, and what it is called."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, cast, get_args
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.appointments import services as offered
from enfilade.appointments.services import (
    HORIZON_DAYS_MAX,
    PIECES_MAX,
    QUESTIONS_MAX,
    STEPS,
    Kind,
    Said,
    Service,
)
from enfilade.base import idempotency
from enfilade.base.db import Conn, Db
from enfilade.web.shared.order_words import LANGUAGES
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.forms import INCOMPLETE, complete
from enfilade.web.studio.showing import screen

#: What a number is called, what is said of it, its unit, its least and its most.
NUMBERS: dict[str, tuple[str, str, str, int, int]] = {
    "minutes": ("It takes", "The visit itself.", "minutes", 5, 480),
    "preparation_minutes": ("Before it", "To lay the pieces out; the advisor is busy.", "minutes", 0, 240),
    "clearing_minutes": ("After it", "To put everything back; the advisor is busy.", "minutes", 0, 240),
    "notice_minutes": ("Booked at least", "Nobody comes sooner than this.", "minutes ahead", 0, 20160),
    "horizon_days": (
        "Booked at most",
        "As far as opening hours are known.",
        "days ahead",
        1,
        HORIZON_DAYS_MAX,
    ),
    "cancel_until_minutes": (
        "Changed by clients until",
        "Later they call the boutique.",
        "minutes before",
        0,
        20160,
    ),
    "late_minutes": (
        "A late client is waited for",
        "Clients read it; somebody else may come after it.",
        "minutes",
        0,
        240,
    ),
    "remind_days": ("Reminded", "One letter, by the boutique’s clock; 0 for none.", "days before", 0, 7),
    "remind_hour": ("Reminded at", "The hour of that day.", "o’clock", 0, 23),
    "pieces_max": (
        "Pieces set apart",
        "They are kept from the booking until an hour after.",
        "pieces",
        0,
        PIECES_MAX,
    ),
    "brought_max": (
        "Of these from elsewhere",
        "Brought by a transfer where you bring pieces to boutiques; clients choose a time after it.",
        "pieces",
        0,
        PIECES_MAX,
    ),
}
KINDS = {
    "try": "Trying pieces",
    "shopping": "A tour of the boutique",
    "care": "Care and repair",
    "engraving": "Engraving",
    "made_to_measure": "Made to measure",
    "viewing": "A viewing",
}
TEXTS = tuple(f"{part}.{language}" for language in LANGUAGES for part in ("name", "words", "questions"))
LETTERS_READ = 2_000


@dataclass(frozen=True, slots=True)
class Written:
    """`values` as sent, by field; `places` as ticked; `wrong` names each field that needs another look, with the reason."""

    values: dict[str, str]
    places: list[UUID]
    wrong: dict[str, str]


@get("/services", include_in_schema=False)
async def services(
    request: Request[Any, Any, Any], db: Db, manager: Manager, change: UUID | None = None, said: str = ""
) -> Response[str]:
    """All of them, and a form for a new one or for the one to change."""
    return await _page(request, db, manager, None, changing=change, said=said)


@post("/services", include_in_schema=False)
async def keep(request: Request[Any, Any, Any], db: Db, manager: Manager) -> Response[Any]:
    """Defines one, or changes the one of its code; a form with something wrong comes back as it was written."""
    form = await request.form()
    written, key = _read(form, [str(one) for one in form.getall("place", [])]), str(form.get("key", ""))
    if not complete(key):
        written.wrong["code"] = INCOMPLETE
    if written.wrong:
        return await _page(request, db, manager, written, changing=None, status=400)
    service = _service(written)
    now = datetime.now(UTC)

    async def verb(conn: Conn) -> None:
        asked = [written.values, [str(one) for one in written.places]]
        repeat = await idempotency.claim(
            conn, actor=manager.actor, key=key, request=asked, now=now, answer={}
        )
        if repeat is None:
            await offered.keep(conn, maison_id=manager.maison_id, service=service, now=now)

    await db.run(manager.actor, manager.maison_id, verb)
    return Redirect("/studio/services?said=saved", status_code=303)


def _read(form: Mapping[str, object], places: list[str]) -> Written:
    names = ("code", "kind", "step_minutes", "skill", "needs_seat", "active", *NUMBERS, *TEXTS)
    usual = Service("")
    values = {
        name: str(form.get(name, getattr(usual, name, "") if name in NUMBERS else "")).strip()[:LETTERS_READ]
        for name in names
    }
    wrong: dict[str, str] = {}
    for name, (_, _, unit, least, most) in NUMBERS.items():
        if not (values[name].isdecimal() and least <= int(values[name][:9]) <= most):
            wrong[name] = f"Between {least} and {most} {unit}."
    if not values["code"].isalnum() or len(values["code"]) > 40:
        wrong["code"] = "Letters and figures, for your systems."
    if values["kind"] not in get_args(Kind):
        wrong["kind"] = "Choose one."
    if values["step_minutes"] not in map(str, STEPS):
        wrong["step_minutes"] = "Choose one."
    if not any(values[f"name.{language}"] for language in LANGUAGES):
        wrong[f"name.{next(iter(LANGUAGES))}"] = "A name, in one language at least."
    for language in LANGUAGES:
        if len(values[f"name.{language}"]) > 120 or len(values[f"words.{language}"]) > 1000:
            wrong[f"name.{language}"] = "A name of 120 letters at most, and 1,000 about it."
        asked = _lines(values[f"questions.{language}"])
        if len(asked) > QUESTIONS_MAX or any(len(one) > 200 for one in asked):
            wrong[f"questions.{language}"] = "Five questions at most, of 200 letters each."
    ticked: list[UUID] = []
    for place in places:
        try:
            ticked.append(UUID(place))
        except ValueError:
            wrong["places"] = "Choose among your boutiques."
    return Written(values, ticked, wrong)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _service(written: Written) -> Service:
    values = written.values
    numbers = {name: int(values[name]) for name in (*NUMBERS, "step_minutes")}
    return Service(
        values["code"],
        cast("Kind", values["kind"]),
        **numbers,
        skill=values["skill"].lower(),
        needs_seat=bool(values["needs_seat"]),
        active=bool(values["active"]),
        texts={
            language: Said(
                values[f"name.{language}"],
                values[f"words.{language}"],
                tuple(_lines(values[f"questions.{language}"])),
            )
            for language in LANGUAGES
            if values[f"name.{language}"]
        },
        location_ids=tuple(written.places),
    )


def _kept(service: offered.Offered | Service, texts: dict[str, Said], places: list[UUID]) -> Written:
    known = {field.name for field in fields(Service)} - {"texts", "location_ids"}
    values = {name: str(getattr(service, name)) for name in known}
    values |= {name: "yes" if getattr(service, name) else "" for name in ("needs_seat", "active")}
    for language in LANGUAGES:
        said = texts.get(language, Said(""))
        values |= {
            f"name.{language}": said.name,
            f"words.{language}": said.words,
            f"questions.{language}": "\n".join(said.questions),
        }
    return Written(values, places, {})


async def _page(
    request: Request[Any, Any, Any],
    db: Db,
    manager: Manager,
    written: Written | None,
    *,
    changing: UUID | None,
    status: int = 200,
    said: str = "",
) -> Response[str]:
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await offered.services(conn, maison_id=manager.maison_id, language="en")
        texts = await offered.texts(conn, maison_id=manager.maison_id)
        boutiques = await offered.boutiques(conn, maison_id=manager.maison_id)
    chosen = next((one for one in found if one.id == changing), None)
    if written is None and chosen is not None:
        said_of = {
            text.language: Said(text.name, text.words, tuple(text.questions))
            for text in texts
            if text.service_id == chosen.id
        }
        written = _kept(chosen, said_of, chosen.location_ids)
    return screen(
        request,
        "studio/services/services.html",
        member=manager,
        maison=maison,
        tab="services",
        status=status,
        services=found,
        chosen=chosen,
        written=written or _kept(Service(""), {}, []),
        boutiques=boutiques,
        numbers=NUMBERS,
        sorts=KINDS,
        steps=STEPS,
        languages=LANGUAGES,
        said=said,
    )
