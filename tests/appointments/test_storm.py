"""Many clients want the same few times, over HTTP, two server processes: each is booked once, everybody has an answer."""

import asyncio
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.stock import verify as positions
from tests.appointments.diary import PARIS, Diary, opened
from tests.appointments.test_booking import slots_of
from tests.served import served
from tests.shop import Shop
from tests.soaking import figure, sized

pytestmark = pytest.mark.soak
#: So many ask before any of them gives up: each of the times may be gone when they come to it.
TRIES_MAX = 80


@dataclass(slots=True)
class Crowd:
    """Clients of one boutique, each from an address of their own; what they were told."""

    base: str
    diary: Diary
    first: str
    chance: random.Random
    answers: Counter[str] = field(default_factory=Counter[str])
    ended: Counter[str] = field(default_factory=Counter[str])
    slowest: float = 0.0

    async def client(self, number: int) -> None:
        """Sends the form of the first time, then takes one of what is offered instead, until booked or nothing is left."""
        near = httpx.AsyncHTTPTransport(local_address=f"127.0.{1 + number // 250}.{1 + number % 250}")
        async with httpx.AsyncClient(transport=near, timeout=120, trust_env=False) as http:
            here = f"{self.base}/en/maisons/alba/appointments/try/{self.diary.place}"
            form = await http.get(f"{here}?slot={quote(self.first)}")
            fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.text))
            sent = fields | {
                "name": f"Client {number}",
                "reach": f"c{number}@client.example",
                "agreed": "yes",
            }
            for _ in range(TRIES_MAX):
                began = time.monotonic()
                answer = await http.post(here, data=sent)
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.answers[str(answer.status_code)] += 1
                if answer.status_code == 303:
                    if self.chance.random() < 0.2:
                        again = await http.post(here, data=sent)
                        assert again.headers["location"] == answer.headers["location"], "sent twice"
                    self.ended["booked"] += 1
                    return
                if answer.status_code != 409:
                    break
                offers = re.findall(r'type="radio" name="slot" value="([^"]+)"', answer.text)
                if offers:
                    sent["slot"] = self.chance.choice(offers)
                elif "has just been taken" in answer.text:
                    self.ended["nothing left"] += 1
                    return
                else:
                    self.answers["crowded"] += 1
            self.ended["lost"] += 1


async def test_twenty_times_for_two_hundred_clients(
    db: Db, shop: Shop, addresses: Addresses, admin, tmp_path: Path
) -> None:
    clients, advisors, times = sized(40, 200), sized(1, 4), sized(5, 20)
    now = datetime.now(UTC)
    # The notice ends in the night after tomorrow's midnight, so that no time goes by while the crowd asks.
    tomorrow = now.astimezone(PARIS).date() + timedelta(days=1)
    notice = datetime.combine(tomorrow, wall_time(5), PARIS).astimezone(UTC) - now
    diary = await opened(
        db, shop, now, advisors=advisors, step_minutes=120, minutes=90, horizon_days=2,
        notice_minutes=int(notice.total_seconds() // 60),
    )  # fmt: skip
    free = await slots_of(diary, tomorrow, 2)
    # Two days of three times: some are taken before the crowd comes.
    for number in range(len(free) * advisors - times):
        await diary.book(free[number % 3 + 3].starts_at, f"Before{number}")
    before = len(free) * advisors - times
    async with served(addresses, tmp_path, workers=2) as server:
        crowd = Crowd(server.base, diary, free[0].starts_at.isoformat(), random.Random(clients))
        began = time.monotonic()
        await asyncio.gather(*(crowd.client(number) for number in range(clients)))
        took = time.monotonic() - began
    figure("appointments: clients, times", f"{clients}, {times}")
    figure("appointments: answers", dict(crowd.answers))
    figure("appointments: took, slowest answer", f"{took:.1f} s, {crowd.slowest:.1f} s")
    assert crowd.ended == {"booked": times, "nothing left": clients - times}, (crowd.ended, crowd.answers)
    assert admin(
        "select count(*), count(distinct booker), count(distinct (staff_id, starts_at)) from appointments.appointment"
    ) == [(times + before,) * 3]
    assert await slots_of(diary, tomorrow, 2) == []
    assert await positions.verify(db, maison_id=diary.maison_id) == []
