"""A few words on a piece before they are cut: whether they can be, where the picture shows them, by when, and for how much."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enfilade.base import i18n
from enfilade.base.db import Conn, one
from enfilade.base.i18n import Language
from enfilade.base.money import Money
from enfilade.catalogue.engraving import (
    LETTERINGS,
    SCRIPTS,
    LetteringNotOffered,
    NotEngraved,
    TooLong,
    Wished,
    checked,
)
from enfilade.orders import engraving_room
from enfilade.web.storefront.pictures import Picture

#: Kinds whose engraved place is seen in our own pictures of them; the style sheet says where. Others are shown enlarged.
SEEN = {"perfume", "trunk"}
#: More is cut off before anybody looks at it.
WORDS_MAX = 200


@dataclass(frozen=True, slots=True)
class Offered:
    """What the maison cuts, for how much, and by which day. `workshop`: it has one; without, nothing is counted."""

    letterings: list[str]
    scripts: list[str]
    fee_minor: int
    workshop: bool
    engrave_by: date | None

    def room(self, now: datetime) -> bool:
        """Whether it can be promised today."""
        return not self.workshop or (
            self.engrave_by is not None and engraving_room.in_time(self.engrave_by, now)
        )


@dataclass(frozen=True, slots=True)
class Engraving:
    """`words` as they would be cut, '' before any; `refused` says in the client's words why not.

    `picture` is the one they are shown on; without it they stand on a plate in the metal of the piece, enlarged. `fee` None: it
    costs nothing. `room`: it can be ordered; `by` the day it is done, None where no workshop promises one.
    """

    letters_max: int
    asked: str
    words: str
    refused: str
    family: str
    picture: Picture | None
    letterings: list[str]
    lettering: str
    han: bool
    fee: Money | None
    room: bool
    by: date | None


async def offered(conn: Conn, *, maison_id: UUID, market: str, now: datetime) -> Offered:
    """In one statement, of published facts."""
    return await one(
        conn,
        Offered,
        """
        select coalesce(t.letterings, %(letterings)s::text[]) as letterings, coalesce(t.scripts, %(scripts)s::text[]) as scripts,
          coalesce((select f.amount_minor from public_facts.engraving_fee f
            where f.maison_id = %(maison_id)s and f.market = %(market)s), 0) as fee_minor,
          exists (select 1 from public_facts.workshop w where w.maison_id = %(maison_id)s) as workshop,
          public_facts.engraved_by(%(maison_id)s, 1, %(now)s) as engrave_by
        from (select 1) x left join public_facts.engraving_terms t on t.maison_id = %(maison_id)s
        """,
        maison_id=maison_id,
        market=market,
        letterings=list(LETTERINGS[:1]),
        scripts=list(SCRIPTS[:1]),
        now=now,
    )


def not_cut(refusal: Exception, language: Language) -> str:
    """Why words are not cut, in the client's."""
    translations = i18n.translations(language)
    _ = translations.gettext
    if isinstance(refusal, NotEngraved) and refusal.letters:
        return _("These are not cut: %(letters)s") % {"letters": refusal.letters}
    if isinstance(refusal, TooLong):
        return _("There is room for %(most)s letters; these are %(letters)s.") % {
            "most": refusal.letters_max,
            "letters": refusal.letters,
        }
    if isinstance(refusal, LetteringNotOffered):
        return _("The maison does not cut in this lettering.")
    return _("This piece is not engraved.")


def engraving(
    letters_max: int,
    asked: Wished,
    family: str,
    shots: list[Picture],
    language: Language,
    terms: Offered,
    currency: str,
    now: datetime,
) -> Engraving:
    """The preview of a piece that is engraved."""
    cut, refused = Wished("", asked.lettering), ""
    try:
        cut = checked(asked, letters_max, terms.letterings, terms.scripts)
    except (NotEngraved, TooLong, LetteringNotOffered) as refusal:
        refused = not_cut(refusal, language)
    picture = shots[0] if shots and family in SEEN and shots[0].kind == family else None
    lettering = asked.lettering if asked.lettering in terms.letterings else terms.letterings[0]
    return Engraving(
        letters_max,
        asked.words,
        cut.words,
        refused,
        family,
        picture,
        terms.letterings,
        lettering,
        "han" in terms.scripts,
        Money(terms.fee_minor, currency) if terms.fee_minor and currency else None,
        terms.room(now),
        terms.engrave_by if terms.workshop else None,
    )
