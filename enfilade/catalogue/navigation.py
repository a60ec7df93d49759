"""A maison's own tree of pieces: nodes it named and ordered, or, while it said nothing, those that follow from its pieces."""

import hashlib
from dataclasses import dataclass, replace
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many

NODES_MAX = 12
#: For whom a piece is, as catalogues say it, in the order of a shop's floors.
GENDERS = ("women", "men", "unisex")
#: Families that live in a home, whoever they are for.
HOME = ("candle", "decanter", "trunk", "tableware", "furniture")


@dataclass(frozen=True, slots=True)
class Node:
    """Pieces of these families (none said: all) for this gender ('': anybody). `names` by language; empty: the house's word."""

    key: str
    gender: str = ""
    families: tuple[str, ...] = ()
    names: dict[str, str] | None = None
    pieces: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """How many pieces of a family there are for whom."""

    gender: str
    family: str
    pieces: int


@dataclass(frozen=True, slots=True)
class Tree:
    """`counts` is what nodes and families are counted from."""

    nodes: tuple[Node, ...]
    counts: tuple[Count, ...]

    def node(self, key: str) -> Node | None:
        return next((node for node in self.nodes if node.key == key), None)

    def families(self, node: Node | None) -> list[tuple[str, int]]:
        """The families within a node, or of all, the fullest first."""
        sums: dict[str, int] = {}
        for count in self.counts:
            if node is None or _within(node, count):
                sums[count.family] = sums.get(count.family, 0) + count.pieces
        return sorted(sums.items(), key=lambda found: (-found[1], found[0]))


@dataclass(frozen=True, slots=True)
class _Row:
    own: bool
    key: str
    gender: str
    families: list[str]
    names: dict[str, str]
    pieces: int


class TreeChanged(Exception):
    """A colleague arranged the tree after it was shown to whoever arranges it now."""

    def __init__(self) -> None:
        super().__init__(
            "A colleague arranged the tree meanwhile. Look at it as it is now, then write again."
        )


def seen_of(nodes: list[Node]) -> str:
    """Names this very arrangement."""
    said = msgspec.json.encode([_kept(node) for node in nodes], order="deterministic")
    return hashlib.sha256(said).hexdigest()[:16]


async def arrange(conn: Conn, *, maison_id: UUID, nodes: list[Node], seen: str | None = None) -> None:
    """Makes these the maison's tree, in this order; none: it follows from the pieces again.

    `seen` is `seen_of` what was in force when somebody began to write. Raises TreeChanged.
    """
    assert len(nodes) <= NODES_MAX and len({node.key for node in nodes}) == len(nodes)
    await execute(
        conn,
        "select pg_advisory_xact_lock(hashtextextended('nodes:' || %(maison_id)s::text, 0))",
        maison_id=maison_id,
    )
    if seen is not None:
        own, _ = await arranged(conn, maison_id=maison_id)
        if seen_of(own) == seen_of(nodes):
            return
        if seen_of(own) != seen:
            raise TreeChanged
    await execute(conn, "delete from public_facts.node where maison_id = %(maison_id)s", maison_id=maison_id)
    await execute(
        conn,
        """
        insert into public_facts.node (maison_id, key, position, gender, families, names)
        select %(maison_id)s, n.key, n.number, n.gender, n.families, n.names
        from rows from (jsonb_to_recordset(%(nodes)s::jsonb) as (key text, gender text, families text[], names jsonb))
          with ordinality as n(key, gender, families, names, number)
        """,
        maison_id=maison_id,
        nodes=msgspec.json.encode([_kept(node) for node in nodes]).decode(),
    )


async def arranged(conn: Conn, *, maison_id: UUID) -> tuple[list[Node], tuple[Count, ...]]:
    """The nodes the maison named itself, with pieces or without, and what there is to count."""
    rows = await many(
        conn,
        _Row,
        """
        (select true as own, key, gender, families, names, 0::bigint as pieces
        from public_facts.node where maison_id = %(maison_id)s order by position)
        union all
        (select false, '', gender, array[family], '{}', count(*) from public_facts.product
        where maison_id = %(maison_id)s group by gender, family order by gender, family)
        """,
        maison_id=maison_id,
    )
    counts = tuple(Count(row.gender, row.families[0], row.pieces) for row in rows if not row.own)
    own = [Node(row.key, row.gender, tuple(row.families), row.names) for row in rows if row.own]
    return own, counts


async def tree(conn: Conn, *, maison_id: UUID) -> Tree:
    """The tree as visitors walk it: only nodes that hold pieces."""
    own, counts = await arranged(conn, maison_id=maison_id)
    return Tree(counted(own or follows(counts), counts), counts)


def pieces_in(node: Node, counts: tuple[Count, ...]) -> int:
    """How many pieces the node holds."""
    return sum(count.pieces for count in counts if _within(node, count))


def _kept(node: Node) -> Node:
    return replace(node, names=node.names or {}, pieces=0)


def follows(counts: tuple[Count, ...]) -> list[Node]:
    """The tree that follows from the pieces: for women, for men, for everybody; and the home."""
    found = [
        Node(
            gender or "unisex",
            gender,
            tuple(sorted({c.family for c in counts if c.gender == gender and not _home(c)})),
        )
        for gender in (*GENDERS, *sorted({count.gender for count in counts} - set(GENDERS)))
    ]
    home = tuple(sorted({count.family for count in counts if _home(count)}))
    nodes = [node for node in found if node.families] + ([Node("home", "", home)] if home else [])
    # What holds everything parts nothing.
    return nodes if len(nodes) > 1 else []


def counted(nodes: list[Node], counts: tuple[Count, ...]) -> tuple[Node, ...]:
    """Each node with how many pieces it holds; empty ones left out."""
    full = [replace(node, pieces=pieces_in(node, counts)) for node in nodes]
    return tuple(node for node in full if node.pieces)


def _home(count: Count) -> bool:
    return count.family.lower() in HOME


def _within(node: Node, count: Count) -> bool:
    return (not node.families or count.family in node.families) and node.gender in ("", count.gender)
