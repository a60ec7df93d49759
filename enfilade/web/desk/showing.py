"""How the desk shows things: as the studio shows an order, with the ways a client speaks to it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_currency
from litestar import Request, Response

from enfilade.base.money import Money
from enfilade.base.secrets import new_secret
from enfilade.orders.desk.notes import WAYS
from enfilade.web.desk.entering import Maison
from enfilade.web.shared.acting import Member
from enfilade.web.shared.order_words import METHODS, language_name, moment, money, words
from enfilade.web.shared.pages import page


def exactly(minor: int, currency: str) -> str:
    """To the last cent."""
    return format_currency(Money(minor, currency).major, currency, locale="en_GB")


def clock(value: datetime, zone: str, now: datetime) -> str:
    """14:05 today, else with its day."""
    there = value.astimezone(ZoneInfo(zone))
    return f"{there:%H:%M}" if there.date() == now.astimezone(there.tzinfo).date() else moment(value, zone)


def screen(
    request: Request[Any, Any, Any],
    template: str,
    *,
    member: Member,
    maison: Maison,
    tab: str,
    status: int = 200,
    **context: Any,
) -> Response[str]:
    """A screen of the desk."""
    return page(
        request,
        template,
        status=status,
        member=member,
        maison=maison,
        tab=tab,
        now=datetime.now(UTC),
        new_key=new_secret,
        moment=moment,
        clock=clock,
        amount=money,
        exactly=exactly,
        words=words,
        methods=METHODS,
        ways=WAYS,
        language_name=language_name,
        **context,
    )
