"""The log: one JSON object a line on standard error, in which nobody's name, address or number can stand.

What an exception says may hold what somebody typed or what a row holds (PostgreSQL quotes whole rows). So the log tells
where it broke and which kind it was; in words only where they are ours, of a programming fault, or of the database
without its values.
"""

import logging
import traceback
from types import TracebackType
from typing import Any

import msgspec
import structlog
from psycopg import Error

#: Their words are about code, never about a row.
OF_CODE = (TypeError, AttributeError, NameError, ImportError, NotImplementedError)
#: SQLSTATE class 22: the value itself stands in the message.
DATA_EXCEPTION = "22"


def start() -> None:
    """Whatever this process logs, its libraries included, goes through here."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_trace),
            structlog.processors.JSONRenderer(serializer=_as_json),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)


def told(error: BaseException) -> str:
    """What may be said of it: its kind, and its words where they hold nothing of anybody's."""
    kind = type(error)
    if isinstance(error, Error):
        at = error.diag
        parts = [at.sqlstate, at.constraint_name and f"constraint {at.constraint_name}", at.table_name]
        if at.sqlstate and not at.sqlstate.startswith(DATA_EXCEPTION):
            parts.append(at.message_primary)
        words = ", ".join(part for part in parts if part)
    elif kind.__module__.startswith("enfilade.") or isinstance(error, OF_CODE):
        words = str(error)
    else:
        words = ""
    return f"{kind.__module__}.{kind.__qualname__}" + (f": {words}" if words else "")


def _trace(
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
) -> str:
    """Where it broke, with what led to it, each told as `told` says."""
    lines: list[str] = []
    error, seen = exc_info[1], set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines[:0] = [*traceback.format_tb(error.__traceback__), f"{told(error)}\n"]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "".join(lines)


class _Lines(logging.Formatter):
    """What libraries log, in the same form."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {"event": record.getMessage(), "logger": record.name}
        said |= {"level": record.levelname.lower(), "timestamp": self.formatTime(record)}
        if record.exc_info:
            said["exception"] = _trace(record.exc_info)
        return msgspec.json.encode(said).decode()


def _as_json(event: object, **told_by_default: Any) -> str:
    return msgspec.json.encode(event, enc_hook=told_by_default["default"]).decode()
