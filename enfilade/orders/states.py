"""States: from which state which step leads where, for an order, its work, its lines, returns, cancellations and money.

The verbs guard themselves, in SQL; tests prove that they agree with this table, and docs/algorithms/order-states.md is written
from it. A refused step says why, and names the steps that are possible (`IllegalStep`).
"""

from dataclasses import dataclass
from typing import Literal

#: Where a thing begins.
BEGINNING = ""
Who = Literal["client", "staff", "job", "provider"]


@dataclass(frozen=True, slots=True)
class Step:
    """`verb`, as refusals say it, leads from `before` to `after`. `when`: what else must be true, in words."""

    verb: str
    before: str
    after: str
    who: tuple[Who, ...]
    when: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """The states of one table's rows. `words` says what each means; a state none of `steps` leaves is an end."""

    name: str
    table: str
    words: dict[str, str]
    steps: tuple[Step, ...]

    def possible(self, state: str, who: Who | None = None) -> tuple[str, ...]:
        """The steps that may follow, each once, in the table's order."""
        found = [
            step.verb for step in self.steps if step.before == state and (who is None or who in step.who)
        ]
        return tuple(dict.fromkeys(found))

    def leads(self, before: str, after: str) -> bool:
        """Whether some step leads from one to the other."""
        return any((step.before, step.after) == (before, after) for step in self.steps)

    @property
    def ends(self) -> tuple[str, ...]:
        """The states that nothing follows."""
        return tuple(state for state in self.words if not self.possible(state))


class IllegalStep(Exception):
    """The step does not follow from the present state: says which state that is, and which steps do.

    `who` asked, of whose steps it speaks; `instead`: what may be done in other words, as far as more than the state decides.
    """

    def __init__(
        self, machine: Machine, step: str, state: str, who: Who = "staff", *, why: str = "", instead: str = ""
    ) -> None:
        legal = instead or ", ".join(machine.possible(state, who)) or "nothing"
        because = why or f"This is {machine.words[state]}"
        super().__init__(f"{because}: “{step}” is not possible. Possible now: {legal}.")
        self.step, self.state = step, state


def _from(states: str, verb: str, after: str, *who: Who, when: str = "") -> tuple[Step, ...]:
    """The same step from several states."""
    return tuple(Step(verb, before, after, who, when) for before in states.split())


