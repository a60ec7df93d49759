"""The demo world in one object: the same seed, scale and day always give the same rows, in the columns of
our own CSV formats.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from enfilade.carriers.terms import Terms as Parcels
from enfilade.catalogue.engraving import Terms as Cut
from enfilade.orders.sourcing_terms import Sourcing
from enfilade.world import boutiques, catalogue, markets, people, policies, sales, stock
from enfilade.world.catalogue import Row
from enfilade.world.maisons import Group, Maison, group, maisons_of, store
from enfilade.world.scale import SMALL, Scale


@dataclass(frozen=True, slots=True)
class World:
    """Nothing is drawn before it is asked for; each maison's rows depend on no other maison's."""

    scale: Scale
    today: date
    group: Group
    store: Maison
    maisons: tuple[Maison, ...]

    def maison(self, slug: str) -> Maison:
        """By slug; the store too."""
        return next(m for m in (*self.maisons, self.store) if m.slug == slug)

    def market_rows(self) -> list[Row]:
        return markets.market_rows()

    def legal_entity_rows(self, maison: Maison) -> list[Row]:
        return markets.legal_entity_rows(self.scale, maison)

    def catalogue_rows(self, maison: Maison) -> tuple[Row, ...]:
        return catalogue.catalogue_rows(self.scale, maison)

    def boutique_rows(self, maison: Maison) -> tuple[Row, ...]:
        return boutiques.boutique_rows(self.scale, maison)

    def stock_rows(self, maison: Maison) -> list[Row]:
        return stock.stock_rows(self.scale, maison, self.today)

    def sales_rows(self, maison: Maison) -> Iterator[Row]:
        return sales.sales_rows(self.scale, maison, self.today)

    def staff_rows(self, maison: Maison) -> list[Row]:
        return people.staff_rows(self.scale, maison)

    def group_staff_rows(self) -> list[Row]:
        return people.group_staff_rows(self.scale)

    def policy(self, maison: Maison) -> dict[str, int]:
        return policies.policy(maison)

    def sourcing(self, maison: Maison) -> Sourcing | None:
        return policies.sourcing(maison)

    def engraving(self, maison: Maison) -> Cut | None:
        return policies.engraving(maison)

    def parcels(self, maison: Maison) -> Parcels:
        return policies.parcels(maison)

    def adoption_rows(self, maison: Maison) -> list[Row]:
        return policies.adoption_rows(maison, self.today)


def world(scale: Scale = SMALL, *, today: date) -> World:
    """The world of a scale as it stands on the morning of today."""
    return World(scale, today, group(), store(), maisons_of(scale.maisons))
