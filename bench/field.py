"""Everything that stands ready for measuring, and one round on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from bench.ground import Ground, Place
from bench.load import Journey, Loaded, load
from bench.measuring import Rounds
from bench.recorded import Recorded
from bench.servers import Server
from enfilade.base.database import Addresses

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Length:
    """How long to measure. Purchases are recorded before they are replayed, so their number is set beforehand."""

    rounds: int
    seconds: float
    sql_seconds: float
    #: Purchases a round, and those that warm servers and connections before the first.
    purchases: int
    purchases_warm: int
    #: The same of purchases at several maisons.
    baskets: int
    baskets_warm: int
    warm_seconds: float
    #: Rounds of the piece that everybody wants, and rows of an imported file.
    hot_rounds: int
    rows: int
    #: Drawn days of orders that sourcing decides.
    days: int
    #: Webhooks sent in a round.
    messages: int


QUICK = Length(
    1,
    0.5,
    0.5,
    purchases=64,
    purchases_warm=64,
    baskets=48,
    baskets_warm=48,
    warm_seconds=0.5,
    hot_rounds=1,
    rows=600,
    days=3,
    messages=400,
)
LONG = Length(
    5,
    2.0,
    5.0,
    purchases=240,
    purchases_warm=240,
    baskets=160,
    baskets_warm=160,
    warm_seconds=2.0,
    hot_rounds=3,
    rows=6000,
    days=20,
    messages=4000,
)
TINY = Length(
    1,
    0.3,
    0.5,
    purchases=12,
    purchases_warm=6,
    baskets=4,
    baskets_warm=2,
    warm_seconds=0.1,
    hot_rounds=1,
    rows=30,
    days=1,
    messages=40,
)


@dataclass(slots=True)
class Field:
    """The servers, each with a database of its own, what was recorded, and where the bench buys."""

    ground: Ground
    places: list[Place]
    hot: list[Place]
    at: dict[str, Addresses]
    ours: Server
    bare: Server
    recorded: Recorded
    length: Length
    levels: tuple[int, ...]
    say: Say

    def round(
        self, server: Server, journeys: Iterator[Journey], clients: int, seconds: float | None = None
    ) -> Loaded:
        """One round, with what server and PostgreSQL used for it. Without `seconds`: until no journey is left."""
        return accounted(self.ground, server, journeys, clients=clients, seconds=seconds)

    def tell_errors(self, rounds: Rounds) -> None:
        """The first few, with the end of the servers' logs."""
        errors = rounds.errors()
        for error in errors[:5]:
            self.say(f"  error: {error}")
        if errors:
            self.say(self.ours.said()[-1500:])
            self.say(self.bare.said()[-1500:])


def accounted(
    ground: Ground, server: Server, journeys: Iterator[Journey], *, clients: int, seconds: float | None = None
) -> Loaded:
    """A load, with what server and PostgreSQL used for it."""
    before = _spent(ground, server)
    loaded = load(server.port, journeys, clients=clients, seconds=seconds)
    after = _spent(ground, server)
    loaded.served_cpu_seconds = after - before if before is not None and after is not None else None
    return loaded


def _spent(ground: Ground, server: Server) -> float | None:
    own, database = server.cpu_seconds(), ground.cpu_seconds()
    return own + database if own is not None and database is not None else None


def first(journeys: Iterator[Journey], most: int) -> Iterator[Journey]:
    """The next so many of them."""
    return islice(journeys, most)
