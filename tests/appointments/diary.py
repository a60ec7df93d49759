"""A boutique that takes appointments: a service, advisors with a week, seats; and whoever books."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from enfilade.appointments import asking, rosters, seats, services
from enfilade.appointments.booking import Asked
from enfilade.appointments.keeping import Booked
from enfilade.appointments.rosters import Hours
from enfilade.appointments.services import Said, Service
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.boutiques.openings import renew_openings
from enfilade.staff.people import Colleague
from tests.shop import House, Shop, _hire

KEY = b"k" * 48
PARIS = ZoneInfo("Europe/Paris")
T = TypeVar("T")


@dataclass(slots=True)
class Diary:
    """A maison whose first boutique takes appointments from ten to eighteen, by `staff` in their order."""

    db: Db
    house: House
    now: datetime
    service: Service
    service_id: UUID
    staff: list[UUID] = field(default_factory=list)

    @property
    def maison_id(self) -> UUID:
        return self.house.maison_id

    @property
    def place(self) -> UUID:
        return self.house.places[f"{self.house.slug}-1"]

    @property
    def manager(self) -> Colleague:
        return Colleague(self.house.staff["maison_manager"], "m", "maison_manager", frozenset())

    def at(self, days: int, hour: int, minute: int = 0) -> datetime:
        """By the boutique's clock, so many days from today."""
        day = self.now.astimezone(PARIS).date() + timedelta(days=days)
        return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)

    async def inside(self, verb: Callable[[Conn], Awaitable[T]]) -> T:
        return await self.db.run(Actor.staff(self.house.staff["maison_manager"]), self.maison_id, verb)

    def asked(self, starts_at: datetime, name: str = "Camille", **more: object) -> Asked:
        asked = {
            "service_id": self.service_id,
            "location_id": self.place,
            "starts_at": starts_at,
            "name": name,
            "mail": f"{name.lower()}@client.example",
            "phone": "",
            "words": "",
            "store_id": self.house.store.store_id,
            "market": "fr",
            "language": "fr",
        }
        return Asked(**asked | more)  # type: ignore[arg-type]

    async def book(
        self, starts_at: datetime, name: str = "Camille", secret: str = "", **more: object
    ) -> Booked:
        """As a visitor with a form of their own, from a network of their own."""
        return await asking.ask(
            self.db,
            maison_id=self.maison_id,
            secret=secret or f"form of {name}",
            asked=self.asked(starts_at, name, **more),
            key=KEY,
            network=name,
            now=self.now,
        )


async def opened(
    db: Db, shop: Shop, now: datetime, *, advisors: int = 2, seats_: int = 0, **terms: Any
) -> Diary:
    """Advisors who speak French, the first one Chinese too, work every day from 10:00 until 18:00."""
    house = shop.a
    service = Service(
        "try", minutes=45, preparation_minutes=15, clearing_minutes=0, step_minutes=60, needs_seat=seats_ > 0,
        pieces_max=3, notice_minutes=60, cancel_until_minutes=120, texts={"fr": Said("Essayer"), "en": Said("Try on")},
        location_ids=(house.places[f"{house.slug}-1"],),
    )  # fmt: skip
    service = replace(service, **terms)
    by = Colleague(house.staff["maison_manager"], "m", "maison_manager", frozenset())
    place = house.places[f"{house.slug}-1"]

    async def found(conn: Conn) -> tuple[UUID, list[UUID]]:
        await renew_openings(conn, maison_id=house.maison_id, now=now)
        service_id = await services.keep(conn, maison_id=house.maison_id, service=service, now=now)
        staff: list[UUID] = []
        for number in range(advisors):
            staff_id = await _hire(
                conn, house.maison_id, f"d{number}.{house.slug}@enfilade.example", "advisor", [place], now
            )
            staff.append(staff_id)
            await rosters.keep_advisor(
                conn, maison_id=house.maison_id, by=by, staff_id=staff_id, location_id=place, shown_name=f"D{number}",
                languages=["fr", "zh"] if number == 0 else ["fr"], skills=[], bookable=True, now=now,
            )  # fmt: skip
            await rosters.set_week(
                conn, maison_id=house.maison_id, by=by, staff_id=staff_id, location_id=place,
                hours=[Hours(day, 600, 1080) for day in range(1, 8)],
                valid_from=now.date() - timedelta(days=1), now=now,
            )  # fmt: skip
        for _ in range(seats_):
            await seats.add_seat(
                conn, maison_id=house.maison_id, by=by, seat_id=new_id(now), location_id=place, room="Salon"
            )
        return service_id, staff

    service_id, staff = await db.run(Actor.importer(), house.maison_id, found)
    return Diary(db, house, now, service, service_id, staff)
