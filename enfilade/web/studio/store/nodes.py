"""The form of a tree of pieces: a row a node, read with what is wrong in it."""

import re
import unicodedata
from dataclasses import dataclass, field

from litestar.datastructures import FormMultiDict

from enfilade.base.i18n import LANGUAGES
from enfilade.catalogue.navigation import GENDERS, NODES_MAX, Count, Node, follows, pieces_in

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEY_CHARACTERS_MAX = 40
NAME_CHARACTERS_MAX = 60
#: Empty rows for what is to come.
FREE_ROWS = 2
GENDER_NAMES = {"": "Anybody", "women": "Women", "men": "Men", "unisex": "Everybody"}


@dataclass(frozen=True, slots=True)
class Row:
    """A node as it is written; `pieces` None: not counted yet."""

    place: str = ""
    key: str = ""
    gender: str = ""
    families: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict[str, str])
    pieces: int | None = None

    @property
    def empty(self) -> bool:
        return not self.key and not any(self.names.values())


def rows_of(nodes: list[Node], counts: tuple[Count, ...]) -> list[Row]:
    """The maison's own nodes, or those that follow from its pieces, to begin with."""
    return [
        Row(
            str(number),
            node.key,
            node.gender,
            tuple(node.families),
            dict(node.names or {}),
            pieces_in(node, counts),
        )
        for number, node in enumerate(nodes or follows(counts), 1)
    ]


def with_free(rows: list[Row]) -> list[Row]:
    """The rows of the form: as many free ones as there may still be, two at a time."""
    return rows + [Row() for _ in range(min(FREE_ROWS, NODES_MAX - len(rows)))]


def read(form: FormMultiDict) -> list[Row]:
    """The rows that say something, in the order they were sent."""
    rows = [
        Row(
            str(form.get(f"place-{number}", "")).strip()[:3],
            str(form.get(f"node-{number}", "")).strip()[:KEY_CHARACTERS_MAX],
            str(form.get(f"gender-{number}", ""))[:20],
            tuple(dict.fromkeys(str(each)[:80] for each in form.getall(f"families-{number}", []))),
            {
                language: name
                for language in LANGUAGES
                if (name := str(form.get(f"name-{number}-{language}", "")).strip()[:NAME_CHARACTERS_MAX])
            },
        )
        for number in range(NODES_MAX)
    ]
    return [row for row in rows if not row.empty]


def arranged(rows: list[Row], counts: tuple[Count, ...]) -> tuple[list[Node], list[str]]:
    """The nodes in their order, and what of them needs another look; a key left out is made of a name."""
    families = {count.family for count in counts}
    wrong: list[str] = []
    nodes: list[tuple[int, Node]] = []
    for number, row in enumerate(rows, 1):
        said = row.names.get("en") or row.names.get("fr") or row.key or f"node {number}"
        key = row.key or keyed(said)
        place = int(row.place) if row.place.isascii() and row.place.isdigit() else number
        if not KEY.fullmatch(key):
            wrong.append(f"“{said}”: its word in addresses is small letters, figures and hyphens.")
        if row.gender not in {*GENDER_NAMES, *GENDERS, *(count.gender for count in counts)}:
            wrong.append(f"“{said}”: choose for whom it is.")
        if strange := sorted(set(row.families) - families):
            wrong.append(f"“{said}”: there are no pieces of {', '.join(strange)}.")
        nodes.append((place, Node(key, row.gender, row.families, row.names)))
    keys = [node.key for _, node in nodes]
    wrong += [f"“{key}” stands twice." for key in sorted({key for key in keys if keys.count(key) > 1})]
    return [node for _, node in sorted(nodes, key=lambda found: found[0])], wrong


def keyed(name: str) -> str:
    """A name as a word of an address; '' of one without Latin letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:KEY_CHARACTERS_MAX].strip("-")
