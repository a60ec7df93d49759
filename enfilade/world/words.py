"""A text in the four languages of the demo world."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

LANGUAGES = ("en", "fr", "nl", "zh")


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing said in each language, not a translation word for word."""

    en: str
    fr: str
    nl: str
    zh: str

    @classmethod
    def of(cls, four: Sequence[str]) -> "Words":
        en, fr, nl, zh = four
        return cls(en, fr, nl, zh)

    def in_(self, language: str) -> str:
        return {"en": self.en, "fr": self.fr, "nl": self.nl, "zh": self.zh}[language]

    def filled(self, **values: "Words | str") -> "Words":
        """Each language with its own value put into the named places."""

        def fill(language: str) -> str:
            own = {k: v if isinstance(v, str) else v.in_(language) for k, v in values.items()}
            return self.in_(language).format(**own)

        return Words.of([fill(language) for language in LANGUAGES])


def slug_of(text: str) -> str:
    """Small letters without accents, joined by hyphens."""
    plain = text.lower().translate(str.maketrans("àâäçéèêëîïôöùûü", "aaaceeeeiioouuu"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
