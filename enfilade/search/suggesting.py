"""While somebody types: pieces, maisons, stories and boutiques that begin so; where there are none, with typing errors mended."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.search import correcting
from enfilade.search.folding import folded, words
from enfilade.search.questions import Question, Word, plain, question

EACH_MAX = 4
#: So many that begin so are looked at; of these the best are shown.
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to go to. `slug` is a piece's, a story's or a maison's; a boutique goes by its id."""

    kind: str
    id: UUID
    name: str
    language: str
    slug: str
    maison_name: str
    city: str


async def suggest(
    conn: Conn,
    *,
    store_id: UUID,
    maison_id: UUID | None,
    text: str,
    language: str,
    market: str,
    now: datetime,
) -> list[Suggestion]:
    """At most four of each kind; none for less than two letters (one character of Chinese). Two statements, with errors four."""
    asked = begun(text)
    if not asked.words:
        return []
    at = _At(store_id, maison_id, language, market, now)
    found = await _begin(conn, at, asked)
    if not found:
        # The last word is perhaps not at its end; the whole may still hold an error.
        mended = await correcting.mended(conn, store_id, maison_id, _whole(asked))
        if mended is not None:
            found = await _begin(conn, at, mended)
    return found


def begun(text: str) -> Question:
    """The question with its last word open at the end; empty where too little is typed."""
    read = question(text)
    last = (words(folded(text)) or [""])[-1]
    if not read.words or (last.isascii() and len("".join(words(folded(text)))) < 2):
        return replace(read, words=())
    end = read.words[-1]
    if text[-1:].isspace() or not end.text.endswith(last) or not last.isascii():
        return read
    if end.means or len(read.words[-1].text.split()) > 1:
        # "bag" means bags, and "bag…" may become another word.
        more = Word(end.text, f"({end.query} | {plain(last, begun=True).query})", end.means)
    else:
        more = plain(last, begun=True) if end.text == last else end
    return replace(read, words=(*read.words[:-1], more))


def _whole(asked: Question) -> Question:
    return question(asked.text)


@dataclass(frozen=True, slots=True)
class _At:
    store_id: UUID
    maison_id: UUID | None
    language: str
    market: str
    now: datetime


async def _begin(conn: Conn, at: _At, asked: Question) -> list[Suggestion]:
    return await many(
        conn,
        Suggestion,
        """
        with begun as materialized (
          (select d.maison_id, d.kind, d.id, d.position, d.names
          from public_facts.search_document d
          where d.words @@ %(words)s::tsquery and d.kind = 'piece'
            and d.maison_id in (select s.maison_id from public_facts.store_maison s where s.store_id = %(store_id)s)
            and (%(maison_id)s::uuid is null or d.maison_id = %(maison_id)s)
          limit %(looked_at)s)
          union all
          (select d.maison_id, d.kind, d.id, d.position, d.names
          from public_facts.search_document d
          where d.words @@ %(words)s::tsquery and d.names @@ %(words)s::tsquery and d.kind in ('maison', 'boutique')
            and d.maison_id in (select s.maison_id from public_facts.store_maison s where s.store_id = %(store_id)s)
            and (%(maison_id)s::uuid is null or d.maison_id = %(maison_id)s)
          limit %(looked_at)s)
          union all
          (select d.maison_id, d.kind, d.id, d.position, d.names
          from public_facts.search_document d
          join public_facts.story_market k on k.story_id = d.id and k.market = %(market)s
            and k.shown_from <= %(now)s and (k.shown_until is null or k.shown_until > %(now)s)
          where d.words @@ %(words)s::tsquery and d.names @@ %(words)s::tsquery and d.kind = 'story'
            and (d.maison_id in (select s.maison_id from public_facts.store_maison s where s.store_id = %(store_id)s)
              or d.maison_id = (select o.maison_id from public_facts.store o where o.id = %(store_id)s))
            and (%(maison_id)s::uuid is null or d.maison_id = %(maison_id)s)
          limit %(looked_at)s)),
        best as (
          select b.maison_id, b.kind, b.id, row_number() over (partition by b.kind
            order by b.names @@ %(words)s::tsquery desc, ts_rank(b.names, %(words)s::tsquery) desc, b.position, b.id) as turn
          from begun b)
        select b.kind, b.id, coalesce(t.name, u.title, o.name, m.name) as name,
          coalesce(t.language, u.language, '') as language, coalesce(p.slug, s.slug, m.slug) as slug,
          m.name as maison_name, coalesce(o.city, '') as city
        from best b
        join public_facts.maison m on m.maison_id = b.maison_id
        left join public_facts.product p on b.kind = 'piece' and p.id = b.id
        left join lateral (select x.language, x.name from public_facts.product_text x where x.product_id = p.id
          order by x.language = %(language)s desc, x.language = m.default_language desc, x.language limit 1) t on true
        left join public_facts.story s on b.kind = 'story' and s.id = b.id
        left join lateral (select x.language, x.title from public_facts.story_text x where x.story_id = s.id
          order by x.language = %(language)s desc, x.language = s.content ->> 'language' desc, x.language limit 1) u on true
        left join public_facts.boutique o on b.kind = 'boutique' and o.id = b.id
        where b.turn <= %(most)s and (b.kind = 'maison' or p.id is not null or o.id is not null or u.title is not null)
        order by b.kind = 'maison' desc, b.kind = 'piece' desc, b.turn
        """,
        words=asked.all_words(),
        store_id=at.store_id,
        maison_id=at.maison_id,
        language=at.language,
        market=at.market,
        now=at.now,
        looked_at=LOOKED_AT,
        most=EACH_MAX,
    )
