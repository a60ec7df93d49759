"""Where an order is sent: until its last piece has left, its client may name another address, or the maison for them.

An address stands in the order's contact and nowhere else; nobody keeps the one before it. See docs/algorithms/cancellation.md.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from enfilade.base import audit, facts, jobs
from enfilade.base.db import Conn, maybe, one
from enfilade.base.ids import new_id
from enfilade.orders import returns
from enfilade.orders.events import AddressChanged
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.staff.people import Colleague

FIELDS = ("line1", "line2", "postcode", "city", "country")
NEEDED = ("line1", "postcode", "city")


class NothingToSend(Exception):
    """The order is collected, or nothing of it is still to leave: another address changes nothing any more."""


class OtherCountry(Exception):
    """The new address is in another country than the one that tax, borders and duties were reckoned for."""


class AddressIncomplete(Exception):
    """The street, the postcode or the city is missing."""


class AddressSince(Exception):
    """Whoever says that the parcel has left has seen another address than the order's present one."""


def mark(address: dict[str, str] | None) -> str:
    """Sixteen letters that name this address among an order's; nothing of it can be read from them. They are kept nowhere."""
    return sha256(msgspec.json.encode(address, order="sorted")).hexdigest()[:16]


async def look_again_if_changed(conn: Conn, *, maison_id: UUID, order_id: UUID, seen: str) -> None:
    """Raises AddressSince where the locked order's address is not the one whose `mark` was seen."""
    present = await one(
        conn,
        _Address,
        """
        select c.address from orders.order o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if mark(present.address) != seen:
        raise AddressSince("The address was changed meanwhile: this is the new one, look at the label")


@dataclass(frozen=True, slots=True)
class _Address:
    address: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class _Order:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Standing:
    to_send: bool
    same_country: bool


async def change(
    conn: Conn, *, maison_id: UUID, order_id: UUID, address: dict[str, str], now: datetime
) -> bool:
    """The client, by the link of their order, has what has not left sent to `address`; a job tells the house and writes to them.

    `address`: the FIELDS that are not blank. False where it is the address already, as for a repetition. Raises NoSuchOrder,
    NothingToSend, OtherCountry, AddressIncomplete.
    """
    if not await _change(conn, maison_id, order_id, address):
        return False
    change = {"order_id": order_id, "change_id": new_id(now)}
    await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job("orders.address_changed", change)])
    return True


async def change_for_client(
    conn: Conn, *, maison_id: UUID, by: Colleague, order_id: UUID, address: dict[str, str], now: datetime
) -> bool:
    """The same by the maison's client service or manager, whom the client has asked; the client is written to.

    Raises also NotYourBoutique.
    """
    if not by.serves_clients:
        raise NotYourBoutique
    if not await _change(conn, maison_id, order_id, address):
        return False
    await audit.record(
        conn,
        maison_id=maison_id,
        staff_id=by.staff_id,
        act="change_address",
        subject_kind="order",
        subject_id=order_id,
        now=now,
    )
    fact = AddressChanged(order_id, "maison", by.staff_id)
    await _tell(conn, maison_id, fact, new_id(now), now)
    return True


async def tell_changed(
    conn: Conn, *, maison_id: UUID, order_id: UUID, change_id: UUID, now: datetime
) -> None:
    """Records the news a client's link may not record itself, and lets the letter be written."""
    await _tell(conn, maison_id, AddressChanged(order_id, "client", None), change_id, now)


async def _tell(conn: Conn, maison_id: UUID, fact: AddressChanged, change_id: UUID, now: datetime) -> None:
    await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    letter = {"order_id": fact.subject_id, "change_id": change_id}
    await jobs.defer(conn, maison_id=maison_id, jobs=[jobs.Job("orders.mail_address_changed", letter)])


async def _change(conn: Conn, maison_id: UUID, order_id: UUID, address: dict[str, str]) -> bool:
    if not all(address.get(name) for name in NEEDED):
        raise AddressIncomplete("An address has a street and number, a postcode and a city")
    await returns.lock(conn, maison_id=maison_id, order_id=order_id)
    written = {
        "maison_id": maison_id,
        "order_id": order_id,
        "country": address.get("country", ""),
        "address": msgspec.json.encode(
            {name: address[name] for name in FIELDS if address.get(name)}
        ).decode(),
    }
    # In a statement of its own: it sees what was committed while we waited for the lock, a parcel that left among it.
    changed = await maybe(
        conn,
        _Order,
        """
        update orders.contact c set address = %(address)s::jsonb from orders.order o
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and o.method = 'ship'
          and c.maison_id = o.maison_id and c.id = o.contact_id and c.erased_at is null
          and c.address is distinct from %(address)s::jsonb and coalesce(c.address ->> 'country', '') = %(country)s
          and exists (select 1 from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id
            and l.state in ('sourced', 'unsourced', 'picked'))
        returning o.id
        """,
        **written,
    )
    if changed is not None:
        return True
    stands = await one(
        conn,
        _Standing,
        """
        select o.method = 'ship' and c.erased_at is null and exists (select 1 from orders.order_line l
            where l.maison_id = o.maison_id and l.order_id = o.id and l.state in ('sourced', 'unsourced', 'picked'))
            as to_send,
          coalesce(c.address ->> 'country', '') = %(country)s as same_country
        from orders.order o join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s
        """,
        maison_id=maison_id,
        order_id=order_id,
        country=written["country"],
    )
    if not stands.to_send:
        raise NothingToSend("Nothing of this order is still to be sent")
    if not stands.same_country:
        raise OtherCountry("Tax, borders and duties were reckoned for the country of the order")
    return False
