"""How the studio shows things: moments in a place's own zone, counts, money, languages, states in words."""

from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal, format_percent
from litestar import Request, Response

from enfilade.base.secrets import new_secret
from enfilade.web.shared.order_words import METHODS, language_name, moment, money, words
from enfilade.web.shared.pages import page
from enfilade.web.studio.entering import Maison, Manager

KINDS = {"boutique": "Boutique", "warehouse": "Warehouse", "atelier": "Atelier"}


def day(value: date) -> str:
    """22 Nov 2026."""
    return f"{value.day} {value:%b %Y}"


def share(basis_points: int) -> str:
    """Hundredths of a per cent as English writes them: 32.5%."""
    return format_percent(Decimal(basis_points) / 10_000, "#,##0.##%", locale="en")


def count(value: int) -> str:
    """A whole number with its thousands apart."""
    return format_decimal(value, locale="en")


def screen(
    request: Request[Any, Any, Any],
    template: str,
    *,
    member: Manager,
    maison: Maison,
    tab: str,
    status: int = 200,
    **context: Any,
) -> Response[str]:
    """A screen of the studio."""
    return page(
        request,
        template,
        status=status,
        member=member,
        maison=maison,
        tab=tab,
        new_key=new_secret,
        moment=moment,
        count=count,
        amount=money,
        words=words,
        methods=METHODS,
        kinds=KINDS,
        language_name=language_name,
        **context,
    )
