"""How the app shows things: times in the boutique's own zone, minutes left, money, pictures, the key of a form."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_currency
from litestar import Request, Response

from enfilade.base.money import Money
from enfilade.base.secrets import new_secret
from enfilade.catalogue.album import UPLOAD
from enfilade.web.shared import permitted
from enfilade.web.shared.acting import Member
from enfilade.web.shared.assets import ASSETS, asset
from enfilade.web.shared.pages import page
from enfilade.web.shared.uploads import LEAST_WIDTH, upload_address

#: Codes of clients and labels are read with the camera.
CODES_BY_CAMERA = permitted.asked_for(camera="(self)")


def clock(moment: datetime, zone: str) -> str:
    """The time of day on the boutique's wall."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def when(moment: datetime, zone: str, now: datetime) -> str:
    """Today at 14:20, tomorrow at 10:30, or the day."""
    there, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    days = (there.date() - today).days
    if days == 0:
        return f"{there:%H:%M}"
    if days == 1:
        return f"tomorrow {there:%H:%M}"
    return f"{there:%A} {there.day} {there:%B}" if days < 7 else f"{there.day} {there:%B}"


def left(moment: datetime, now: datetime) -> str:
    """How long until then, in words one takes in while walking."""
    minutes = int((moment - now).total_seconds() // 60)
    if minutes < 0:
        return "time is up"
    if minutes < 90:
        return f"{minutes} min left"
    return f"{minutes // 60} h left" if minutes < 36 * 60 else f"{minutes // 1440} days left"


def ago(moment: datetime, now: datetime) -> str:
    """How long since."""
    minutes = int((now - moment).total_seconds() // 60)
    return "just now" if minutes < 1 else f"{minutes} min ago" if minutes < 90 else f"{minutes // 60} h ago"


def picture(name: str) -> str:
    """The small picture of a piece, '' where there is none."""
    if name.startswith(UPLOAD):
        return upload_address(name, LEAST_WIDTH, "webp")
    for file in (f"pictures/{name}-400.webp", f"pictures/{name}.webp"):
        if name and file in ASSETS:
            return asset(file)
    return ""


def money(minor: int, currency: str) -> str:
    """As the app's English writes it."""
    return Money(minor, currency).shown("en_GB")


def exactly(minor: int, currency: str) -> str:
    """To the last cent, as a counter needs it."""
    return format_currency(Money(minor, currency).major, currency, locale="en_GB")


def plain(minor: int, currency: str) -> str:
    """As somebody types it into a field."""
    return f"{Money(minor, currency).major}"


def screen(
    request: Request[Any, Any, Any], template: str, *, member: Member, status: int = 200, **context: Any
) -> Response[str]:
    """A screen of the app."""
    return page(
        request,
        template,
        status=status,
        headers=CODES_BY_CAMERA,
        member=member,
        now=datetime.now(UTC),
        new_key=new_secret,
        clock=clock,
        when=when,
        left=left,
        ago=ago,
        picture=picture,
        amount=money,
        exactly=exactly,
        plain=plain,
        **context,
    )
