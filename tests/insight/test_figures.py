"""Figures from published cells: shares of sums, months inside longer periods, and what stays unknown."""

from datetime import date
from uuid import UUID

import pytest

from enfilade.insight.figures import added, books
from enfilade.insight.months import Amount, last_months, span
from enfilade.insight.published import Maison, Published, SalesCell, ServicePeriod, VisitCell
from enfilade.insight.visits import Visits

A, B = UUID(int=1), UUID(int=2)
SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (9, 10, 11))


def cell(detail: str, first: date, last: date, part: str, lines: int, net: int, **other: object) -> SalesCell:
    given = {"maison_id": A, "region": "eu", "currency": "EUR", **other}
    return SalesCell(
        detail=detail, first_month=first, last_month=last, part=part, lines=lines, net_minor=net, **given
    )  # type: ignore[arg-type]


def published(
    *cells: SalesCell, service: tuple[ServicePeriod, ...] = (), visits: tuple[VisitCell, ...] = ()
) -> Published:
    maisons = [
        Maison(id_, slug, slug.title(), "maison", "fashion", None)
        for id_, slug in ((A, "alba"), (B, "borea"))
    ]
    return Published(maisons, list(cells), list(service), list(visits))


def near(amount: Amount) -> tuple[float, float]:
    """Without the dust of dividing."""
    return round(amount.lines, 6), round(amount.net, 3)


ALL = "boutique+online_collected+online_shipped+reserve"
# October and November, together 30 lines and 9,000: 10 online, of which 6 collected; 15 in boutique, 5 reserved.
ALBA = (
    cell("total", OCTOBER, OCTOBER, ALL, 10, 300_000),
    cell("total", NOVEMBER, NOVEMBER, ALL, 20, 600_000),
    cell("promise", OCTOBER, NOVEMBER, "online_collected+online_shipped", 10, 90_000),
    cell("promise", OCTOBER, NOVEMBER, "boutique+reserve", 20, 810_000),
    cell("method", OCTOBER, NOVEMBER, "online_collected", 6, 50_000),
    cell("method", OCTOBER, NOVEMBER, "online_shipped", 4, 40_000),
    cell("method", OCTOBER, NOVEMBER, "boutique", 15, 800_000),
    cell("method", OCTOBER, NOVEMBER, "reserve", 5, 10_000),
    cell("channel", OCTOBER, NOVEMBER, "online_collected", 6, 50_000),
    cell("channel", OCTOBER, NOVEMBER, "online_shipped", 4, 40_000),
    cell("channel", OCTOBER, NOVEMBER, "boutique", 15, 800_000),
    cell("channel", OCTOBER, NOVEMBER, "reserve", 5, 10_000),
)


def test_a_whole_period_is_exact() -> None:
    told = books(published(*ALBA))[A].figures((OCTOBER, NOVEMBER))
    assert told.total == Amount(30, 900_000)
    assert near(told.online) == (10, 90_000)
    assert near(told.boutique) == (15, 800_000)
    assert {part: near(amount) for part, amount in told.apart.items()} == {"reserve": (5, 10_000)}
    shares = (told.share.value, told.share_lines.value, told.collect.value)
    assert shares == (pytest.approx(0.1), pytest.approx(1 / 3), pytest.approx(0.6))
    assert not told.estimated
    assert near(told.untold) == (0, 0)


def test_a_month_of_a_longer_period_is_shared_out_as_the_total_was_and_says_so() -> None:
    book = books(published(*ALBA))[A]
    october, november = book.figures((OCTOBER,)), book.figures((NOVEMBER,))
    assert (october.total, october.online.net, october.online.lines) == (
        Amount(10, 300_000),
        30_000,
        pytest.approx(10 / 3),
    )
    assert (october.share.value, november.share.value) == (pytest.approx(0.1), pytest.approx(0.1))
    assert october.estimated and november.estimated
    for month in (october, november):
        parts = month.online.net + month.boutique.net + sum(amount.net for amount in month.apart.values())
        assert parts == pytest.approx(month.total.net), "parts add up in every month"


def test_the_share_of_several_is_the_share_of_their_sums() -> None:
    part, every = "online_shipped", "boutique+online_shipped"
    more = (
        cell("total", NOVEMBER, NOVEMBER, every, 100, 100_000, maison_id=B),
        cell("promise", NOVEMBER, NOVEMBER, part, 50, 50_000, maison_id=B),
        cell("promise", NOVEMBER, NOVEMBER, "boutique", 50, 50_000, maison_id=B),
    )
    found = books(published(*ALBA, *more))
    months = (OCTOBER, NOVEMBER)
    assert found[B].figures(months).share.value == 0.5
    assert added(book.figures(months) for book in found.values()).share.value == pytest.approx(
        140_000 / 1_000_000
    )


