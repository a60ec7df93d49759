"""A wire that can be cut: a TCP proxy between clients and the shop, or between the shop and its database."""

import asyncio
import contextlib

BYTES = 65536


class Wire:
    """Carries to `port_behind` what comes to `port`. Nothing is understood, only carried, held up or dropped."""

    def __init__(self, port_behind: int) -> None:
        self.port_behind, self.port = port_behind, 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._answers_lost = False

    async def open(self) -> None:
        """Listens on a port of its own."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Ends the wire and what it carries."""
        assert self._server is not None
        self._server.close()
        self._flowing.set()
        self.cut()
        await self._server.wait_closed()

    def cut(self) -> int:
        """Every connection breaks now, whatever is under way on it; new ones are taken. Returns how many ends broke."""
        ends = list(self._ends)
        for end in ends:
            end.transport.abort()
        return len(ends)

    async def stall(self, seconds: float) -> None:
        """Nothing passes for a while, and nobody is told."""
        self._flowing.clear()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._flowing.set()

    async def lose_answers(self, seconds: float) -> None:
        """For a while what is asked arrives, and the connection breaks where the answer should come."""
        self._answers_lost = True
        try:
            await asyncio.sleep(seconds)
        finally:
            self._answers_lost = False

    async def _carry(self, asking: asyncio.StreamReader, asker: asyncio.StreamWriter) -> None:
        self._ends.add(asker)
        try:
            answering, answerer = await asyncio.open_connection("127.0.0.1", self.port_behind)
        except OSError:
            self._ends.discard(asker)
            asker.transport.abort()
            return
        self._ends.add(answerer)
        try:
            await asyncio.gather(
                self._pump(asking, answerer, answers=False), self._pump(answering, asker, answers=True)
            )
        finally:
            for end in (asker, answerer):
                self._ends.discard(end)
                end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, to: asyncio.StreamWriter, *, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(BYTES):
                await self._flowing.wait()
                if answers and self._answers_lost:
                    break
                to.write(data)
                await to.drain()
        # One end is gone: so is the other, as with a broken cable.
        to.transport.abort()
