"""What breaks, by name: each fault does its damage and returns; the seed chooses which, and when."""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from tests.faults.installation import Installation, kill

Fault = Callable[[Installation, random.Random], Awaitable[bool]]


async def web_process_killed(at: Installation, chance: random.Random) -> bool:
    """One of the processes that answer."""
    there = at.web_processes()
    return bool(there) and kill(chance.choice(there))


async def web_killed(at: Installation, chance: random.Random) -> bool:
    """All of them, and who restarts them."""
    return kill(at.web(), session=True)


async def worker_killed(at: Installation, chance: random.Random) -> bool:
    """In the middle of whatever job it does."""
    return kill(at.worker(), session=True)


async def database_killed(at: Installation, chance: random.Random) -> bool:
    """PostgreSQL's first process: its sessions notice and end, the supervisor starts it again."""
    return kill(at.cluster.pid())


async def backend_killed(at: Installation, chance: random.Random) -> bool:
    """One session of PostgreSQL: the server ends all others and recovers from its log."""
    there = at.backends()
    return bool(there) and kill(chance.choice(there))


async def database_cut(at: Installation, chance: random.Random) -> bool:
    """Every connection between shop and database."""
    return at.database_wire.cut() > 0


async def database_stalled(at: Installation, chance: random.Random) -> bool:
    """Nothing passes between shop and database."""
    await at.database_wire.stall(chance.uniform(0.5, 3))
    return True


async def database_deaf(at: Installation, chance: random.Random) -> bool:
    """Statements and commits arrive, their answers do not."""
    await at.database_wire.lose_answers(chance.uniform(0.05, 0.4))
    return True


async def clients_cut(at: Installation, chance: random.Random) -> bool:
    """Every connection between clients and shop."""
    return at.clients_wire.cut() > 0


async def answers_lost(at: Installation, chance: random.Random) -> bool:
    """Requests arrive, answers do not."""
    await at.clients_wire.lose_answers(chance.uniform(0.2, 1))
    return True


async def web_frozen(at: Installation, chance: random.Random) -> bool:
    """A process stands still and goes on later, as when memory is swapped out."""
    there = at.web_processes()
    if not there:
        return False
    pid = chance.choice(there)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(chance.uniform(0.5, 3))
        os.kill(pid, signal.SIGCONT)
    return True


FAULTS: Mapping[str, Fault] = {
    fault.__name__: fault
    for fault in (
        web_process_killed,
        web_killed,
        worker_killed,
        database_killed,
        backend_killed,
        database_cut,
        database_stalled,
        database_deaf,
        clients_cut,
        answers_lost,
        web_frozen,
    )
}


@dataclass(slots=True)
class Damage:
    """What was broken how often, and the longest time until the shop answered again, by fault."""

    injected: Counter[str] = field(default_factory=Counter[str])
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    async def do(self, name: str, at: Installation, chance: random.Random) -> None:
        """One fault; returns when the shop answers again."""
        if await FAULTS[name](at, chance):
            self.injected[name] += 1
            self.seconds[name] = max(self.seconds.get(name, 0.0), await at.ready())


async def each_once(at: Installation, chance: random.Random, pause: tuple[float, float]) -> Damage:
    """Every fault once, in an order and at moments of chance."""
    damage = Damage()
    for name in chance.sample(list(FAULTS), len(FAULTS)):
        await asyncio.sleep(chance.uniform(*pause))
        await damage.do(name, at, chance)
    return damage


async def for_seconds(
    at: Installation, chance: random.Random, pause: tuple[float, float], seconds: float
) -> Damage:
    """Any fault, again and again; one in four while another is still being felt."""
    damage = Damage()
    ends = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < ends:
        await asyncio.sleep(chance.uniform(*pause))
        first, second = chance.choices(list(FAULTS), k=2)
        if chance.random() < 0.25:
            damage.injected[second] += await FAULTS[second](at, chance)
            await asyncio.sleep(chance.uniform(0, 1))
        await damage.do(first, at, chance)
    return damage
