"""What a question means: its words with all they may stand for, its price limits, whether it must be near by."""

from dataclasses import dataclass, replace

from enfilade.search.folding import chinese, folded, pairs, stem, words
from enfilade.search.meanings import meanings, split_run
from enfilade.search.prices import prices

LETTERS_MAX = 200
WORDS_MAX = 12
#: Before a lexeme of a description, so that one word in a name is told from one somewhere in the text.
BODY = "~"


@dataclass(frozen=True, slots=True)
class Word:
    """A word (or phrase) as it was asked, `query` in the syntax of a tsquery, and what it means, if anything."""

    text: str
    query: str
    means: tuple[str, ...] = ()

    @property
    def meant(self) -> str:
        """The same asking for what it means, not for how it is written, where it means something."""
        return f"({' | '.join(_quoted(concept) for concept in self.means)})" if self.means else self.query


@dataclass(frozen=True, slots=True)
class Question:
    """`least` and `most` are limits of price in whole units of the market's currency; `rest` is the text without them."""

    text: str
    rest: str = ""
    words: tuple[Word, ...] = ()
    least: int | None = None
    most: int | None = None
    near: bool = False

    def all_words(self, *, but: int = 0) -> str:
        """A tsquery that asks for all words; with `but` one, for all but any one; '' where there is none."""
        if but and len(self.words) > 1:
            return " | ".join(
                f"({replace(self, words=self.words[:i] + self.words[i + 1 :]).all_words()})"
                for i in range(len(self.words))
            )
        return " & ".join(word.query for word in self.words)

    def meant_words(self) -> str:
        """A tsquery that asks for what all words mean."""
        return " & ".join(word.meant for word in self.words)

    def any_word(self) -> str:
        """A tsquery that asks for one of them."""
        return " | ".join(word.query for word in self.words)


def question(text: str) -> Question:
    """Reads a question in any of the four languages. What is too long is cut."""
    text = " ".join(text[:LETTERS_MAX].split())
    asked = prices(folded(text))
    found: list[Word] = []
    near = False
    chunks = asked.rest.split()
    parts: list[tuple[str, str]] = []  # a word, and the chunk between spaces that it comes from
    for chunk in chunks:
        parts += [(word, chunk) for word in words(chunk)]
    at = 0
    while at < len(parts):
        word, chunk = parts[at]
        if chinese(word):
            for run, concepts in split_run(word):
                near = near or concepts == ("near",)
                if concepts not in (("stop",), ("near",)):
                    found.append(Word(run, _run(run, concepts), concepts))
            at += 1
            continue
        phrase, concepts = _phrase([part for part, _ in parts[at:]])
        if concepts == ("near",):
            near = True
        elif concepts and concepts != ("stop",):
            found.append(_meant(parts[at : at + phrase], concepts))
        elif not concepts:
            together = [part for part, other in parts[at:] if other is chunk] if _code(chunk) else [word]
            phrase = len(together)
            found.append(_code_word(chunk, together) if phrase > 1 else plain(word))
        at += phrase
    if not found and parts and not near and asked.least is None and asked.most is None:
        # Nothing but small words: they may be a name.
        found = [plain(word) for word, _ in parts]
    return Question(text, " ".join(chunks), _once(found), asked.least, asked.most, near)


def plain(word: str, *, begun: bool = False) -> Word:
    """A word that means nothing but itself; `begun`: more letters may follow."""
    if chinese(word):
        return Word(word, _run(word, ()))
    lexeme = word if begun else stem(word)
    more = ":*" if begun or (any(c.isdigit() for c in lexeme) and len(lexeme) > 3) else ""
    return Word(word, f"({_quoted(lexeme)}{more} | {_quoted(BODY + lexeme)}{more})")


def _phrase(parts: list[str]) -> tuple[int, tuple[str, ...]]:
    """How many of the first words are one known phrase, and what it means; one and nothing where they are none."""
    known = meanings()
    for length in range(min(known.longest, len(parts)), 0, -1):
        if concepts := known.phrases.get(tuple(stem(part) for part in parts[:length])):
            # What means something is never a small word as well.
            return length, tuple(c for c in concepts if c not in ("stop",)) or ("stop",)
    return 1, ()


def _meant(parts: list[tuple[str, str]], concepts: tuple[str, ...]) -> Word:
    named = " & ".join(_quoted(stem(part)) for part, _ in parts)
    alternatives = [_quoted(concept) for concept in concepts] + [f"({named})" if len(parts) > 1 else named]
    return Word(" ".join(part for part, _ in parts), f"({' | '.join(alternatives)})", concepts)


def _run(run: str, concepts: tuple[str, ...]) -> str:
    if len(run) == 1:
        named = f"{_quoted(run)}:*"
        body = f"{_quoted(BODY + run)}:*"
    else:
        neighbours = pairs(run)[:-1]
        named = " & ".join(_quoted(pair) for pair in neighbours)
        body = " & ".join(_quoted(BODY + pair) for pair in neighbours)
    if concepts:
        return f"({' | '.join(_quoted(concept) for concept in concepts)} | ({named}))"
    return f"(({named}) | ({body}))"


def _code(chunk: str) -> bool:
    """Whether it looks like a SKU: letters or figures joined by signs, with a figure among them."""
    return any(c.isdigit() for c in chunk) and any(c in "-_./" for c in chunk)


def _code_word(chunk: str, parts: list[str]) -> Word:
    apart = " & ".join(plain(part).query for part in parts)
    return Word(chunk, f"({_quoted(''.join(parts))}:* | ({apart}))")


def _once(found: list[Word]) -> tuple[Word, ...]:
    return tuple({word.query: word for word in found}.values())[:WORDS_MAX]


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
