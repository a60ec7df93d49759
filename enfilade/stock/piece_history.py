"""What became of a serialised piece, step by step: read for people, and said in sentences."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from enfilade.base.db import Conn, many, maybe

#: How a brand's goods are sold here.
TERMS = {"consignment": "on consignment", "concession": "in its concession"}


@dataclass(frozen=True, slots=True)
class PieceShown:
    """A piece where it is, or was last. `sku`, `name`: of its variant, in English where there is.

    `owner`, `holder`: as `stock.piece` says them; `brand`: whose goods it is until it is sold, '' for the maison's own, and on
    which `terms`.
    """

    id: UUID
    variant_id: UUID
    serial: str
    name: str
    colour: str
    size: str
    sku: str
    whereabouts: str
    state: str | None
    place: str
    zone: str
    held: bool
    order_line_id: UUID | None
    changed_at: datetime
    owner: str
    holder: str
    brand: str
    terms: str

    @property
    def owned_by(self) -> str:
        """Whose it is, in words."""
        whose = f"{self.brand}, {TERMS[self.terms]}" if self.brand else "the maison"
        return {"client": f"the client who bought it; before, {whose}"}.get(self.owner, whose)

    @property
    def held_by(self) -> str:
        """Who has it, in words."""
        return {
            "place": self.place,
            "carrier": f"whoever brings it from {self.place}",
            "client": "the client",
            "nobody": f"nobody we know of; {self.place} had it last",
        }[self.holder]

    @property
    def standing(self) -> str:
        """In words, with its place."""
        if self.whereabouts != "here":
            return {
                "on_its_way": f"on its way from {self.place}",
                "sold": f"sold, from {self.place}",
                "gone": f"gone, last at {self.place}",
            }[self.whereabouts]
        if self.state:
            return f"{self.state.replace('_', ' ')}, at {self.place}"
        if self.order_line_id:
            return f"promised to an order, at {self.place}"
        return f"kept for somebody, at {self.place}" if self.held else f"for sale, at {self.place}"


@dataclass(frozen=True, slots=True)
class Step:
    """A line of its history. `cause_id`: the order line, the transfer or the line of a return."""

    kind: str
    recorded_at: datetime
    place: str
    zone: str
    state: str | None
    cause_id: UUID | None
    by_name: str


#: A piece `p` as it is shown: what it is, where it is, and for whom.
_SHOWN: LiteralString = """
        select p.id, p.variant_id, p.serial, coalesce(n.name, d.handle) as name, v.colour, v.size, coalesce(v.sku, '') as sku,
          p.whereabouts, p.state, l.name as place, l.zone, p.hold_id is not null as held, p.order_line_id, p.changed_at,
          p.owner, p.holder, coalesce(w.name, '') as brand, coalesce(w.terms, '') as terms
        from stock.piece p
        left join catalogue.brand w on w.maison_id = p.maison_id and w.id = p.belongs_to
        join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
        join catalogue.variant v on v.maison_id = p.maison_id and v.id = p.variant_id
        join catalogue.product d on d.maison_id = v.maison_id and d.id = v.product_id
        left join lateral (select y.name from catalogue.product_text y
          where y.maison_id = v.maison_id and y.product_id = v.product_id
          order by (y.language = 'en') desc, y.language limit 1) n on true"""


async def found(conn: Conn, *, maison_id: UUID, asked: str, most: int = 100) -> list[PieceShown]:
    """Pieces with this serial, or of the variant of this SKU; blank: the ones that changed last."""
    return await many(
        conn,
        PieceShown,
        f"""
        {_SHOWN}
        where p.maison_id = %(maison_id)s
          and (%(asked)s::text = '' or p.serial = upper(%(asked)s::text) or v.sku = %(asked)s::text)
        order by p.changed_at desc, p.id desc limit %(most)s
        """,
        maison_id=maison_id,
        asked="".join(asked.split()),
        most=most,
    )


async def shown(conn: Conn, *, maison_id: UUID, piece_id: UUID) -> PieceShown | None:
    """One piece, None where the maison has none of this id."""
    return await maybe(
        conn,
        PieceShown,
        f"""
        {_SHOWN}
        where p.maison_id = %(maison_id)s and p.id = %(piece_id)s
        """,
        maison_id=maison_id,
        piece_id=piece_id,
    )


async def steps(conn: Conn, *, maison_id: UUID, piece_id: UUID) -> list[Step]:
    """What became of it, the first step first."""
    return await many(
        conn,
        Step,
        """
        select s.kind, s.recorded_at, l.name as place, l.zone, s.state, s.cause_id, coalesce(w.name, '') as by_name
        from stock.piece_step s
        join boutiques.location l on l.maison_id = s.maison_id and l.id = s.location_id
        left join staff.person w on w.maison_id = s.maison_id and w.id = s.by_id
        where s.maison_id = %(maison_id)s and s.piece_id = %(piece_id)s
        order by s.recorded_at, s.id
        """,
        maison_id=maison_id,
        piece_id=piece_id,
    )


#: What each kind of step says. {order} is “order ABCD-EFGH”, or “an order”.
SENTENCES = {
    "opening": "Counted at {place} for the first time",
    "received": "Received at {place}",
    "found": "Found at {place} by a count",
    "allocated": "Promised to {order} at {place}",
    "released": "Free again at {place}",
    "exchanged": "Taken for {order} instead of another, at {place}",
    "collected": "Handed over at {place} for {order}",
    "dispatched": "Sent to its client from {place} for {order}",
    "taken_back": "Back at {place}: the hand-over for {order} was undone",
    "returned": "Brought back to {place}",
    "sent": "Left {place} for another place of the maison",
    "arrived": "Arrived at {place}",
    "lost": "Lost on its way from {place}",
    "sold": "Sold at the till of {place}",
    "gone": "No longer at {place}",
}


def sentence(step: Step, order: str) -> str:
    """One step as a person reads it. `order`: the order's number where the step was caused by one, else blank."""
    state = (step.state or "").replace("_", " ")
    if step.kind == "state_changed":
        said = f"{state.capitalize()} at {step.place}" if state else f"For sale again at {step.place}"
    else:
        said = SENTENCES[step.kind].format(place=step.place, order=f"order {order}" if order else "an order")
        said += f", {state}" if state else ""
    return f"{said}, by {step.by_name}." if step.by_name else f"{said}."
