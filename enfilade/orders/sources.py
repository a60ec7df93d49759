"""Where each line of a new checkout comes from, the day it is there, or why it cannot be had: values alone, no statement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from enfilade.base.money import Money
from enfilade.catalogue.engraving import Wished, checked
from enfilade.orders import delivery, engraving_room
from enfilade.orders.delivery import Offer
from enfilade.orders.duties import Abroad
from enfilade.orders.placing import PlacingLine
from enfilade.orders.quota_counts import period_of
from enfilade.orders.reference_rates import in_currency
from enfilade.orders.sourcing.costs import Candidate, Need, Place, Selling
from enfilade.orders.sourcing.rules import CLIENT, MADE, Decided, decided
from enfilade.orders.sourcing_terms import PACE_DAYS, Sourcing
from enfilade.orders.wanted import Making, Source, Wanted, Ways
from enfilade.stock.brought import PROMISED_WITHIN
from enfilade.stock.holds import Lack


class BasketEmpty(Exception):
    """There is nothing to check out."""


class NotOffered(Exception):
    """Some piece has no price in this market, or no place was chosen for it."""


class PiecesGone(Exception):
    """Some pieces cannot be promised as asked; `lacking` names each with what is left."""

    def __init__(self, lacking: list["Gone"]) -> None:
        super().__init__(
            "; ".join(f"{gone.name} {gone.size}: {gone.left} left of {gone.asked}" for gone in lacking)
        )
        self.lacking = lacking


class NotByLaw(Exception):
    """The law lets these pieces not go there from any place that has them; `names` are theirs."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class NotWithEngraving(Exception):
    """An engraved piece is paid before it is cut, and prepared where it lies: it is neither reserved nor brought."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class NoRoomToEngrave(Exception):
    """The workshop has no room for these pieces in the time for which money is promised.

    `taken`: it had until a moment ago; who asks again is told another day, or that there is none.
    """

    def __init__(self, names: list[str], *, taken: bool = False) -> None:
        super().__init__(", ".join(names))
        self.names, self.taken = names, taken


class NoRoomToMake(Exception):
    """No workshop has room to make these pieces in the time that is looked at, or, `taken`, it had until a moment ago."""

    def __init__(self, names: list[str], *, taken: bool = False) -> None:
        super().__init__(", ".join(names))
        self.names, self.taken = names, taken


@dataclass(frozen=True, slots=True)
class Gone:
    """A piece that cannot be promised."""

    variant_id: UUID
    name: str
    size: str
    asked: int
    left: int


def sourced(wanted: list[Wanted], ways: Ways, now: datetime) -> list[PlacingLine]:
    """A location for every line: the boutique the client chose, or for a parcel what its maison's rules and costs decide.

    What no place has is made, where it is made to order. Raises NotWithEngraving, NoRoomToMake, and as `engraving.checked` where
    the maison has changed what it cuts since the words were written.
    """
    if not wanted:
        raise BasketEmpty
    for row in wanted:
        checked(Wished(row.engraving, row.lettering), row.letters_max, row.letterings, row.scripts)
    bring_to = ways.bring_to
    unpaid = [
        row.name
        for row in wanted
        if row.engraved and (ways.of(row.selling_maison_id) == "reserve" or row.selling_maison_id in bring_to)
    ]
    if unpaid:
        raise NotWithEngraving(unpaid)
    late = [
        row.name
        for row in wanted
        if row.workshop and not (row.engrave_by and engraving_room.in_time(row.engrave_by, now))
    ]
    if late:
        raise NoRoomToEngrave(late)
    made = _made(wanted, ways, now)
    places: dict[UUID, Decided] = {row: Decided(making.location_id, MADE) for row, making in made.items()}
    promised: dict[UUID, datetime] = {}
    missing: list[Wanted] = []
    for maison_id in dict.fromkeys(row.selling_maison_id for row in wanted):
        rows = [row for row in wanted if row.selling_maison_id == maison_id and row.variant_id not in made]
        chosen = ways.boutiques.get(maison_id)
        if chosen is None and ways.of(maison_id) != "ship":
            raise NotOffered(next(row.name for row in wanted if row.selling_maison_id == maison_id))
        if not rows:
            continue
        if ways.of(maison_id) == "ship":
            sourcing = rows[0].sourcing or Sourcing()
            places |= decided(
                _needs(rows),
                _candidates([row.lawful() for row in rows], sourcing, chosen),
                rules=sourcing.rules,
                terms=sourcing.terms,
            )
            missing += [row for row in rows if row.variant_id not in places]
            continue
        assert chosen is not None
        places |= {row.variant_id: Decided(chosen, CLIENT) for row in rows}
        if maison_id in bring_to:
            found, ready = _brought(rows, chosen, now)
            places |= found
            promised |= ready
    if missing:
        raise _gone(missing)
    lines: list[PlacingLine] = []
    alike: dict[UUID, int] = {}
    for row in wanted:
        if row.currency is None or row.unit_price_minor is None or row.tax_rate_basis_points is None:
            raise NotOffered(row.name)
        making = made.get(row.variant_id)
        to = ways.boutiques.get(row.selling_maison_id) if ways.of(row.selling_maison_id) != "ship" else None
        lines.append(
            PlacingLine(
                row.selling_maison_id,
                row.variant_id,
                row.product_id,
                row.sku,
                row.brand,
                row.name,
                row.colour,
                row.size,
                row.quantity,
                places[row.variant_id].location_id,
                row.currency,
                row.unit_price_minor + row.engraving_minor,
                row.tax_rate_basis_points,
                bool(row.prices_include_tax),
                row.quota_id,
                row.quota_pieces_max,
                None
                if row.quota_begins_at is None or row.quota_period_days is None
                else period_of(row.quota_begins_at, row.quota_period_days, now),
                places[row.variant_id].by,
                ways.boutiques[row.selling_maison_id]
                if row.variant_id in promised
                else to
                if making and to != making.location_id
                else None,
                making.ready_about if making else promised.get(row.variant_id),
                row.kinds,
                row.age_min,
                alike.get(row.variant_id, 0),
                row.engraving,
                row.lettering,
                row.engraving_minor,
                row.engrave_by if row.engraved else None,
                duties="asked" if _origin(row, places[row.variant_id].location_id) else None,
                duties_country=row.customs_to or None,
                make_by=making.by if making else None,
                workshop_id=making.workshop_id if making else None,
                to_specification=bool(making and making.to_specification),
            )
        )
        alike[row.variant_id] = alike.get(row.variant_id, 0) + 1
    return lines


def _made(wanted: Sequence[Wanted], ways: Ways, now: datetime) -> dict[UUID, Making]:
    """By variant, what is to be made: no place has it as it is asked for. Raises NoRoomToMake."""
    found: dict[UUID, Making] = {}
    full: list[str] = []
    bring_to = ways.bring_to
    for row in wanted:
        making, method = row.making, ways.of(row.selling_maison_id)
        if making is None or method == "reserve" or not making.lawful or making.here:
            continue
        if method == "ship" and any(source.lawful for source in row.ships_from):
            continue
        if row.selling_maison_id in bring_to and any(
            source.collect
            or (source.lawful and source.ready_about and source.ready_about <= now + PROMISED_WITHIN)
            for source in row.ships_from
        ):
            continue
        if making.by is None:
            full.append(row.name)
        elif making.ready_about is not None:
            found[row.variant_id] = making
    if full:
        raise NoRoomToMake(full)
    return found


def _needs(rows: Sequence[Wanted]) -> list[Need]:
    """One a variant, all its lines together: they come from one place."""
    totals: dict[UUID, int] = {}
    for row in rows:
        totals[row.variant_id] = totals.get(row.variant_id, 0) + row.quantity
    return [Need(variant_id, quantity) for variant_id, quantity in totals.items()]


def _origin(row: Wanted, location_id: UUID) -> str:
    """The country from which it crosses a customs border; '' where it does not."""
    made = row.making.customs_from if row.making and row.making.location_id == location_id else ""
    return next((one.customs_from for one in row.ships_from if one.location_id == location_id), made)


def abroad(wanted: list[Wanted], lines: list[PlacingLine]) -> list[Abroad]:
    """The lines whose duties are to be asked."""
    rows = {(row.selling_maison_id, row.variant_id): row for row in wanted}
    found: list[Abroad] = []
    for line in lines:
        row = rows[line.selling_maison_id, line.variant_id]
        if line.duties == "asked":
            origin = _origin(row, line.location_id)
            found.append(Abroad(line, origin, row.customs_to, row.hs_code, row.made_in, row.at_door))
    return found


def _gone(missing: list[Wanted]) -> NotByLaw | PiecesGone:
    forbidden = [row.name for row in missing if any(not source.lawful for source in row.ships_from)]
    if forbidden:
        return NotByLaw(forbidden)
    return PiecesGone([Gone(row.variant_id, row.name, row.size, row.quantity, 0) for row in missing])


def _brought(
    rows: list[Wanted], boutique: UUID, now: datetime
) -> tuple[dict[UUID, Decided], dict[UUID, datetime]]:
    """Where a maison's lines come from that do not lie in the boutique, and when each can be collected there.

    The day comes first: of the places that keep the earliest one, the maison's rules and costs choose. Raises PiecesGone.
    """
    elsewhere = [
        row for row in rows if not any(s.location_id == boutique and s.collect for s in row.ships_from)
    ]
    ways = {
        row.variant_id: [
            source
            for source in row.ships_from
            if source.lawful
            and source.ready_about is not None
            and source.ready_about <= now + PROMISED_WITHIN
        ]
        for row in elsewhere
    }
    missing = [row for row in elsewhere if not ways[row.variant_id]]
    if missing:
        raise _gone(missing)
    if not elsewhere:
        return {}, {}
    ready = {
        (variant_id, source.location_id): source.ready_about
        for variant_id, sources in ways.items()
        for source in sources
        if source.ready_about is not None
    }
    # All of it is collected at once: what one line needs the others may take as well.
    latest = max(min(ready[variant, s.location_id] for s in sources) for variant, sources in ways.items())
    sourcing = rows[0].sourcing or Sourcing()
    in_time = [
        replace(
            row,
            ships_from=[s for s in ways[row.variant_id] if ready[row.variant_id, s.location_id] <= latest],
        )
        for row in elsewhere
    ]
    found = decided(
        _needs(in_time),
        _candidates(in_time, sourcing, None),
        rules=sourcing.rules,
        terms=sourcing.terms,
    )
    return found, {variant: ready[variant, one.location_id] for variant, one in found.items()}


def _candidates(rows: list[Wanted], sourcing: Sourcing, chosen: UUID | None) -> list[Candidate]:
    stock: dict[UUID, dict[UUID, int]] = {}
    selling: dict[UUID, dict[UUID, Selling]] = {}
    sources: dict[UUID, Source] = {}
    for row in rows:
        price = in_currency(Money(row.unit_price_minor or 0, row.currency or ""), sourcing.currency).minor
        for source in row.ships_from:
            sources[source.location_id] = source
            stock.setdefault(source.location_id, {})[row.variant_id] = source.ship
            if source.sold_90d:
                sells = Selling(source.sold_90d / PACE_DAYS, price)
                selling.setdefault(source.location_id, {})[row.variant_id] = sells
    return [
        Candidate(
            Place(at, have, sources[at].kind, selling.get(at, {}), sources[at].spare),
            sources[at].distance_km,
            sources[at].abroad,
            at == chosen,
            sources[at].over_customs,
        )
        for at, have in stock.items()
    ]


def deliveries(wanted: list[Wanted], lines: list[PlacingLine]) -> dict[UUID, list[Offer]]:
    """What each selling maison offers to deliver its part of these lines, at what price."""
    return {
        row.selling_maison_id: delivery.offers(
            row.deliveries, [line for line in lines if line.selling_maison_id == row.selling_maison_id]
        )
        for row in wanted
    }


def named(lacking: list[Lack], lines: list[PlacingLine]) -> list[Gone]:
    by_variant = {line.variant_id: line for line in lines}
    return [
        Gone(
            lack.variant_id,
            by_variant[lack.variant_id].name,
            by_variant[lack.variant_id].size,
            lack.asked,
            lack.left,
        )
        for lack in lacking
    ]
