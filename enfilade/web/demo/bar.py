"""The bar on top of every page of the demo: who one is, the five steps, the mailbox.

It is made without a question to the database, so that the demo's pages cost what the product's cost; what it
knows of the visitor's order it remembers in two cookies that open nothing, and its script asks for the rest.
"""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, unquote

from litestar import Request, Response

from enfilade.web.demo.steps import STEPS, Step
from enfilade.web.shared import asking
from enfilade.web.shared.pages import ENVIRONMENTS

STEP_COOKIE, PLACE_COOKIE = "demo_step", "demo_place"
KEPT_DAYS = 30
PLACE_CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody one can be. `narrow` is what a phone has room for."""

    role: str
    name: str
    narrow: str


PERSONS: tuple[Person, ...] = (
    Person("client", "client", "Client"),
    Person("advisor", "advisor", "Advisor"),
    Person("boutique_manager", "boutique manager", "Boutique"),
    Person("maison_manager", "maison manager", "Maison"),
    Person("group", "group", "Group"),
)
ROLES = tuple(person.role for person in PERSONS)


@dataclass(frozen=True, slots=True)
class Bar:
    """What the template shows: `person` is blank where nobody is signed in."""

    person: str
    place: str
    step: int
    persons: tuple[Person, ...]
    steps: tuple[Step, ...]


def bar(request: Request[Any, Any, Any], member: object) -> Bar:
    """`member` is whoever works at the screen, where the page is of staff."""
    return Bar(
        person=_person(request.url.path, member),
        place=unquote(asking.kept(request, PLACE_COOKIE))[:PLACE_CHARACTERS_MAX],
        step=_step(request),
        persons=PERSONS,
        steps=STEPS,
    )


def _person(path: str, member: object) -> str:
    role = str(getattr(member, "role", ""))
    if role:
        return "group" if role.startswith("group") else role
    return "" if path.startswith(("/boutique", "/desk", "/studio", "/cockpit")) else "client"


def _step(request: Request[Any, Any, Any]) -> int:
    known = asking.kept(request, STEP_COOKIE)
    step = int(known) if known in ("1", "2", "3", "4", "5") else 1
    # Whoever looks at an order has placed one, though no script has asked yet.
    return 2 if step == 1 and "/orders/" in request.url.path else step


def remember(
    request: Request[Any, Any, Any], response: Response[Any], *, step: int, place: str | None
) -> None:
    """How far the order is and whose boutique prepares it, for the next page's bar."""
    response.set_cookie(asking.cookie(request, STEP_COOKIE, str(step), KEPT_DAYS))
    if place is not None:
        short = quote(place[:PLACE_CHARACTERS_MAX])
        response.set_cookie(asking.cookie(request, PLACE_COOKIE, short, KEPT_DAYS))


def install() -> None:
    """Gives `demo/bar.html` what it shows; called once, by routes."""
    for environment in ENVIRONMENTS.values():
        cast("dict[str, object]", environment.globals).update(demo_bar=bar)
