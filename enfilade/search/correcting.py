"""Typing errors: a word that stands in no document is read as those known words that resemble it most."""

from dataclasses import dataclass, replace
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.search.folding import chinese, stem
from enfilade.search.questions import Question, Word, plain, question

#: Fewer letters say too little to be sure of an error.
LETTERS_MIN = 4
PROPOSED_MAX = 12
TAKEN_MAX = 3


@dataclass(frozen=True, slots=True)
class _Proposed:
    asked: str
    word: str


async def mended(conn: Conn, store_id: UUID, maison_id: UUID | None, asked: Question) -> Question | None:
    """The question with unknown words replaced by what was probably meant; None where all are known or nothing is near."""
    doubtful = [word for word in asked.words if not word.means and _readable(word.text)]
    if not doubtful:
        return None
    proposed = await many(
        conn,
        _Proposed,
        """
        select asked.word as asked, near.word
        from unnest(%(words)s::text[], %(lexemes)s::text[]) as asked(word, lexeme)
        cross join lateral (
          select w.word, max(public.similarity(w.word, asked.word)) as likeness
          from public_facts.search_word w
          where w.word operator(public.%%) asked.word
            and w.maison_id in (select s.maison_id from public_facts.store_maison s where s.store_id = %(store_id)s)
            and (%(maison_id)s::uuid is null or w.maison_id = %(maison_id)s)
          group by w.word order by likeness desc, w.word limit %(most)s) near
        where not exists (
          select 1 from public_facts.search_word k where k.word = asked.word
            and k.maison_id in (select s.maison_id from public_facts.store_maison s where s.store_id = %(store_id)s)
            and (%(maison_id)s::uuid is null or k.maison_id = %(maison_id)s))
        """,
        words=[word.text for word in doubtful],
        lexemes=[stem(word.text) for word in doubtful],
        store_id=store_id,
        maison_id=maison_id,
        most=PROPOSED_MAX,
    )
    meant: dict[str, list[str]] = {}
    for one in proposed:
        if distance(one.asked, one.word) <= allowed(one.asked):
            meant.setdefault(one.asked, []).append(one.word)
    if not meant:
        return None
    read: list[Word] = []
    for word in asked.words:
        near = {known: distance(word.text, known) for known in meant.get(word.text, ())}
        nearest = [known for known, far in near.items() if far == min(near.values())]
        read.append(_one_of(nearest[:TAKEN_MAX]) if nearest else word)
    return replace(asked, words=tuple(read))


def allowed(word: str) -> int:
    """How many letters may be wrong."""
    return 1 if len(word) <= 5 else 2


def distance(one: str, other: str) -> int:
    """Letters to change, add, leave out or exchange with their neighbour (Damerau-Levenshtein, restricted)."""
    before, last = list[int](), list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _readable(text: str) -> bool:
    return len(text) >= LETTERS_MIN and text.isalpha() and not chinese(text)


def _one_of(known: list[str]) -> Word:
    read = [(question(word).words or (plain(word),))[0] for word in known]
    return Word(
        known[0],
        "(" + " | ".join(dict.fromkeys(word.query for word in read)) + ")",
        tuple(dict.fromkeys(concept for word in read for concept in word.means)),
    )
