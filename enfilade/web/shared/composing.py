"""Putting pieces together for a client, wherever it is done: how long it stands, where its link goes, its days in words."""

from datetime import date

import segno
from markupsafe import Markup

from enfilade.base import i18n
from enfilade.clients.contact_points import NotAContactPoint, contact_point
from enfilade.web.shared.forms import Form

WORDS_MIN = 2
#: Hours a proposal may stand, as the form offers them.
HOURS: dict[int, str] = {24: "24 hours", 48: "48 hours", 72: "3 days", 168: "7 days"}
HOURS_USUAL = 48


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
