"""A parcel's label: asked in the transaction that makes it due, made by a job, let go when its parcel does not leave with it.

See docs/algorithms/delivery.md. Lock order: the order and its fulfilment or return, then the label.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from enfilade.base import jobs
from enfilade.base.db import Conn, execute, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.carriers.carrier import Parcel

CARRY_OUT = "carriers.carry_out"
Purpose = Literal["out", "back"]


class NoSuchLabel(Exception):
    """There is none of this id at this maison, or none that is made."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A label is wanted for a fulfilment's parcel to its client, or a return's from them. `location_id` is our end of it."""

    purpose: Purpose
    cause_id: UUID
    order_id: UUID
    location_id: UUID
    market: str
    parcel: Parcel
    #: What its client was promised.
    delivery: str = "standard"


@dataclass(frozen=True, slots=True)
class Label:
    """`state` as in `carriers.label`; `standing` None while the carrier has told nothing of it."""

    id: UUID
    purpose: str
    cause_id: UUID
    order_id: UUID
    state: str
    carrier: str
    service: str
    tracking: str
    url: str
    reason: str
    standing: str | None
    standing_at: datetime | None
    asked_at: datetime


_COLUMNS = """id, purpose, cause_id, order_id, state, carrier, service, tracking, url, reason, standing, standing_at, asked_at"""


async def ask(conn: Conn, *, maison_id: UUID, asking: Asking, by_id: UUID | None, now: datetime) -> UUID:
    """The label's id; where one is asked or made for the same cause already, that one's: nothing is bought twice."""
    needs = asking.parcel.needs
    label_id = await scalar(
        conn,
        """
        insert into carriers.label (maison_id, id, purpose, cause_id, order_id, location_id, market, state, ground_only,
          insured_minor, adult_signature, asked_at, asked_by, delivery)
        values (%(maison_id)s, %(id)s, %(purpose)s, %(cause_id)s, %(order_id)s, %(location_id)s, %(market)s, 'asked',
          %(ground_only)s, %(insured)s, %(adult_signature)s, %(now)s, %(by_id)s, %(delivery)s)
        on conflict (maison_id, purpose, cause_id, region) where state in ('asked', 'made') do nothing
        returning id
        """,
        maison_id=maison_id,
        id=new_id(now),
        purpose=asking.purpose,
        cause_id=asking.cause_id,
        order_id=asking.order_id,
        location_id=asking.location_id,
        market=asking.market,
        ground_only=needs.ground_only,
        insured=needs.insured.minor if needs.insured else None,
        adult_signature=needs.adult_signature,
        now=now,
        by_id=by_id,
        delivery=asking.delivery,
    )
    if label_id is None:
        found = await live(conn, maison_id=maison_id, purpose=asking.purpose, cause_id=asking.cause_id)
        assert found is not None, "one_live_label refused it for one that is live"
        return found.id
    parcel = asking.parcel
    await execute(
        conn,
        """
        insert into carriers.label_paper (maison_id, label_id, sender, recipient, grams, worth_minor, currency)
        values (%(maison_id)s, %(label_id)s, %(sender)s::jsonb, %(recipient)s::jsonb, %(grams)s, %(worth)s, %(currency)s)
        """,
        maison_id=maison_id,
        label_id=label_id,
        sender=msgspec.json.encode(parcel.sender).decode(),
        recipient=msgspec.json.encode(parcel.recipient).decode(),
        grams=parcel.grams,
        worth=parcel.worth.minor,
        currency=parcel.worth.currency,
    )
    await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(CARRY_OUT, {"label_id": label_id})])
    return label_id


async def let_go(conn: Conn, *, maison_id: UUID, label_id: UUID, now: datetime) -> bool:
    """It is not used: its carrier is told so. False where it is not live any more."""
    gone = await execute(
        conn,
        """
        update carriers.label set state = 'letting_go'
        where maison_id = %(maison_id)s and id = %(label_id)s and state in ('asked', 'made')
        """,
        maison_id=maison_id,
        label_id=label_id,
    )
    if gone:
        await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job(CARRY_OUT, {"label_id": label_id})])
    return bool(gone)


async def live(conn: Conn, *, maison_id: UUID, purpose: Purpose, cause_id: UUID) -> Label | None:
    """The one that is asked or made, locked until the transaction ends."""
    return await maybe(
        conn,
        Label,
        f"""
        select {_COLUMNS} from carriers.label where maison_id = %(maison_id)s and purpose = %(purpose)s
          and cause_id = %(cause_id)s and state in ('asked', 'made') for no key update
        """,
        maison_id=maison_id,
        purpose=purpose,
        cause_id=cause_id,
    )


async def latest(conn: Conn, *, maison_id: UUID, purpose: Purpose, cause_id: UUID) -> Label | None:
    """The one asked last, whatever became of it; one that is let go is nobody's any more."""
    return await maybe(
        conn,
        Label,
        f"""
        select {_COLUMNS} from carriers.label where maison_id = %(maison_id)s and purpose = %(purpose)s
          and cause_id = %(cause_id)s and state in ('asked', 'made', 'refused') order by asked_at desc, id desc limit 1
        """,
        maison_id=maison_id,
        purpose=purpose,
        cause_id=cause_id,
    )


@dataclass(frozen=True, slots=True)
class _Paper:
    tracking: str
    pdf: bytes


async def printed(conn: Conn, *, maison_id: UUID, purpose: Purpose, cause_id: UUID) -> tuple[str, bytes]:
    """Number and PDF of the label that is made. Raises NoSuchLabel, also where its paper is not kept any more."""
    found = await maybe(
        conn,
        _Paper,
        """
        select l.tracking, p.pdf from carriers.label l
        join carriers.label_paper p on p.maison_id = l.maison_id and p.label_id = l.id and p.pdf is not null
        where l.maison_id = %(maison_id)s and l.purpose = %(purpose)s and l.cause_id = %(cause_id)s and l.state = 'made'
        """,
        maison_id=maison_id,
        purpose=purpose,
        cause_id=cause_id,
    )
    if found is None:
        raise NoSuchLabel
    return found.tracking, found.pdf


async def settle(conn: Conn, *, maison_id: UUID, label_id: UUID, by_id: UUID, now: datetime) -> None:
    """A person has seen to what went wrong with it until now. Raises NoSuchLabel."""
    if not await execute(
        conn,
        """
        update carriers.label set settled_at = %(now)s, settled_by = %(by_id)s
        where maison_id = %(maison_id)s and id = %(label_id)s
        """,
        maison_id=maison_id,
        label_id=label_id,
        by_id=by_id,
        now=now,
    ):
        raise NoSuchLabel


async def forget_papers(conn: Conn, *, maison_id: UUID, before: datetime) -> int:
    """Names and addresses of labels that have ended, or were asked `before`; returns how many."""
    return await execute(
        conn,
        """
        delete from carriers.label_paper p using carriers.label l
        where p.maison_id = %(maison_id)s and l.maison_id = p.maison_id and l.id = p.label_id
          and (l.state in ('refused', 'void', 'kept') or l.asked_at < %(before)s and l.state = 'made')
        """,
        maison_id=maison_id,
        before=before,
    )