ALL_DONE = "all that remains is picked, and engraved where it is to be"
NOT_BEGUN = "by the client only before its engraving has begun, or, to specification, its making"
LAST_LINE = "no other line of it is open"
FULFILMENT = Machine(
    "fulfilment",
    "orders.fulfilment",
    {
        "awaited": "on its way to the boutique, or being made",
        "asked": "waiting to be accepted",
        "accepted": "being prepared",
        "ready": "ready to hand over",
        "handed_over": "handed over",
        "dispatched": "dispatched",
        "rejected": "rejected",
        "expired": "expired",
        "cancelled": "cancelled",
        "no_show": "not collected",
    },
    (
        Step("place", BEGINNING, "asked", ("client",)),
        Step("place", BEGINNING, "awaited", ("client",), "a piece of it lies elsewhere, and is brought"),
        Step("place", BEGINNING, "awaited", ("client",), "it is made to order"),
        Step("find another place", BEGINNING, "asked", ("job",)),
        Step("sell at the counter", BEGINNING, "handed_over", ("staff",), "the sale is paid in full"),
        Step("find another place", BEGINNING, "awaited", ("job",), "it is brought from another place"),
        Step("arrive", "awaited", "asked", ("job",), "all that remains of it is there"),
        Step("finish making", "awaited", "asked", ("staff",), "all that remains of it is there"),
        Step("decline to make", "awaited", "cancelled", ("staff",), LAST_LINE),
        Step("decline to make", "awaited", "asked", ("staff",), "all that remains of it is there"),
        Step("accept", "asked", "accepted", ("staff",)),
        Step("pick", "accepted", "accepted", ("staff",)),
        Step("put back", "accepted", "accepted", ("staff",)),
        Step(
            "ready",
            "accepted",
            "ready",
            ("staff",),
            "to be collected, and all that remains is picked, and engraved where it is to be",
        ),
        Step(
            "dispatch",
            "accepted",
            "dispatched",
            ("staff",),
            "to be sent, and all that remains is picked, and engraved where it is to be",
        ),
        *_from("asked accepted ready", "reject", "rejected", "staff", when=LAST_LINE),
        Step("give back", "accepted", "asked", ("staff",)),
        Step("hand over", "ready", "handed_over", ("staff",), "the client keeps a piece"),
        Step("hand over", "ready", "cancelled", ("staff",), "everything is left at the counter"),
        *_from("awaited asked accepted ready", "cancel", "cancelled", "client", "staff", when=LAST_LINE),
        Step("undo the hand-over", "handed_over", "ready", ("staff",), "its money is not asked for yet"),
        Step(
            "undo the hand-over", "cancelled", "ready", ("staff",), "it was left at the counter a moment ago"
        ),
        *_from("asked accepted", "expire", "expired", "job", when="the time to prepare is over"),
        *_from("awaited asked accepted ready", "lose its piece", "rejected", "job", when=LAST_LINE),
        *_from("asked accepted", "leave a closed place", "rejected", "job", when=LAST_LINE),
        Step("not come", "awaited", "rejected", ("job",), LAST_LINE),
        Step("not be packed", "awaited", "expired", ("job",), "nobody packed it in time"),
        Step(
            "come too late", "awaited", "cancelled", ("job",), "the money could lapse before it is collected"
        ),
        Step("not be collected", "ready", "no_show", ("job",), "the last day has passed"),
    ),
)
LINE = Machine(
    "line",
    "orders.order_line",
    {
        "sourced": "to be found",
        "unsourced": "looking for a place",
        "picked": "set apart",
        "handed_over": "handed over",
        "dispatched": "dispatched",
        "refused": "left at the counter",
        "cancelled": "cancelled",
    },
    (
        Step("place", BEGINNING, "sourced", ("client",)),
        Step("sell at the counter", BEGINNING, "handed_over", ("staff",)),
        Step("pick", "sourced", "picked", ("staff",)),
        *_from("picked", "put back", "sourced", "staff", when="its engraving has not begun"),
        *_from("picked", "begin engraving", "picked", "staff", when="words are cut on it"),
        *_from("picked", "finish engraving", "picked", "staff", when="it has begun"),
        *_from("picked", "give back", "sourced", "staff"),
        *_from("sourced", "begin making", "sourced", "staff", when="it is made to order"),
        *_from(
            "sourced", "say another day", "sourced", "staff", when="it is made to order, and not finished"
        ),
        *_from("sourced", "finish making", "sourced", "staff", when="its making has begun"),
        *_from(
            "sourced", "decline to make", "cancelled", "staff", when="it is made to order, and not finished"
        ),
        *_from("sourced picked", "reject", "unsourced", "staff"),
        *_from("sourced picked", "expire", "unsourced", "job"),
        *_from("sourced picked", "lose its piece", "unsourced", "job"),
        Step(
            "leave a closed place",
            "sourced",
            "unsourced",
            ("job",),
            "another place has it, in the same transaction",
        ),
        Step("not come", "sourced", "unsourced", ("job",), "it was to be brought, and is not"),
        Step("not be packed", "sourced", "unsourced", ("job",), "nobody packed it in time"),
        Step("come too late", "sourced", "cancelled", ("job",), "it was to be brought"),
        Step("find another place", "unsourced", "sourced", ("job",)),
        Step("find another place", "unsourced", "cancelled", ("job",), "no other place has it"),
        Step(
            "be parted",
            BEGINNING,
            "sourced",
            ("client", "staff", "job"),
            "of a line of which some end, or go elsewhere",
        ),
        Step("be parted", BEGINNING, "unsourced", ("client", "staff", "job"), "the same"),
        Step("be parted", BEGINNING, "picked", ("client", "staff"), "the same"),
        *_from("sourced unsourced picked", "cancel", "cancelled", "client", "staff", when=NOT_BEGUN),
        Step("hand over", "picked", "handed_over", ("staff",)),
        Step("hand over", "picked", "refused", ("staff",), "it is left at the counter"),
        Step("dispatch", "picked", "dispatched", ("staff",)),
        Step("not be collected", "picked", "cancelled", ("job",)),
        Step("undo the hand-over", "handed_over", "picked", ("staff",)),
        Step("undo the hand-over", "refused", "picked", ("staff",), "nobody has bought it meanwhile"),
    ),
)
ORDER = Machine(
    "order",
    "orders.order",
    {"placed": "placed", "completed": "completed", "cancelled": "cancelled"},
    (
        Step("place", BEGINNING, "placed", ("client", "job"), "by a job: in place of what came back"),
        Step("sell at the counter", BEGINNING, "completed", ("staff",), "the sale is paid in full"),
        Step(
            "close", "placed", "completed", ("client", "staff", "job"), "no line is open, and something left"
        ),
        Step("close", "placed", "cancelled", ("client", "staff", "job"), "no line is open, and nothing left"),
        *_from("completed cancelled", "undo the hand-over", "placed", "staff"),
    ),
)
RETURN = Machine(
    "return",
    "orders.return",
    {
        "announced": "announced",
        "received": "taken in",
        "withdrawn": "kept after all",
        "lapsed": "not seen for a month",
    },
    (
        Step("announce", BEGINNING, "announced", ("client",)),
        Step("announce", "announced", "announced", ("client",)),
        Step("receive", BEGINNING, "received", ("staff",), "nothing was announced"),
        Step("receive", "announced", "received", ("staff",)),
        Step("withdraw", "announced", "withdrawn", ("client",)),
        Step("lapse", "announced", "lapsed", ("job",), "thirty days have passed"),
    ),
)
EXCHANGE = Machine(
    "exchange",
    "orders.exchange",
    {
        "wished": "wished by the client",
        "held": "its piece is held",
        "due": "what it is for came back whole",
        "placed": "sent, as an order of its own",
        "ended": "paid back instead",
    },
    (
        Step("wish", BEGINNING, "wished", ("client", "staff")),
        Step("hold", "wished", "held", ("job",), "a place has it"),
        Step("hold", "wished", "ended", ("job",), "no place has it"),
        *_from("wished held due", "wish otherwise", "ended", "client", "staff"),
        *_from(
            "wished held",
            "end the return",
            "ended",
            "client",
            "job",
            when="it is kept, or not seen for a month",
        ),
        *_from("wished held", "receive", "due", "staff", when="all of it is taken back, nothing is deducted"),
        *_from("wished held", "receive", "ended", "staff", when="something is refused, missing or deducted"),
        Step("decide", "due", "placed", ("job",), "it was paid, and a place has the piece"),
        Step(
            "decide",
            "due",
            "ended",
            ("job",),
            "it was not paid, its worth has changed, or no place has the piece",
        ),
    ),
)
CANCELLATION = Machine(
    "cancellation",
    "orders.cancellation",
    {"asked": "wished by the client", "done": "done", "refused": "refused: all had left"},
    (
        Step("wish", BEGINNING, "asked", ("client",)),
        Step("cancel", BEGINNING, "done", ("staff",)),
        Step("carry out", "asked", "done", ("job",)),
        Step("carry out", "asked", "refused", ("job",), "all of it has left"),
    ),
)
PAYMENT = Machine(
    "payment",
    "payments.payment",
    {
        "asked": "asked of the provider",
        "second_step": "waiting for the client’s bank",
        "authorised": "authorised",
        "refused": "refused",
        "captured": "taken",
        "voided": "let go",
    },
    (
        Step("ask", BEGINNING, "asked", ("client",)),
        Step("exchange", BEGINNING, "captured", ("job",), "of what another payment has taken"),
        Step("begin at the till", BEGINNING, "asked", ("staff",), "something is tendered for a sale"),
        Step("sell at the counter", "asked", "captured", ("staff",), "its tenders come to what is due"),
        Step("give the sale up", "asked", "voided", ("staff",), "nothing of it is tendered"),
        Step("answer", "asked", "second_step", ("provider",)),
        *_from("asked second_step", "answer", "authorised", "provider", when="the method is captured later"),
        *_from(
            "asked second_step", "answer", "captured", "provider", when="the method takes the money at once"
        ),
        *_from("asked second_step", "answer", "refused", "provider"),
        *_from("asked second_step", "give up", "voided", "client", "job"),
        Step("capture", "authorised", "captured", ("job",)),
        Step("capture", "captured", "captured", ("job",), "another place hands over its part"),
        Step("let go", "authorised", "voided", ("job",), "nothing of it was taken"),
    ),
)
MACHINES = (ORDER, FULFILMENT, LINE, RETURN, EXCHANGE, CANCELLATION, PAYMENT)


