"""Services: what a maison offers by appointment, how long it takes, and in which boutiques."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from psycopg import errors

from enfilade.appointments.slots import Terms
from enfilade.base.db import Conn, constraint, execute, many, scalar
from enfilade.base.ids import new_id

Kind = Literal["try", "shopping", "care", "engraving", "made_to_measure", "viewing"]
#: As far ahead as openings are published.
HORIZON_DAYS_MAX = 27
STEPS = (5, 10, 15, 20, 30, 60, 120)
PIECES_MAX = 10
QUESTIONS_MAX = 5


class ServiceRefused(Exception):
    """A length, a step or a text is out of bounds; `rule` names the constraint."""

    def __init__(self, rule: str) -> None:
        super().__init__("A service takes 5 minutes to 8 hours, can be booked 27 days ahead, and has a name")
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Said:
    """Its name, a few words about it, and what is asked of whoever books it, in one language."""

    name: str
    words: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """What a maison defines, known by its code. `texts` by language; `location_ids`: where it is offered."""

    code: str
    kind: Kind = "try"
    minutes: int = 45
    preparation_minutes: int = 15
    clearing_minutes: int = 15
    step_minutes: int = 15
    skill: str = ""
    needs_seat: bool = False
    pieces_max: int = 0
    #: Of these, how many may be brought from another place of the maison.
    brought_max: int = 0
    notice_minutes: int = 120
    horizon_days: int = HORIZON_DAYS_MAX
    cancel_until_minutes: int = 0
    late_minutes: int = 15
    remind_days: int = 1
    remind_hour: int = 10
    active: bool = True
    texts: dict[str, Said] = field(default_factory=dict[str, Said])
    location_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A service as it stands, in one language where it has it."""

    id: UUID
    code: str
    kind: str
    name: str
    words: str
    minutes: int
    preparation_minutes: int
    clearing_minutes: int
    step_minutes: int
    skill: str
    needs_seat: bool
    pieces_max: int
    brought_max: int
    notice_minutes: int
    horizon_days: int
    cancel_until_minutes: int
    late_minutes: int
    remind_days: int
    remind_hour: int
    active: bool
    questions: list[str]
    location_ids: list[UUID]

    @property
    def terms(self) -> Terms:
        return Terms(
            self.minutes,
            self.preparation_minutes,
            self.clearing_minutes,
            self.step_minutes,
            self.notice_minutes,
            self.horizon_days,
            self.needs_seat,
        )


async def keep(conn: Conn, *, maison_id: UUID, service: Service, now: datetime) -> UUID:
    """Defines the service of this code, or changes it; what is booked keeps the time it has. Raises ServiceRefused."""
    if not service.code or not service.texts or not all(said.name for said in service.texts.values()):
        raise ServiceRefused("service_named")
    values = {name: value for name, value in asdict(service).items() if name not in ("texts", "location_ids")}
    try:
        async with conn.transaction():
            service_id: UUID = await scalar(
                conn,
                """
                insert into appointments.service as kept (maison_id, id, code, kind, minutes, preparation_minutes,
                  clearing_minutes, step_minutes, skill, needs_seat, pieces_max, brought_max, notice_minutes, horizon_days,
                  cancel_until_minutes, late_minutes, remind_days, remind_hour, active, changed_at)
                values (%(maison_id)s, %(id)s, %(code)s, %(kind)s, %(minutes)s, %(preparation_minutes)s, %(clearing_minutes)s,
                  %(step_minutes)s, %(skill)s, %(needs_seat)s, %(pieces_max)s, %(brought_max)s, %(notice_minutes)s,
                  %(horizon_days)s,
                  %(cancel_until_minutes)s, %(late_minutes)s, %(remind_days)s, %(remind_hour)s, %(active)s, %(now)s)
                on conflict on constraint service_code_once do update set kind = excluded.kind, minutes = excluded.minutes,
                  preparation_minutes = excluded.preparation_minutes, clearing_minutes = excluded.clearing_minutes,
                  step_minutes = excluded.step_minutes, skill = excluded.skill, needs_seat = excluded.needs_seat,
                  pieces_max = excluded.pieces_max, brought_max = excluded.brought_max, notice_minutes = excluded.notice_minutes,
                  horizon_days = excluded.horizon_days, cancel_until_minutes = excluded.cancel_until_minutes,
                  late_minutes = excluded.late_minutes, remind_days = excluded.remind_days,
                  remind_hour = excluded.remind_hour, active = excluded.active, changed_at = excluded.changed_at
                returning id
                """,
                maison_id=maison_id,
                id=new_id(now),
                now=now,
                **values,
            )
            await execute(
                conn,
                """
                with gone as (
                  delete from appointments.service_text where maison_id = %(maison_id)s and service_id = %(service_id)s
                    and language <> all(%(languages)s::text[])
                )
                insert into appointments.service_text as kept (maison_id, service_id, language, name, words, questions)
                select %(maison_id)s, %(service_id)s, t.language, t.name, t.words, t.questions
                from jsonb_to_recordset(%(texts)s::jsonb) as t(language text, name text, words text, questions text[])
                on conflict (maison_id, service_id, language) do update set name = excluded.name, words = excluded.words,
                  questions = excluded.questions
                """,
                maison_id=maison_id,
                service_id=service_id,
                languages=list(service.texts),
                texts=msgspec.json.encode(
                    [
                        {
                            "language": language,
                            "name": said.name,
                            "words": said.words,
                            "questions": said.questions,
                        }
                        for language, said in service.texts.items()
                    ]
                ).decode(),
            )
    except (errors.CheckViolation, errors.NotNullViolation) as error:
        raise ServiceRefused(constraint(error)) from None
    await execute(
        conn,
        """
        with gone as (
          delete from appointments.service_at where maison_id = %(maison_id)s and service_id = %(service_id)s
            and location_id <> all(%(places)s::uuid[])
        ), turning as (
          insert into appointments.turn (maison_id, location_id)
          select %(maison_id)s, l.id from boutiques.location l
          where l.maison_id = %(maison_id)s and l.id = any(%(places)s::uuid[]) and l.kind = 'boutique'
          on conflict do nothing
        )
        insert into appointments.service_at (maison_id, service_id, location_id)
        select %(maison_id)s, %(service_id)s, l.id from boutiques.location l
        where l.maison_id = %(maison_id)s and l.id = any(%(places)s::uuid[]) and l.kind = 'boutique'
        on conflict do nothing
        """,
        maison_id=maison_id,
        service_id=service_id,
        places=list(service.location_ids),
    )
    return service_id


