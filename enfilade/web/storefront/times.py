"""Hours, days and distances as a reader of each language writes them, in the time of the place they are about."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.boutiques.zones import zone_of

NBSP = "\u00a0"


def clock(at: datetime, language: Language) -> str:
    """19:00; in French 19 h, 10 h 30; in Dutch 19.00 uur."""
    if language == "fr":
        return f"{at.hour}{NBSP}h" + (f"{NBSP}{at.minute:02d}" if at.minute else "")
    if language == "nl":
        return f"{at.hour}.{at.minute:02d}{NBSP}uur"
    return f"{at.hour}:{at.minute:02d}"


def day(on: date, today: date, language: Language) -> str:
    """Today, tomorrow, else the day of the week and the date."""
    _ = i18n.translations(language).gettext
    if on == today:
        return _("today")
    if on == today + timedelta(days=1):
        return _("tomorrow")
    return calendar_day(on, language)


def calendar_day(on: date, language: Language) -> str:
    """Tuesday 24 November."""
    pattern = "M月d日EEEE" if language == "zh" else "EEEE d MMMM"
    return format_date(on, pattern, locale=i18n.LOCALES[language])


def day_and_hour(at: datetime, zone: str, language: Language) -> str:
    """Tuesday 24 November, 19:00, on the clock of the place; UTC where none is known."""
    there = at.astimezone(zone_of(zone) if zone else UTC)
    return f"{calendar_day(there.date(), language)}{'' if language == 'zh' else ','} {clock(there, language)}"


def words_of(
    at: datetime, now: datetime, zone: str, language: Language, *, closes_at: datetime | None = None
) -> dict[str, str]:
    """`day` and `time` to be put into a sentence, in the zone of the place, up to the next quarter of an hour.

    To the minute where the quarter would say that something can be had when the door is shut.
    """
    there = zone_of(zone)
    rounded = at + timedelta(seconds=-at.timestamp() % 900)
    if closes_at is not None and at < closes_at <= rounded:
        rounded = min(at + timedelta(seconds=-at.timestamp() % 60), closes_at)
    local = rounded.astimezone(there)
    return {
        "day": day(local.date(), now.astimezone(there).date(), language),
        "time": clock(local, language),
    }


def distance(km: float, language: Language) -> str:
    """450 m, 1.2 km, 38 km."""
    if km < 0.95:
        return f"{max(50, round(km * 20) * 50)}{NBSP}m"
    return _kilometres(round(km, 1) if km < 10 else round(km), language)


@lru_cache(maxsize=10_000)
def _kilometres(km: float, language: Language) -> str:
    return f"{format_decimal(km, locale=i18n.LOCALES[language])}{NBSP}km"
