"""What may be engraved on a piece: so many letters, in a lettering and a script it cuts, and nothing a burin cannot cut."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, execute, maybe

ENGRAVING_LETTERS_MAX = 60
#: Beside letters and figures.
SIGNS = " .,&'’·-+/"
#: The letterings a maison may offer, and the scripts it may cut; without a word of its own it cuts the first of each.
LETTERINGS = ("upright", "italic", "block")
SCRIPTS = ("latin", "han")
FEE_MAX = 100_000_000


class NotEngraved(Exception):
    """The piece is not engraved, or the words have a letter that is not cut."""

    def __init__(self, letters: str) -> None:
        super().__init__(f"cannot be engraved: {letters!r}")
        self.letters = letters


class TooLong(Exception):
    """More letters than the piece has room for."""

    def __init__(self, letters: int, letters_max: int) -> None:
        super().__init__(f"{letters} letters where {letters_max} fit")
        self.letters, self.letters_max = letters, letters_max


class LetteringNotOffered(Exception):
    """The maison does not cut in this lettering."""


@dataclass(frozen=True, slots=True)
class Wished:
    """Words and the lettering they are cut in; both '' for none."""

    words: str = ""
    lettering: str = ""


#: What is asked where a piece is not engraved.
PLAIN = Wished()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a maison cuts; `fees` in minor units of the market's currency, by market, for one piece."""

    letterings: tuple[str, ...] = LETTERINGS[:1]
    scripts: tuple[str, ...] = SCRIPTS[:1]
    fees: dict[str, int] | None = None


def engraved(words: str, letters_max: int, scripts: Collection[str] = SCRIPTS[:1]) -> str:
    """The words as they would be cut: composed letters, single spaces. Raises NotEngraved, TooLong.

    Latin letters with their accents, figures, and a few signs are cut, a letter with its accent counting once; Chinese
    characters where the maison cuts them.
    """
    text = " ".join(unicodedata.normalize("NFC", words).split())
    strange = "".join(dict.fromkeys(letter for letter in text if not _cut(letter, scripts)))
    if strange or not letters_max:
        raise NotEngraved(strange)
    if len(text) > letters_max:
        raise TooLong(len(text), letters_max)
    return text


def checked(
    wished: Wished,
    letters_max: int,
    letterings: Collection[str] | None,
    scripts: Collection[str] | None,
) -> Wished:
    """What would be cut on the piece; PLAIN where no words are wished. None: the maison has said nothing of it.

    Raises NotEngraved, TooLong, LetteringNotOffered.
    """
    if not wished.words.strip():
        return PLAIN
    offered = list(letterings or LETTERINGS[:1])
    lettering = wished.lettering or offered[0]
    if lettering not in offered:
        raise LetteringNotOffered(lettering)
    return Wished(engraved(wished.words, letters_max, scripts or SCRIPTS[:1]), lettering)


def _cut(letter: str, scripts: Collection[str]) -> bool:
    if letter in SIGNS or letter in "0123456789":
        return True
    if "han" in scripts and "一" <= letter <= "鿿":
        return True
    # Latin and its accents: up to the end of Latin Extended-A, what the faces of the themes hold.
    return (
        "latin" in scripts and letter.isalpha() and letter < "ſ" and "LATIN" in unicodedata.name(letter, "")
    )


@dataclass(frozen=True, slots=True)
class _Row:
    letterings: list[str] | None
    scripts: list[str] | None
    fees: dict[str, int]


async def terms_of(conn: Conn, *, maison_id: UUID) -> Terms:
    """What is in force at the maison."""
    row = await maybe(
        conn,
        _Row,
        """
        select t.letterings, t.scripts, coalesce(
          (select jsonb_object_agg(f.market, f.amount_minor) from public_facts.engraving_fee f
            where f.maison_id = %(maison_id)s), '{}') as fees
        from (select 1) x left join public_facts.engraving_terms t on t.maison_id = %(maison_id)s
        """,
        maison_id=maison_id,
    )
    assert row is not None
    return Terms(
        tuple(row.letterings or LETTERINGS[:1]),
        tuple(row.scripts or SCRIPTS[:1]),
        row.fees,
    )


async def set_terms(conn: Conn, *, maison_id: UUID, terms: Terms) -> None:
    """In force for what is put into baskets and checked out from now on; a fee of 0 is none. The tables' checks bound it."""
    fees = {market: amount for market, amount in (terms.fees or {}).items() if amount}
    await execute(
        conn,
        """
        with said as (
          insert into public_facts.engraving_terms (maison_id, letterings, scripts)
          values (%(maison_id)s, %(letterings)s::text[], %(scripts)s::text[])
          on conflict (maison_id) do update set letterings = excluded.letterings, scripts = excluded.scripts
        ), gone as (
          delete from public_facts.engraving_fee
          where maison_id = %(maison_id)s and market <> all(%(markets)s::text[])
        )
        insert into public_facts.engraving_fee (maison_id, market, amount_minor)
        select %(maison_id)s, f.market, f.amount
        from unnest(%(markets)s::text[], %(amounts)s::bigint[]) as f(market, amount)
        on conflict (maison_id, market) do update set amount_minor = excluded.amount_minor
        """,
        maison_id=maison_id,
        letterings=list(terms.letterings),
        scripts=list(terms.scripts),
        markets=list(fees),
        amounts=list(fees.values()),
    )
