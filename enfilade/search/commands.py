"""`enfilade search`: write the documents again, and measure the ranking on questions with graded answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, scalar
from enfilade.base.tenants import tenants
from enfilade.search import documents, evaluating, finding, indexing
from enfilade.search.evaluating import Judged
from enfilade.search.questions import question

RANKED_MAX = 100
#: Languages with a dictionary of PostgreSQL's own, for the baseline.
CONFIGURATIONS = {"en": "english", "fr": "french", "nl": "dutch"}
MARKETS = {"en": "gb", "fr": "fr", "nl": "nl", "zh": "cn"}


@dataclass(frozen=True, slots=True)
class _Slug:
    slug: str


def commands(database: Callable[[], Db]) -> click.Group:
    """The group `search`; `database` gives the pools, not yet open, when a command runs."""

    @click.group("search", help="Write the documents of the search again; measure how good its ranking is.")
    def group() -> None:
        pass

    @group.command(
        "index", help="Write every document again, of every maison or of one, while the shop runs."
    )
    @click.option("--maison", default="", help="The slug of one maison.")
    def index(maison: str) -> None:
        asyncio.run(_index(database(), maison))

    @group.command("evaluate", help="nDCG@10 and recall@100 of a judged set, beside plain text search.")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--store", default="", help="The slug of the store that is asked; the multi-brand one.")
    def evaluate(file: Path, store: str) -> None:
        try:
            judged = evaluating.read(file)
        except evaluating.JudgedRefused as refusal:
            raise click.ClickException(str(refusal)) from None
        click.echo(asyncio.run(_evaluate(database(), judged, store)))

    assert index and evaluate
    return group


async def _index(db: Db, slug: str) -> None:
    await db.open()
    pieces, seen = 0, 0
    try:
        for tenant in await tenants(db):
            if slug and tenant.slug != slug:
                continue
            seen += 1
            async with db.acting(Actor.job(), tenant.maison_id) as conn:
                pieces += await indexing.index_all(conn, maison_id=tenant.maison_id)
                await documents.forget_words(conn, maison_id=tenant.maison_id)
    finally:
        await db.close()
    if slug and not seen:
        raise click.ClickException(f"no maison has the slug {slug!r}")
    click.echo(f"{pieces} pieces of {seen} tenants can be found")


async def _evaluate(db: Db, judged: list[Judged], slug: str) -> str:
    await db.open()
    try:
        async with db.public() as conn:
            store_id = await scalar(
                conn,
                "select id from public_facts.store where slug = %(slug)s or (%(slug)s = '' and multi_brand) limit 1",
                slug=slug,
            )
            if store_id is None:
                raise click.ClickException(f"no store is called {slug!r}")
            ours = [
                await ranking(conn, one, finding.Asked(store_id, one.language, MARKETS.get(one.language, "")))
                for one in judged
            ]
            plain = [await plainly(conn, one) for one in judged]
    finally:
        await db.close()
    return table(judged, {"Enfilade": ours, "plain text search": plain})


def table(judged: list[Judged], rankings: dict[str, list[list[str]]]) -> str:
    """One line for each tag and one for all, in the order of the file."""
    tags = [*dict.fromkeys(one.tag for one in judged if one.tag), ""]
    heads = "".join(f"{name:>26}" for name in rankings)
    lines = [
        f"{'':<16}{'questions':>10}{heads}",
        f"{'':<26}" + f"{'nDCG@10  recall@100':>26}" * len(rankings),
    ]
    for tag in tags:
        chosen = [place for place, one in enumerate(judged) if not tag or one.tag == tag]
        scores = [
            evaluating.score([judged[place] for place in chosen], [ranked[place] for place in chosen])
            for ranked in rankings.values()
        ]
        figures = "".join(f"{score.ndcg_10:>15.3f}{score.recall_100:>11.3f}" for score in scores)
        lines.append(f"{tag or 'all':<16}{len(chosen):>10}{figures}")
    return "\n".join(lines)


async def ranking(conn: Conn, one: Judged, asked: finding.Asked) -> list[str]:
    """The slugs of the first hundred pieces, as the page of the search would show them."""
    results = await finding.find(conn, *finding.priced(asked, question(one.query), "EUR"))
    found = await finding.pieces(conn, asked, [*results.ranked, *results.close][:RANKED_MAX])
    return [piece.slug for piece in found]


async def plainly(conn: Conn, one: Judged) -> list[str]:
    """The baseline: PostgreSQL's text search over names, texts and materials in the language of the question, by `ts_rank`."""
    rows = await many(
        conn,
        _Slug,
        """
        select p.slug from (
          select t.product_id, to_tsvector(%(configuration)s::regconfig,
            t.name || ' ' || t.description || ' ' || t.materials) as words
          from public_facts.product_text t where t.language = %(language)s) t
        join public_facts.product p on p.id = t.product_id
        where t.words @@ websearch_to_tsquery(%(configuration)s::regconfig, %(words)s)
        order by ts_rank(t.words, websearch_to_tsquery(%(configuration)s::regconfig, %(words)s)) desc, p.slug
        limit %(most)s
        """,
        configuration=CONFIGURATIONS.get(one.language, "simple"),
        language=one.language,
        words=one.query,
        most=RANKED_MAX,
    )
    return [row.slug for row in rows]