def test_who_cannot_tell_online_apart_is_in_the_sales_and_not_in_the_share() -> None:
    mixed = "boutique+online_shipped"
    found = books(
        published(
            *ALBA,
            cell("total", NOVEMBER, NOVEMBER, mixed, 40, 500_000, maison_id=B),
            cell("promise", NOVEMBER, NOVEMBER, mixed, 40, 500_000, maison_id=B),
            cell("method", NOVEMBER, NOVEMBER, mixed, 40, 500_000, maison_id=B),
            cell("channel", NOVEMBER, NOVEMBER, mixed, 40, 500_000, maison_id=B),
        )
    )
    months = (OCTOBER, NOVEMBER)
    told = found[B].figures(months)
    assert (told.share.value, told.collect.value, told.untold) == (None, None, Amount(40, 500_000))
    whole = added(book.figures(months) for book in found.values())
    assert (whole.total.net, whole.share.value) == (1_400_000, pytest.approx(0.1))


def test_nothing_sold_is_unknown_and_not_nought() -> None:
    told = books(published())[A].figures((NOVEMBER,))
    assert (told.share.value, told.ready.value, told.rejected.value) == (None, None, None)


def test_other_currencies_stand_beside() -> None:
    found = books(published(*ALBA, cell("total", NOVEMBER, NOVEMBER, "boutique", 6, 70_000, currency="AED")))[
        A
    ]
    assert found.figures((NOVEMBER,)).total.net == 600_000
    assert found.other_currencies((NOVEMBER,)) == {"AED": Amount(6, 70_000)}


def test_service_is_a_mean_of_work_and_a_rate_of_lines() -> None:
    periods = (
        ServicePeriod(A, SEPTEMBER, OCTOBER, 10, 20, 2, 8, 800),
        ServicePeriod(A, NOVEMBER, NOVEMBER, 5, 10, 4, 2, 500),
    )
    book = books(published(service=periods))[A]
    whole = book.figures((SEPTEMBER, OCTOBER, NOVEMBER))
    assert (whole.ready.value, whole.rejected.value) == (130, 0.2)
    half = book.figures((OCTOBER, NOVEMBER))
    assert (half.ready.value, half.rejected.value) == (pytest.approx(150), pytest.approx(0.25))


def visited(
    maison: UUID, detail: str, first: date, last: date, part: str, visits: int, net: int = 0
) -> VisitCell:
    return VisitCell(maison, detail, first, last, part, visits, net)


def test_visits_are_measured_where_tills_tell_them_and_sums_say_over_how_many_maisons() -> None:
    found = books(
        published(
            visits=(
                visited(A, "visits", SEPTEMBER, SEPTEMBER, "tills_silent", 30),
                visited(A, "visits", OCTOBER, OCTOBER, "tills_tell", 12),
                visited(A, "visits", NOVEMBER, NOVEMBER, "tills_tell", 8),
                visited(A, "beside", OCTOBER, NOVEMBER, "something", 5, 100_000),
                visited(A, "beside", OCTOBER, NOVEMBER, "nothing", 15),
                visited(B, "visits", NOVEMBER, NOVEMBER, "tills_silent", 40),
            )
        )
    )
    months = (SEPTEMBER, OCTOBER, NOVEMBER)
    alba, borea = (found[id_].figures(months).visits for id_ in (A, B))
    # September is in no share: nobody told what was bought beside in it.
    assert alba == Visits(50, 20, 5, 100_000, measured=1)
    assert (alba.share, alba.net_per_visit) == (0.25, 5_000)
    assert borea == Visits(40, silent=1)
    assert (borea.share, borea.net_per_visit) == (None, None)
    whole = added(book.figures(months) for book in found.values()).visits
    assert (whole.begun, whole.share, whole.measured, whole.maisons) == (90, 0.25, 1, 2)
    assert found[A].figures((SEPTEMBER,)).visits == Visits(30, silent=1)
    half = found[A].figures((NOVEMBER,)).visits
    assert (half.begun, half.told, half.beside, half.net, half.estimated) == (8, 10, 2.5, 50_000, True)


def test_tills_that_tell_too_few_are_not_called_silent() -> None:
    book = books(published(visits=(visited(A, "visits", NOVEMBER, NOVEMBER, "tills_tell", 9),)))[A]
    assert book.figures((NOVEMBER,)).visits == Visits(9, few=1)
    assert book.figures((OCTOBER,)).visits == Visits()


def test_months_run_over_the_year() -> None:
    assert last_months(date(2026, 2, 28), 3) == (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
    assert span(date(2025, 11, 1), date(2026, 1, 1))[-1] == date(2026, 1, 1)
    assert len(last_months(date(2026, 12, 31), 25)) == 25
