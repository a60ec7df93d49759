"""Ratios are 1 at the floor and smaller when worse, for rates and for times; rounds become medians."""

from bench.load import Loaded, parsed
from bench.measuring import Rounds, alternate, entry, ratio


def test_a_rate_below_its_floor_and_a_time_above_it_are_both_worse() -> None:
    assert ratio(70.0, 100.0, "requests/s") == 0.7
    assert ratio(2.0, 1.4, "s") == 0.7
    assert ratio(5.0, 5.0, "s") == ratio(5.0, 5.0, "rows/s") == 1.0
    assert ratio(150.0, 100.0, "requests/s") == 1.5
    assert ratio(5.0, None, "s") is None and ratio(0.0, 5.0, "requests/s") is None


def test_a_figure_says_both_floors() -> None:
    told = entry(50.0, "rows/s", bare=100.0, sql_floor=200.0, rows=7)
    assert told == {
        "value": 50.0,
        "unit": "rows/s",
        "bare": 100.0,
        "ratio": 0.5,
        "sql_floor": 200.0,
        "sql_ratio": 0.25,
        "rows": 7,
    }


def test_rounds_are_told_by_their_median_and_processor_time_by_journey() -> None:
    def rounds(*rates: int, spent: float) -> list[Loaded]:
        return [
            Loaded(1.0, rate, rate, [0.01] * rate, cpu_seconds=0.1, served_cpu_seconds=spent)
            for rate in rates
        ]

    told = Rounds(rounds(10, 40, 20, spent=0.7), rounds(25, 50, 40, spent=0.575), [80.0]).figure("requests/s")
    assert (told["value"], told["bare"], told["ratio"], told["sql_ratio"]) == (20, 40, 0.5, 0.25)
    assert (told["cpu_ms"], told["bare_cpu_ms"], told["cpu_ratio"]) == (30.0, 15.0, 0.5)
    assert told["rounds"] == [10.0, 40.0, 20.0] and told["errors"] == 0


def test_sides_take_turns_at_being_first() -> None:
    order: list[str] = []
    alternate(2, sides=(lambda _: order.append("ours"), lambda _: order.append("bare")))
    assert order == ["ours", "bare", "bare", "ours"]


def test_an_answer_is_whole_or_not_there() -> None:
    head = b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\n"
    for cut in range(len(head) + 4):
        assert parsed(bytearray((head + b"body")[:cut])) is None
    assert parsed(bytearray(head + b"body")) == (201, b"body")
    chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    assert parsed(bytearray(chunked + b"4\r\nbody\r\n")) is None
    assert parsed(bytearray(chunked + b"4\r\nbody\r\n0\r\n\r\n")) is not None
