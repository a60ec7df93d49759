"""What is searched: one document for each published thing, written again whole whenever something of it changes.

A document is made from what is published at that moment, never from what a fact says: doing it twice, late or in another
order ends the same. Documents of one maison are written one after another.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute
from enfilade.search import folding
from enfilade.search.meanings import meanings
from enfilade.search.questions import BODY

Kind = Literal["piece", "maison", "boutique", "story"]
#: A tsvector holds positions up to 16,383 and a megabyte; a description as long as a book is cut.
WORDS_MAX = 3_000


@dataclass(frozen=True, slots=True)
class Document:
    """`names` and `labels` are found first, `texts` last; `codes` (SKUs) whole or by their beginning.

    `facets` are concepts (`colour:red`); `prices` the lowest in each market, in minor units.
    """

    kind: Kind
    id: UUID
    names: list[str]
    labels: list[str] = field(default_factory=list[str])
    texts: list[str] = field(default_factory=list[str])
    codes: list[str] = field(default_factory=list[str])
    facets: list[str] = field(default_factory=list[str])
    prices: dict[str, int] = field(default_factory=dict[str, int])
    position: int = 0


async def write(
    conn: Conn, *, maison_id: UUID, kind: Kind, ids: list[UUID] | None, documents: list[Document]
) -> None:
    """Writes the documents; what is among `ids` (None: all of that kind) and not among them is found no more."""
    await execute(
        conn,
        """
        delete from public_facts.search_document d
        where d.maison_id = %(maison_id)s and d.kind = %(kind)s
          and (%(ids)s::uuid[] is null or d.id = any(%(ids)s::uuid[])) and d.id <> all(%(kept)s::uuid[])
        """,
        maison_id=maison_id,
        kind=kind,
        ids=ids,
        kept=[document.id for document in documents],
    )
    rows, spoken = list[dict[str, Any]](), set[tuple[str, str]]()
    for document in documents:
        names, whole = _vectors(document, spoken)
        rows.append(
            {
                "id": document.id,
                "position": document.position,
                "facets": document.facets,
                "prices": document.prices,
                "names": names,
                "words": whole,
            }
        )
    await execute(
        conn,
        """
        insert into public_facts.search_document as shown
          (maison_id, kind, id, position, facets, prices, names, words)
        select %(maison_id)s, %(kind)s, g.id, g.position, g.facets, g.prices, g.names::tsvector, g.words::tsvector
        from jsonb_to_recordset(%(rows)s::jsonb)
          as g(id uuid, position integer, facets text[], prices jsonb, names text, words text)
        on conflict on constraint search_document_once do update set position = excluded.position,
          facets = excluded.facets, prices = excluded.prices, names = excluded.names, words = excluded.words
        where (shown.position, shown.facets, shown.prices, shown.names, shown.words)
          is distinct from (excluded.position, excluded.facets, excluded.prices, excluded.names, excluded.words)
        """,
        maison_id=maison_id,
        kind=kind,
        rows=msgspec.json.encode(rows).decode(),
    )
    await execute(
        conn,
        """
        insert into public_facts.search_word (maison_id, word, lexeme)
        select %(maison_id)s, g.word, g.lexeme from unnest(%(words)s::text[], %(lexemes)s::text[]) as g(word, lexeme)
        on conflict on constraint search_word_once do nothing
        """,
        maison_id=maison_id,
        words=[word for word, _ in sorted(spoken)],
        lexemes=[lexeme for _, lexeme in sorted(spoken)],
    )


async def forget_words(conn: Conn, *, maison_id: UUID) -> int:
    """Words that stand in no document of the maison any more are not proposed any more; how many."""
    return await execute(
        conn,
        """
        delete from public_facts.search_word w
        where w.maison_id = %(maison_id)s and not exists (
          select 1 from public_facts.search_document d where d.maison_id = %(maison_id)s
            and d.words @@ (quote_literal(w.lexeme) || '|' || quote_literal('~' || w.lexeme))::tsquery)
        """,
        maison_id=maison_id,
    )


def _vectors(document: Document, spoken: set[tuple[str, str]]) -> tuple[str, str]:
    """Names and all words as text of a tsvector; adds the words that are spoken in it to `spoken`, with their lexemes."""
    found: dict[str, list[str]] = {}
    at = 0
    for weight, texts in (("A", document.names), ("B", document.labels)):
        for text in texts:
            at = _put(found, text, at, weight, spoken)
    for concept in document.facets:
        found.setdefault(concept, []).append(f"{min(at, 16_000)}B")
        for word in _spoken(concept):
            spoken.add((word, concept))
    for code in document.codes:
        found.setdefault("".join(folding.words(folding.folded(code))), []).append(f"{min(at, 16_000)}A")
    names = _vector(found)
    body: dict[str, None] = {}
    for text in document.texts:
        for word, lexemes in folding.spoken(text)[:WORDS_MAX]:
            for lexeme in lexemes:
                body[lexeme] = None
            if len(word) > 3:
                spoken.add((word, lexemes[0]))
    lexemes = [*found, *(BODY + lexeme for lexeme in body if lexeme not in found)]
    return names, " ".join(_quoted(lexeme) for lexeme in lexemes)


def _put(found: dict[str, list[str]], text: str, at: int, weight: str, spoken: set[tuple[str, str]]) -> int:
    for word, lexemes in folding.spoken(text):
        for lexeme in lexemes:
            at = min(at + 1, 16_000)
            places = found.setdefault(lexeme, [])
            if len(places) < 4:
                places.append(f"{at}{weight}")
        if word:
            spoken.add((word, lexemes[0]))
    return at


@cache
def _spoken(concept: str) -> tuple[str, ...]:
    phrases = (folding.spoken(phrase) for phrase in meanings().spoken.get(concept, ()))
    return tuple(parts[0][0] for parts in phrases if len(parts) == 1 and parts[0][0])


def _vector(found: dict[str, list[str]]) -> str:
    return " ".join(f"{_quoted(lexeme)}:{','.join(places)}" for lexeme, places in found.items())


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