ABOUT = {
    "order": "An order is closed by whatever ended its last open line; it is completed if anything left, else cancelled.",
    "fulfilment": (
        "The work of one place for an order. A line that finds no place here goes to another, which has its own work. What is "
        "collected here and comes from elsewhere is awaited first."
    ),
    "line": (
        "A piece’s own way. Every open line that has a place has its allocation in stock, but for days between two, or of making."
    ),
    "return": "Of what has left. What is taken in stays so: the order remains what it was.",
    "exchange": "Of a line of a return: what is wished in its place. What was placed is an order like any other.",
    "cancellation": "Of what has not left. Somebody of the maison cancels at once; a client’s wish waits a second for its job.",
    "payment": "What is taken or let go follows the pieces; a refund leaves the payment as it is and is counted on it.",
}
TITLE = """# The states of an order

Written by `enfilade orders states` from `enfilade/orders/states.py`; a test compares the two. The verbs guard themselves in the
statements that change the state. That they agree with this page is proven in two ways.

- **By table.** `tests/orders/test_states.py` tries the steps of a fulfilment and of its lines in every state,
  `tests/orders/test_legal_steps.py` those of returns, cancellations and payments: each changes something from exactly the states
  named here, and leads where this page says. From all others it changes nothing; whoever tried it by hand is told why and which
  steps are possible, while a repetition, or a round that comes too late or too early, is quiet. What a provider will not do ends
  as refused and is told to a person.
- **By walk.** `tests/orders/test_walks.py` lets several hands do anything at the same time, some of whom die on the way: no row
  goes a way that is not named here, and in its long form (`bin/soak`) every way between two states is walked. What no verb
  of its own does is proven by the walk alone: to place, to find another place, to lose a piece, to be parted, to close an order.
"""


def page() -> str:
    """docs/algorithms/order-states.md, written anew by `enfilade orders states`."""
    return "".join([TITLE, *(_section(machine) for machine in MACHINES)])


def _section(machine: Machine) -> str:
    about = ABOUT[machine.name]
    return f"\n## {machine.name.capitalize()}\n\n{about}\n\n{_diagram(machine)}\n{_table(machine)}"


def _diagram(machine: Machine) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"  {state}: {words}" for state, words in machine.words.items()]
    ways: dict[tuple[str, str], list[str]] = {}
    for step in machine.steps:
        ways.setdefault((step.before, step.after), []).append(step.verb)
    for (before, after), verbs in ways.items():
        lines.append(f"  {before or '[*]'} --> {after}: {', '.join(dict.fromkeys(verbs))}")
    lines += [f"  {state} --> [*]" for state in machine.ends]
    return "\n".join([*lines, "```", ""])


def _table(machine: Machine) -> str:
    rows = ["| from | step | to | by | when |", "|---|---|---|---|---|"]
    rows += [
        f"| {f'`{step.before}`' if step.before else ''} | {step.verb} | `{step.after}` | {', '.join(step.who)} | {step.when} |"
        for step in machine.steps
    ]
    return "\n".join([*rows, ""])
