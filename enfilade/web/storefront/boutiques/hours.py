"""The coming week of a boutique, day by day, as it is really open: closures and holidays are out already."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.boutiques.zones import zone_of
from enfilade.web.storefront.times import clock, day

DAYS = 7


@dataclass(frozen=True, slots=True)
class Day:
    """`hours` is empty on a day the boutique stays closed."""

    name: str
    hours: list[str]


def open_line(
    closes_at: datetime | None,
    opens_at: datetime | None,
    zone: str,
    now: datetime,
    language: Language,
    *,
    closed: bool = False,
    closed_until: datetime | None = None,
) -> str:
    """Open until 19:00; or when it opens next. `closed`: against its hours, and until when, where that is known."""
    _ = i18n.translations(language).gettext
    there = zone_of(zone)
    if closed and closed_until is None:
        return _("Closed for the moment.")
    if closed and closed_until is not None:
        local = (opens_at or closed_until).astimezone(there)
        on = day(local.date(), now.astimezone(there).date(), language)
        if opens_at is None:
            return _("Closed until %(day)s.") % {"day": on}
        return _("Closed until %(day)s, %(time)s.") % {"day": on, "time": clock(local, language)}
    if closes_at is not None:
        if closes_at - now > timedelta(hours=20):
            return _("Open day and night.")
        return _("Open until %(time)s.") % {"time": clock(closes_at.astimezone(there), language)}
    if opens_at is not None:
        local = opens_at.astimezone(there)
        words = {
            "day": day(local.date(), now.astimezone(there).date(), language),
            "time": clock(local, language),
        }
        return _("Opens %(day)s, %(time)s.") % words
    return _("Hours on request.")


def week(
    opens: list[datetime], closes: list[datetime], zone: str, now: datetime, language: Language
) -> list[Day]:
    """Seven days from today."""
    _ = i18n.translations(language).gettext
    there = zone_of(zone)
    today = now.astimezone(there).date()
    of_day: dict[date, list[str]] = {today + timedelta(days=n): [] for n in range(DAYS)}
    for begins, ends in zip(opens, closes, strict=True):
        start, end = begins.astimezone(there), ends.astimezone(there)
        if end - start >= timedelta(hours=24):
            for on in of_day:
                if start.date() <= on <= end.date():
                    of_day[on] = [_("day and night")]
            continue
        shown = f"{clock(start, language)} – {clock(end, language)}"
        on = max(start.date(), today)
        if on in of_day and shown not in of_day[on]:
            of_day[on].append(shown)
    return [Day(day(on, today, language), hours) for on, hours in of_day.items()]
