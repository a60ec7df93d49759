"""What holds letters against what is owed finds one that is missing, one about nothing, and one too many."""

from tests.letters import Owed, wrong


def test_missing_needless_and_doubled_letters_are_found() -> None:
    owed = [
        Owed("placed-a", must=True, begins=False),
        Owed("ready-b", must=False, begins=False),
        Owed("return-c-1-2", must=True, begins=False),
        Owed("return-c-", must=False, begins=True),
        Owed("cancelled-", must=True, begins=True),
    ]
    sent = ["placed-a", "return-c-1-1", "return-c-1-2", "cancelled-1", "appointment-x"]
    assert wrong(owed, sent) == []
    assert wrong(owed, [*sent, "ready-b"]) == []
    assert wrong(owed, [*sent[1:], "placed-z", "cancelled-2"]) == [
        "letter placed-a was not sent",
        "letter placed-z is about nothing",
        "2 letters of pieces nobody could give, 1 are owed",
    ]
