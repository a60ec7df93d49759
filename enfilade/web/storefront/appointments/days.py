"""Free times as a client reads them: a fortnight of days, the hours of one, and the nearest days that have some."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date

from enfilade.appointments.slots import Slot
from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.boutiques.zones import zone_of
from enfilade.web.storefront.times import clock, day

DAYS_SHOWN = 14
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Hour:
    """A slot; `value` is what a form sends."""

    value: str
    said: str


@dataclass(frozen=True, slots=True)
class Day:
    """A local day: how many times are free then. `name`: of the weekday, short."""

    on: date
    said: str
    name: str
    free: int


@dataclass(frozen=True, slots=True)
class Days:
    """A fortnight with the hours of the day chosen; where it has none, the `nearest` days that do."""

    first: date
    days: list[Day]
    chosen: Day
    hours: list[Hour]
    nearest: list[Day]
    earlier: date | None
    later: date | None


def today(zone: str, now: datetime) -> date:
    """By the boutique's clock."""
    return now.astimezone(zone_of(zone)).date()


def first_day(zone: str, now: datetime, on: date | None, horizon_days: int) -> date:
    """Where a fortnight that shows `on` begins: today's, else the next one, as far as the service goes."""
    begins = today(zone, now)
    if on is None or on < begins:
        return begins
    ahead = min((on - begins).days, horizon_days)
    return begins + timedelta(days=ahead - ahead % DAYS_SHOWN)


def shown(
    slots: list[Slot], zone: str, now: datetime, on: date | None, language: Language, horizon_days: int
) -> Days:
    """`slots` of the fortnight that `first_day` begins; `on` None: the first day that has one."""
    begins, first = today(zone, now), first_day(zone, now, on, horizon_days)
    free: dict[date, list[Slot]] = {}
    for slot in slots:
        free.setdefault(slot.wall.date(), []).append(slot)
    days = [
        _day(
            first + timedelta(days=number),
            begins,
            len(free.get(first + timedelta(days=number), [])),
            language,
        )
        for number in range(DAYS_SHOWN)
        if (first + timedelta(days=number) - begins).days <= horizon_days
    ]
    chosen = next((one for one in days if one.on == on), None) or next(
        (one for one in days if one.free), days[0]
    )
    others = sorted((one for one in days if one.free), key=lambda one: (abs(one.on - chosen.on), one.on))
    last = begins + timedelta(days=horizon_days)
    return Days(
        first=first,
        days=days,
        chosen=chosen,
        hours=[
            Hour(slot.starts_at.isoformat(), clock(slot.wall, language)) for slot in free.get(chosen.on, [])
        ],
        nearest=[] if chosen.free else sorted(others[:NEAREST], key=lambda one: one.on),
        earlier=max(begins, first - timedelta(days=DAYS_SHOWN)) if first > begins else None,
        later=first + timedelta(days=DAYS_SHOWN) if first + timedelta(days=DAYS_SHOWN) <= last else None,
    )


def _day(on: date, begins: date, free: int, language: Language) -> Day:
    name = format_date(on, "EEE", locale=i18n.LOCALES[language]).removesuffix(".")
    return Day(on, day(on, begins, language), name, free)


def weekday(on: date, language: Language) -> str:
    """Tue 24, as short as the language has it."""
    return format_date(on, "d日EEE" if language == "zh" else "EEE d", locale=i18n.LOCALES[language])
