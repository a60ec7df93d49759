"""What a migration may not do while the last release's processes run, read from its text.

It errs on the side of asking: what is refused here may stand with a reason, as a comment on the line before the statement.
"""

import re
from dataclasses import dataclass, field

REASON = re.compile(r"--\s*allowed while the shop runs:\s*(?P<why>.+)", re.IGNORECASE)
REASON_LETTERS_MIN = 20
MARK = "\x01"
#: A function's body, a string, a comment: whichever begins first.
TEXTS = re.compile(r"\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|'(?:[^']|'')*'|--[^\n]*", re.DOTALL)
ADDED = re.compile(
    r"add (column )?(if not exists )?(?!constraint|check|foreign|unique|primary|exclude)\w+ (?P<definition>.*)"
)
NAME = r"(?P<name>[\w.\"]+)"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement in small letters, without comments, its function bodies and strings emptied."""

    text: str
    reason: str


@dataclass(slots=True)
class Made:
    """Tables and other things that no released program knows, and that hold nothing yet."""

    tables: set[str] = field(default_factory=set[str])


def statements(migration: str) -> list[Statement]:
    """The migration's statements, each with the reason written before it."""
    reasons: list[str] = []

    def emptied(found: re.Match[str]) -> str:
        if found.group().startswith("--"):
            if (match := REASON.match(found.group())) is None:
                return ""
            reasons.append(match["why"].strip())
            return f" {MARK}{len(reasons) - 1} "
        return "''"

    found: list[Statement] = []
    for part in TEXTS.sub(emptied, migration).split(";"):
        why = " ".join(reasons[int(number)] for number in re.findall(rf"{MARK}(\d+)", part))
        text = " ".join(re.sub(rf"{MARK}\d+", "", part).split()).lower()
        if text:
            found.append(Statement(text, why if len(why) >= REASON_LETTERS_MIN else ""))
    return found


def objections(migration: str, made: Made) -> list[str]:
    """Each statement that would break or keep waiting what runs, and why. `made` grows by the tables it creates."""
    said: list[str] = []
    all_of_it = statements(migration)
    for statement in all_of_it:
        if match := re.match(rf"create (unlogged )?table (if not exists )?{NAME}", statement.text):
            made.tables.add(match["name"])
        why = _objection(statement.text, made, [other.text for other in all_of_it])
        if why and not statement.reason:
            said.append(f"{why}: {statement.text[:120]}")
    return said


def _objection(text: str, made: Made, others: list[str]) -> str:
    if match := re.match(rf"alter table (if exists )?(only )?{NAME} (?P<actions>.*)", text):
        return "" if match["name"] in made.tables else _of_table(_split(match["actions"]))
    if match := re.match(
        rf"create (unique )?index (?!concurrently)(if not exists )?\w+ on (only )?{NAME}", text
    ):
        return "" if match["name"] in made.tables else "builds an index while nobody can write"
    if match := re.match(rf"(update|delete from|truncate( table)?|lock( table)?) (only )?{NAME}", text):
        return "" if match["name"] in made.tables else "holds rows or the table until the migration ends"
    if match := re.match(rf"drop (?P<kind>policy|function|trigger|view) (if exists )?{NAME}", text):
        again = rf"create (or replace )?{match['kind']} {re.escape(match['name'])}\b"
        return (
            ""
            if any(re.match(again, other) for other in others)
            else "takes away what a running process may use"
        )
    for pattern, why in _ALWAYS:
        if re.match(pattern, text):
            return why
    return ""


_ALWAYS = (
    (r"drop (?!index concurrently)", "takes away what a running process may use"),
    (r"revoke\b", "takes away what a running process may use"),
    (
        r"alter (type|domain|view|function|schema|index|sequence)\b.*\brename\b",
        "renames what a running process names",
    ),
    (r"alter \w+ .* set schema\b", "renames what a running process names"),
    (r"alter domain .* add (?!.*not valid)", "reads every table that uses it under a lock"),
    (r"vacuum full|cluster\b|reindex (?!.*concurrently)", "rewrites under a lock that keeps everybody out"),
    (r"refresh materialized view (?!concurrently)", "keeps readers out"),
    (r"do\b", "cannot be read by this check"),
)


def _of_table(actions: list[str]) -> str:
    for action in actions:
        for pattern, why in _ACTIONS:
            if re.match(pattern, action):
                return why
        if (match := ADDED.match(action)) and (why := _of_column(match["definition"])):
            return why
    return ""


_ACTIONS = (
    (r"drop (?!default|not null|constraint|column)\w+", "takes away what a running process may use"),
    (r"drop (column|constraint)\b", "takes away what a running process may use"),
    (r"rename\b|set schema\b", "renames what a running process names"),
    (r"alter (column )?\w+ (set data )?type\b", "writes the whole table anew"),
    (
        r"alter (column )?\w+ set not null",
        "reads the whole table under a lock; add a constraint NOT VALID, then validate",
    ),
    (r"alter (column )?\w+ (add generated|set expression)", "writes the whole table anew"),
    (
        r"add (constraint \w+ )?(check|foreign|not null)\b(?!.*\bnot valid\b)",
        "reads the whole table under a lock; add it NOT VALID, then validate",
    ),
    (
        r"add (constraint \w+ )?(unique|primary key)\b(?!.*\busing index\b)",
        "builds an index while nobody can write; build it concurrently, then USING INDEX",
    ),
    (r"add (constraint \w+ )?exclude\b", "builds an index while nobody can write"),
    (r"set (logged|unlogged|tablespace)\b", "writes the whole table anew"),
    (r"(enable|force) row level security|disable\b", "changes what a running process sees"),
    (r"(at|de)tach partition\b(?!.*concurrently)", "keeps everybody out"),
)
_CHANGING = r"\b(random|gen_random_uuid|uuidv7|uuidv4|clock_timestamp|nextval|timeofday)\b"


def _of_column(definition: str) -> str:
    if re.search(r"\b(big|small)?serial\b|\bgenerated\b", definition) and "virtual" not in definition:
        return "writes the whole table anew"
    if re.search(rf"\bdefault\b.*{_CHANGING}", definition):
        return "has a default that differs for each row, so it writes the whole table anew"
    if re.search(r"\bnot null\b", definition) and not re.search(r"\bdefault\b", definition):
        return "is refused by every row there is, and by every insert of a running process"
    if re.search(r"\b(unique|primary key)\b", definition):
        return "builds an index while nobody can write"
    if re.search(r"\b(check|references)\b", definition):
        return "reads the whole table under a lock; add the constraint by itself, NOT VALID, then validate"
    return ""


def _split(actions: str) -> list[str]:
    """At the commas outside brackets."""
    parts, depth, part = list[str](), 0, ""
    for letter in actions:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    return [*parts, part.strip()]
