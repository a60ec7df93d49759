"""How good a ranking is, measured on questions with graded answers: nDCG@10 and recall@100 (`docs/algorithms/search.md`)."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log2
from pathlib import Path

#: Best grade last: unrelated, acceptable, good, exactly that.
GRADES = (0, 1, 2, 3)


@dataclass(slots=True)
class Judged:
    """A question and the grade of each thing that answers it, by its title; what is not named has grade 0."""

    query: str
    language: str
    tag: str = ""
    grades: dict[str, int] = field(default_factory=dict[str, int])


class JudgedRefused(ValueError):
    """The file is not a judged set; the message says where."""


@dataclass(frozen=True, slots=True)
class Score:
    """Means over `questions`; between 0 and 1."""

    questions: int
    ndcg_10: float
    recall_100: float


def read(path: Path) -> list[Judged]:
    """A CSV with columns query, language, title, grade and perhaps tag: a line an answer. Raises JudgedRefused."""
    known: dict[tuple[str, str], Judged] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := {"query", "language", "title", "grade"} - set(reader.fieldnames or ()):
            raise JudgedRefused(f"{path.name}: the column {min(missing)} is missing")
        for row in reader:
            if row["grade"] not in {str(grade) for grade in GRADES}:
                raise JudgedRefused(f"{path.name}, line {reader.line_num}: the grade must be 0, 1, 2 or 3")
            if not row["query"].strip() or not row["title"].strip():
                raise JudgedRefused(f"{path.name}, line {reader.line_num}: query and title must not be empty")
            asked = known.setdefault(
                (row["query"], row["language"]), Judged(row["query"], row["language"], row.get("tag") or "")
            )
            asked.grades[row["title"]] = int(row["grade"])
    if not known:
        raise JudgedRefused(f"{path.name}: no question in it")
    return list(known.values())


def ndcg(ranked: Sequence[int], ideal: Iterable[int], at: int = 10) -> float:
    """Normalised discounted cumulative gain with gain 2^grade - 1 (Burges and others, 2005); 1 where nothing could be found."""
    best = _gain(sorted(ideal, reverse=True)[:at])
    return _gain(ranked[:at]) / best if best else 1.0


def recall(ranked: Sequence[str], grades: dict[str, int], at: int = 100) -> float:
    """The share of the good answers (where a question has none, of the acceptable) among the first `at`, of as many as fit."""
    wanted = {title for title, grade in grades.items() if grade >= 2} or {
        title for title, grade in grades.items() if grade > 0
    }
    return len(wanted & set(ranked[:at])) / min(len(wanted), at) if wanted else 1.0


def score(judged: list[Judged], rankings: list[list[str]]) -> Score:
    """Each question's titles, best first, against its grades. A title that comes twice counts once."""
    once = [list(dict.fromkeys(ranking)) for ranking in rankings]
    return Score(
        len(judged),
        sum(
            ndcg([one.grades.get(title, 0) for title in ranking], one.grades.values())
            for one, ranking in zip(judged, once, strict=True)
        )
        / len(judged),
        sum(recall(ranking, one.grades) for one, ranking in zip(judged, once, strict=True)) / len(judged),
    )


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades, 1))