_READ = """
  select s.id, s.code, s.kind, t.name, t.words, s.minutes, s.preparation_minutes, s.clearing_minutes, s.step_minutes, s.skill,
    s.needs_seat, s.pieces_max, s.brought_max, s.notice_minutes,
    s.horizon_days, s.cancel_until_minutes, s.late_minutes, s.remind_days,
    s.remind_hour, s.active, t.questions,
    array(select a.location_id from appointments.service_at a where a.maison_id = s.maison_id and a.service_id = s.id
      order by a.location_id) as location_ids
  from appointments.service s
  cross join lateral (select x.name, x.words, x.questions from appointments.service_text x
    where x.maison_id = s.maison_id and x.service_id = s.id
    order by x.language = %(language)s desc, x.language = 'en' desc, x.language limit 1) t
"""


async def services(conn: Conn, *, maison_id: UUID, language: str) -> list[Offered]:
    """All of the maison's, by code, those that are no longer offered too."""
    return await many(
        conn,
        Offered,
        f"{_READ} where s.maison_id = %(maison_id)s order by s.code",
        maison_id=maison_id,
        language=language,
    )


async def read(conn: Conn, *, maison_id: UUID, service_id: UUID, language: str = "") -> Offered | None:
    """The one of this id."""
    found = await many(
        conn,
        Offered,
        f"{_READ} where s.maison_id = %(maison_id)s and s.id = %(service_id)s",
        maison_id=maison_id,
        service_id=service_id,
        language=language,
    )
    return found[0] if found else None


async def of_code(conn: Conn, *, maison_id: UUID, code: str, language: str) -> Offered | None:
    """The one of this code, where it is offered to clients now."""
    found = await many(
        conn,
        Offered,
        f"{_READ} where s.maison_id = %(maison_id)s and s.code = %(code)s and s.active",
        maison_id=maison_id,
        code=code,
        language=language,
    )
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Text:
    """What a service says in one language, to be edited."""

    service_id: UUID
    language: str
    name: str
    words: str
    questions: list[str]


async def texts(conn: Conn, *, maison_id: UUID) -> list[Text]:
    """Every text of every service."""
    return await many(
        conn,
        Text,
        """
        select service_id, language, name, words, questions from appointments.service_text where maison_id = %(maison_id)s
        order by service_id, language
        """,
        maison_id=maison_id,
    )


@dataclass(frozen=True, slots=True)
class Boutique:
    """A boutique that may offer it."""

    id: UUID
    name: str


async def boutiques(conn: Conn, *, maison_id: UUID) -> list[Boutique]:
    """The maison’s boutiques by name."""
    return await many(
        conn,
        Boutique,
        """
        select id, name from boutiques.location where maison_id = %(maison_id)s and kind = 'boutique' order by name, id
        """,
        maison_id=maison_id,
    )
