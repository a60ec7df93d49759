"""When a message is tried again, how long an endpoint rests, and what an answer means: decided from values alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from uuid import UUID

from enfilade.base.outgoing import Answer

#: The pause after each try; after the last one more than these the message is dead.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
TRIES_MAX = len(PAUSES) + 1
REST_SECONDS_MAX = 300
#: As long as a receiver may ask us to wait: for one message, and for all of them.
MESSAGE_ASKS_MAX, ENDPOINT_ASKS_MAX = timedelta(days=1), timedelta(hours=1)
#: Away for so long, an endpoint is switched off.
AWAY_MAX = timedelta(days=5)
ANSWER_LETTERS_MAX = 200
_AWAY = {408, 425, 429}

#: `there`: the receiver answers, though perhaps no to this message.
Meaning = Literal["delivered", "there", "away", "gone"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try. `wait` is what the receiver asked for."""

    delivery_id: UUID
    meaning: Meaning
    status: int | None = None
    why: str = ""
    answer: str = ""
    wait: timedelta = timedelta()


def meaning_of(status: int) -> Meaning:
    """Of an answer's status."""
    if 200 <= status < 300:
        return "delivered"
    if status == 410:
        return "gone"
    return "away" if status >= 500 or status < 200 or status in _AWAY else "there"


def heard(delivery_id: UUID, answer: Answer, now: datetime) -> Outcome:
    """The outcome of a try that was answered."""
    meaning = meaning_of(answer.status)
    if meaning == "delivered":
        return Outcome(delivery_id, meaning, answer.status)
    why = f"Answered {answer.status}"
    if 300 <= answer.status < 400:
        why = f"Answered {answer.status}: redirects are not followed, give the final address"
    return Outcome(
        delivery_id,
        meaning,
        answer.status,
        why,
        answer.text[:ANSWER_LETTERS_MAX],
        asked_to_wait(answer.retry_after, now),
    )


def asked_to_wait(retry_after: str, now: datetime) -> timedelta:
    """Of the header, in seconds or as a date; nothing where it says neither. A day at most."""
    if retry_after.isascii() and retry_after.isdigit():
        wait = timedelta(seconds=min(int(retry_after), 10**6))
    else:
        try:
            until = parsedate_to_datetime(retry_after)
        except (ValueError, TypeError, OverflowError):
            return timedelta()
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return max(timedelta(), min(wait, MESSAGE_ASKS_MAX))


def next_pause(tries: int, delivery_id: UUID) -> timedelta | None:
    """After so many tries; None: dead. A tenth more or less, by the id, so that what failed together comes apart."""
    if tries >= TRIES_MAX:
        return None
    return PAUSES[tries - 1] * (0.9 + 0.2 * delivery_id.bytes[-1] / 255)


def rest(failures: int) -> timedelta:
    """How long an endpoint rests that has been away so many times one after the other."""
    return timedelta(seconds=min(2 ** min(failures, 20), REST_SECONDS_MAX))
