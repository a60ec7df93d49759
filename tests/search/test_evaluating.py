"""A judged set in its plain format: read or refused in words; the measures as the papers define them."""

from math import log2
from pathlib import Path

import pytest

from enfilade.search.commands import table
from enfilade.search.evaluating import Judged, JudgedRefused, ndcg, read, recall, score


def test_measures_are_those_of_the_papers() -> None:
    assert ndcg([3, 2], [2, 3]) == 1
    assert ndcg([2, 3], [2, 3]) == pytest.approx((3 + 7 / log2(3)) / (7 + 3 / log2(3)))
    assert ndcg([0] * 10 + [3], [3]) == 0
    assert ndcg([], []) == 1
    assert recall(["a", "b"], {"a": 3, "c": 2, "b": 1}) == 0.5, "the good answers alone"
    assert recall(["b"], {"b": 1, "d": 0}) == 1, "the acceptable, where none is good"
    one = Judged("bag", "en", "kind", {"a": 3})
    assert score([one, one], [["a", "a"], ["b"]]) == score([one, one], [["b"], ["a"]])
    assert table([one], {"Ours": [["a"]], "plain": [["b"]]}).splitlines()[-1].split() == [
        "all", "1", "1.000", "1.000", "0.000", "0.000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("query,language,grade\n", "column title is missing"),
        ("query,language,title,grade\nbag,en,x,4\n", "line 2: the grade must be 0, 1, 2 or 3"),
        ("query,language,title,grade\nbag,en,x,3\n ,en,x,1\n", "line 3: query and title must not be empty"),
        ("query,language,title,grade\n", "no question in it"),
    ],
)
def test_what_is_no_judged_set_is_refused_with_its_line(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(text)
    with pytest.raises(JudgedRefused, match=why):
        read(file)


def test_lines_of_one_question_are_one(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "\ufeffquery,language,title,grade\nbag,en,x,3\nsac,fr,x,2\nbag,en,y,0\n", encoding="utf-8"
    )
    assert read(file) == [Judged("bag", "en", "", {"x": 3, "y": 0}), Judged("sac", "fr", "", {"x": 2})]
