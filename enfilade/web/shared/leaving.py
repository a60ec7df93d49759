"""A web process that is about to be replaced asks its clients to connect anew: each answer ends its connection.

So no request is under way on a kept-alive connection in the moment the process closes it. The signal is sent by `enfilade serve`.
"""

import signal
import threading
from types import FrameType

from litestar.types import ASGIApp, Message, Receive, Scope, Send

LEAVE = signal.SIGUSR1


class Leaving:
    """Whether this process has been told."""

    def __init__(self) -> None:
        self.told = False

    def listen(self) -> None:
        """From now on; a thread beside the main one cannot hear signals."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(LEAVE, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.told = True


def around(app: ASGIApp, leaving: Leaving) -> ASGIApp:
    """The application, each of whose answers says `connection: close` once the process was told to leave."""

    async def left(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def say(message: Message) -> None:
            if leaving.told and message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        await app(scope, receive, say)

    return left
