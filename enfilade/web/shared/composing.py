"""Putting pieces together for a client, wherever it is done: what is found and promised, how long it stands, its link."""

from collections import Counter as Tally
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from litestar.exceptions import ValidationException
from markupsafe import Markup

from enfilade.base import i18n
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.clients.contact_points import NotAContactPoint, contact_point
from enfilade.maisons import stores
from enfilade.orders import proposals
from enfilade.orders.proposal_letters import address
from enfilade.orders.proposal_reading import Made, Piece
from enfilade.staff import people
from enfilade.staff.people import Colleague, Place
from enfilade.stock import brought
from enfilade.stock.brought import Brought
from enfilade.web.shared import finding
from enfilade.web.shared.finding import Counter, Found
from enfilade.web.shared.forms import Form

WORDS_MIN = 2
#: Hours a proposal may stand, as the form offers them.
HOURS: dict[int, str] = {24: "24 hours", 48: "48 hours", 72: "3 days", 168: "7 days"}
HOURS_USUAL = 48
#: To how many of the nearest boutiques the screen offers to bring what is not there.
BROUGHT_TO = 4


@dataclass(frozen=True, slots=True)
class Composed:
    """Pieces found by words and those chosen (`counted`: how many of each), seen from one of the places `by` sells at."""

    maison_id: UUID

    places: list[Place]
    counter: Counter | None
    q: str
    asked: str
    counted: dict[UUID, int]
    found: list[Found]

    async def context(self, db: Db, now: datetime) -> dict[str, Any]:
        """What the screen shows of it, with what the maison can promise now."""
        promises, coming = None, list[Brought]()
        if self.counter is not None:
            async with db.public() as conn:
                promises = await finding.promises(conn, at=self.counter, pieces=self.found, now=now)
                if promises.brings and self.counted:
                    coming = await brought.near(
                        conn,
                        maison_id=self.maison_id,
                        needs=self.counted,
                        latitude=self.counter.latitude,
                        longitude=self.counter.longitude,
                        now=now,
                        most=BROUGHT_TO,
                    )
        return {
            "places": self.places,
            "counter": self.counter,
            "q": self.q,
            "asked": self.asked,
            "found": [piece for piece in self.found if piece.asked],
            "chosen": [piece for piece in self.found if piece.variant_id in self.counted],
            "counted": self.counted,
            "promise": promises.of if promises else None,
            "together": promises.together(self.counted, self.found) if promises else [],
            "brought": [(one, one.local) for one in coming],
            "parcel": promises.sendable(self.counted, self.found) if promises else None,
            "days": days,
            "languages": [
                (code, i18n.NAMES[code])
                for code in languages_first(self.counter.languages if self.counter else None)
            ],
            "hours": HOURS,
            "hours_usual": HOURS_USUAL,
            "words_max": proposals.WORDS_MAX,
        }


async def compose(
    conn: Conn, *, maison_id: UUID, by: Colleague, location_id: UUID | None, variant_ids: list[UUID], q: str
) -> Composed:
    """`location_id`: the place that sells, the first of `by`'s where it is none of them; `variant_ids`: each as often as
    it is wanted."""
    q = q.strip()[:100].replace("\x00", "")
    asked = q if len(q) >= WORDS_MIN else ""
    counted = dict(Tally(variant_ids[: proposals.LINES_MAX * 5]))
    found: list[Found] = []
    counter = None
    places = await people.places(conn, maison_id=maison_id, by=by)
    place = next((one for one in places if one.id == location_id), places[0] if places else None)
    if place is not None:
        counter = await finding.counter(conn, maison_id=maison_id, location_id=place.id)
    if counter is not None and counter.market and (asked or counted):
        found = await finding.pieces(
            conn, maison_id=maison_id, market=counter.market, words=asked, variant_ids=list(counted)
        )
    return Composed(maison_id, places, counter, q, asked, counted, found)


def standing_of(settings: Settings, found: Made, pieces: list[Piece]) -> dict[str, Any]:
    """What the page of a proposal shows: its pieces, where it stands, its link, and that as a code while it can be paid."""
    state = found.state(datetime.now(UTC))
    link = address(settings.key, stores.address(settings.base_url, found.host), found.language, found.id)
    return {
        "it": found,
        "pieces": pieces,
        "state": state,
        "until": found.expires_at.astimezone(ZoneInfo(found.zone)),
        "state_words": proposals.STATE_WORDS,
        "link": link,
        "code": qr(link) if state in ("made", "opened") else "",
    }


@dataclass(frozen=True, slots=True)
class Received:
    """How the client receives it: collected at a place, perhaps brought there first; None: delivered."""

    collect_at: UUID | None
    brought: bool


def received(sent: Form) -> Received:
    """As the form's `way` says it: ship, a place, or brought: and a place. Raises ValidationException."""
    way = sent.text("way", "")
    return Received(
        None if way == "ship" else id_in(way.removeprefix("brought:")), way.startswith("brought:")
    )


def id_in(text: str) -> UUID | None:
    """None for blank; raises ValidationException for what is no id."""
    return next(iter(ids_in([text])), None) if text else None


def ids_in(texts: list[str]) -> list[UUID]:
    """Raises ValidationException for what is no id."""
    try:
        return [UUID(text) for text in texts]
    except ValueError:
        raise ValidationException("not an id") from None


def languages_first(languages: list[str] | None) -> list[i18n.Language]:
    """Our languages, the market's first."""
    return sorted(
        i18n.LANGUAGES, key=lambda code: (languages or []).index(code) if code in (languages or []) else 9
    )


def mail_of(sent: Form) -> tuple[str, str]:
    """The address to send the link to, '' for none; and why it cannot be taken."""
    written = sent.text("mail", "")
    if not written:
        return "", ""
    try:
        point = contact_point(written, "")
    except NotAContactPoint:
        return "", "This is no mail address."
    if point.kind != "mail":
        return "", "This is no mail address."
    if not sent.text("agreed", ""):
        return "", "Ask the client whether we may write to this address, and tick it."
    return point.value, ""


def days(between: tuple[date, date]) -> str:
    """Tuesday 24 to Thursday 26 November."""
    first, last = between
    if first == last:
        return f"{last:%A} {last.day} {last:%B}"
    month = "" if first.month == last.month else f" {first:%B}"
    return f"{first:%A} {first.day}{month} to {last:%A} {last.day} {last:%B}"


def qr(link: str) -> Markup:
    """The link as a code to be scanned."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(
        scale=1, border=3, omitsize=True, dark="#111111", light="#ffffff"
    )
    return Markup(drawn)  # noqa: S704 drawn by us from our own letters
