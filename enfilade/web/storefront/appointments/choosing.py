"""What every step of a booking knows and shows: the maison, the service, the boutique, the pieces one wishes to try."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response
from litestar.exceptions import NotFoundException

from enfilade.appointments import bringing, services
from enfilade.appointments.bringing import Plan
from enfilade.appointments.services import Offered
from enfilade.base.db import Conn, Db
from enfilade.maisons import published
from enfilade.maisons.published import Introduction
from enfilade.web.storefront.appointments import reading
from enfilade.web.storefront.appointments.reading import Place, Wanted
from enfilade.web.storefront.asked import Asked, asked, shown

Req = Request[Any, Any, Any]
#: Languages an advisor may be asked for, by what each calls itself.
SPOKEN: dict[str, str] = {
    "fr": "Français",
    "en": "English",
    "nl": "Nederlands",
    "zh": "中文",
    "de": "Deutsch",
    "it": "Italiano",
    "es": "Español",
    "ja": "日本語",
    "ko": "한국어",
    "ar": "العربية",
}


@dataclass(frozen=True, slots=True)
class Choosing:
    """What every step knows: the maison, and the pieces one wishes to try."""

    frame: Asked
    maison: Introduction
    pieces: list[Wanted]

    @property
    def path(self) -> str:
        return f"/{self.frame.language}/maisons/{self.maison.slug}/appointments"

    def query(self, pieces: list[Wanted], **more: object) -> str:
        """The pieces and what else was chosen, as an address says it."""
        said = [("piece", str(one.variant_id)) for one in pieces]
        said += [(name, str(value)) for name, value in more.items() if value]
        return f"?{urlencode(said)}" if said else ""


async def maison_of(request: Req, db: Db, language: str, slug: str) -> tuple[Asked, Introduction]:
    """The frame and the maison of the address; 404 where the store does not show it."""
    frame = await asked(request, db, language)
    async with db.public() as conn:
        found = await published.introduction(
            conn, store_id=frame.front.id, slug=slug, language=frame.language
        )
    if found is None:
        raise NotFoundException
    return frame, found


async def service_of(conn: Conn, frame: Asked, maison: Introduction, code: str) -> Offered:
    """The service of this code; 404 where it is not offered."""
    found = await services.of_code(conn, maison_id=maison.maison_id, code=code, language=frame.language)
    if found is None:
        raise NotFoundException
    return found


async def offered_at(
    conn: Conn, frame: Asked, maison: Introduction, code: str, boutique_id: UUID
) -> tuple[Offered, Place]:
    """The service and the boutique; 404 where it is not offered there."""
    service = await service_of(conn, frame, maison, code)
    found = await reading.place(
        conn, maison_id=maison.maison_id, service_id=service.id, location_id=boutique_id
    )
    if found is None:
        raise NotFoundException
    return service, found


async def pieces_of(
    conn: Conn, frame: Asked, maison: Introduction, asked_for: list[UUID], at: UUID | None
) -> list[Wanted]:
    """The pieces asked for that the maison shows, and whether they are free at that boutique."""
    if not asked_for:
        return []
    return await reading.wanted(
        conn,
        maison_id=maison.maison_id,
        variant_ids=list(dict.fromkeys(asked_for)),
        location_id=at,
        language=frame.language,
    )


async def plans_of(
    conn: Conn,
    maison: Introduction,
    service: Offered,
    pieces: list[Wanted],
    boutique_ids: list[UUID],
    now: datetime,
) -> dict[UUID, Plan]:
    """Which of the pieces lie in each boutique, and which can be brought there by when."""
    return await bringing.plans(
        conn,
        maison_id=maison.maison_id,
        location_ids=boutique_ids,
        variant_ids=[one.variant_id for one in pieces],
        brought_max=service.brought_max,
        since=now,
    )


def as_planned(pieces: list[Wanted], plan: Plan) -> list[Wanted]:
    """The same, each as the boutique can have it."""
    return [
        replace(one, here=one.variant_id in plan.here, brought=one.variant_id in plan.brought)
        for one in pieces
    ]


def dressed(
    request: Req, choosing: Choosing, template: str, *, status: int = 200, **context: Any
) -> Response[str]:
    """A step in the look of its maison; nobody keeps it."""
    maison = choosing.maison
    response = shown(
        request,
        choosing.frame,
        template,
        look=(maison.slug, maison.theme),
        status=status,
        maison_slug=maison.slug,
        maison_name=maison.name,
        maison_wordmark=maison.wordmark,
        pieces=choosing.pieces,
        **context,
    )
    response.headers["cache-control"] = "no-store"
    return response
