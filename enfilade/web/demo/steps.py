"""The main job as five steps, and which of them comes next for an order."""

from dataclasses import dataclass

from enfilade.web.demo.last_order import LastOrder


@dataclass(frozen=True, slots=True)
class Step:
    """`short` stands on the bar. Who does it: `person`, signed in by the click where `address` is blank."""

    number: int
    person: str
    short: str
    name: str
    how: str
    address: str = ""


STEPS: tuple[Step, ...] = (
    Step(
        1,
        "client",
        "Order",
        "Choose a piece and order it for collection",
        "Open a piece, see which boutique near you has it, put it in the basket and collect it there. "
        "No account is needed, no card exists and no money moves.",
        "/",
    ),
    Step(
        2,
        "advisor",
        "Prepare",
        "The advisor accepts it and picks it",
        "The order is on the boutique’s screen already. Accept it, tap the piece, say that it is ready.",
    ),
    Step(
        3,
        "client",
        "Read the mail",
        "The client reads the mail with the code",
        "The letter is in the mailbox a second or two later. Keep its code for the counter.",
        "/demo/mailbox",
    ),
    Step(
        4,
        "advisor",
        "Hand over",
        "The advisor hands it over by the code",
        "Type the code, check the name, hand over. It can be undone for ten minutes; only then money is taken.",
    ),
    Step(
        5,
        "group",
        "See it",
        "The group sees it",
        "The group’s figures count it, with nobody’s name: a share, a rate, a time, never a client.",
    ),
)


def current(order: LastOrder | None, *, mail_read: bool) -> int:
    """The number of the step that comes next."""
    if order is None or order.order_state == "cancelled":
        return 1
    if order.state == "ready":
        return 4 if mail_read else 3
    return 5 if order.state in ("handed_over", "dispatched") else 2
