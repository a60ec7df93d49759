"""Days, hours and distances as each language writes them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from enfilade.web.storefront.times import calendar_day, clock, day, distance, words_of
from enfilade.web.storefront.typeset import typeset

NOW = datetime(2026, 11, 23, 14, 3, tzinfo=UTC)


def test_hours() -> None:
    at = datetime(2026, 11, 23, 19, 0, tzinfo=ZoneInfo("Europe/Paris"))
    assert [clock(at, language) for language in ("en", "fr", "nl", "zh")] == [
        "19:00",
        "19\u00a0h",
        "19.00\u00a0uur",
        "19:00",
    ]
    assert clock(at.replace(hour=9, minute=5), "fr") == "9\u00a0h\u00a005"


def test_days() -> None:
    today = date(2026, 11, 23)
    assert day(today, today, "fr") == "aujourd’hui" and day(date(2026, 11, 24), today, "nl") == "morgen"
    shown = [calendar_day(date(2026, 11, 26), language) for language in ("en", "fr", "nl", "zh")]
    assert shown == ["Thursday 26 November", "jeudi 26 novembre", "donderdag 26 november", "11月26日星期四"]


def test_a_promise_is_rounded_up_in_the_time_of_the_place() -> None:
    late = datetime(2026, 11, 23, 15, 31, tzinfo=UTC)
    assert words_of(late, NOW, "Asia/Shanghai", "en") == {"day": "today", "time": "23:45"}
    assert (
        words_of(datetime(2026, 11, 23, 16, 1, tzinfo=UTC), NOW, "Asia/Shanghai", "en")["day"] == "tomorrow"
    )


def test_a_promise_is_never_rounded_up_to_the_minute_of_closing() -> None:
    ready, closing = (datetime(2026, 11, 23, 10, minute, tzinfo=UTC) for minute in (46, 55))
    hour = closing.replace(hour=11, minute=0)
    assert words_of(ready, NOW, "Asia/Shanghai", "en", closes_at=hour)["time"] == "18:46"
    assert words_of(ready, NOW, "Asia/Shanghai", "en", closes_at=hour.replace(minute=1))["time"] == "19:00"
    assert words_of(closing, NOW, "Asia/Shanghai", "en", closes_at=None)["time"] == "19:00"


def test_distances() -> None:
    assert distance(0.43, "en") == "450\u00a0m"
    assert distance(2.46, "fr") == "2,5\u00a0km" and distance(38.2, "en") == "38\u00a0km"


def test_texts_are_set_as_a_printer_would() -> None:
    assert typeset("L'œil ; l'autre ?", "fr") == "L’œil\u202f; l’autre\u202f?"
    assert typeset("the maison's own ; so", "en") == "the maison’s own ; so"
    assert typeset("70 % cachemire", "fr") == "70\u00a0% cachemire"
