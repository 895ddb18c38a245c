"""The list of a class: who is who, who has more time, and what lateness costs.

Three forms are read, in any encoding that a spreadsheet program saves:

* a table of one's own with the columns ``name`` and ``id``, and where wanted ``email``,
  ``login``, ``extension`` (days, or a new date), ``late days`` (days that cost nothing),
  ``days late`` (as counted by hand) and ``submitted`` (a date with a time);
* Canvas's exported gradebook, as its guide "How do I import grades in the Gradebook?"
  describes it: ``Student``, ``ID``, ``SIS User ID``, ``SIS Login ID``, ``Section``, then a
  column for each assignment, and in the second row the points possible;
* Moodle's grading worksheet, as the page "Using Assignment" of its documentation describes it
  under "Offline marking": ``Identifier``, ``Full name``, ``Email address``, …, ``Grade``.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from .grade import Graded
from .tables import Refused, read_table

DATES = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%A, %d %B %Y, %I:%M %p",  # Moodle in English
    "%A, %d %B %Y, %H:%M",
    "%d/%m/%Y %H:%M",
)
COLUMNS = {
    "name": ("name", "Student", "Full name"),
    "id": ("id", "ID", "Identifier"),
    "email": ("email", "Email address"),
    "login": ("login", "SIS Login ID", "Username"),
    "other": ("SIS User ID", "ID number"),
    "extension": ("extension",),
    "late days": ("late days",),
    "days late": ("days late",),
    "submitted": ("submitted", "Last modified (submission)"),
}


@dataclass(frozen=True)
class Person:
    """One student of the list."""

    identity: str
    name: str
    email: str = ""
    login: str = ""
    other: str = ""
    extension: str = ""
    free_days: float = 0.0
    days_late: float | None = None
    submitted: datetime | None = None


@dataclass(frozen=True)
class Roster:
    """The list, and the table from which it was read."""

    form: str  # "own", "canvas" or "moodle"
    people: list[Person]
    header: list[str] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Policy:
    """What lateness costs, and which of several attempts counts."""

    due: datetime | None = None
    percent_a_day: float = 0.0
    attempts: str = "last"  # or "best"


@dataclass(frozen=True)
class Lateness:
    """How late one submission is, and which share of the points is left."""

    days: float = 0.0
    factor: float = 1.0
    note: str = ""


def read_roster(path: Path) -> Roster:
    """Read a list of any of the three forms, or raise :class:`Refused` with all its faults."""
    header, rows = read_table(path)
    form = "own"
    if {"Student", "ID", "Section"} <= set(header):
        form = "canvas"
    elif {"Identifier", "Full name", "Grade"} <= set(header):
        form = "moodle"
    found = {
        key: next((one for one in names if one in header), "") for key, names in COLUMNS.items()
    }
    if not found["name"] or not found["id"]:
        raise Refused(f"{path.name} lacks a column name or id.")
    people: list[Person] = []
    faults: list[str] = []
    for number, row in enumerate(rows, 2):
        values = {
            key: row.get(name, "").strip().removeprefix("'") for key, name in found.items()
        }
        if form == "canvas" and not values["id"]:
            continue  # the row "Points Possible", and the test student
        try:
            people.append(_person(values))
        except ValueError as error:
            faults.append(f"  line {number}: {error}")
    seen: set[str] = set()
    for person in people:
        if person.identity in seen:
            faults.append(f"  the id {person.identity} occurs twice")
        seen.add(person.identity)
    if faults:
        raise Refused(f"{path.name} was not used:\n" + "\n".join(faults))
    return Roster(form, people, header, rows)


def _person(values: dict[str, str]) -> Person:
    if not values["id"]:
        raise ValueError(f"{values['name']!r} has no id")
    identity = re.sub(r"^(?:Participant|Teilnehmer/in)\s*", "", values["id"])
    return Person(
        identity,
        values["name"],
        values["email"],
        values["login"],
        values["other"],
        values["extension"],
        _number(values["late days"], "late days") or 0.0,
        _number(values["days late"], "days late"),
        date(values["submitted"]) if values["submitted"] not in ("", "-") else None,
    )


def _number(text: str, column: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not 0 <= number < 1000:
        raise ValueError(f"{text!r} is no number of {column}")
    return number


def date(text: str) -> datetime:
    """Return a date with a time in one of the forms that are understood."""
    for form in DATES:
        try:
            return datetime.strptime(text.strip().replace("T", " "), form)
        except ValueError:
            continue
    raise ValueError(f"{text!r} is no date such as 2026-11-20 23:59")


def match(roster: Roster, graded: Iterable[Graded]) -> dict[str, Person]:
    """Return who handed in what: the person for the key of each submission that has one.

    A platform's number decides, where there is one. Otherwise the name of the file has to be
    somebody's id, login, e-mail address (or what stands before its @), or name.
    """
    by_id = {person.identity: person for person in roster.people}
    by_name: dict[str, list[Person]] = {}
    for person in roster.people:
        words = {person.identity, person.login, person.other, person.email, person.name}
        words.add(person.email.partition("@")[0])
        for word in {_norm(word) for word in words} - {""}:
            by_name.setdefault(word, []).append(person)
    found = {}
    for result in graded:
        named = by_name.get(_norm(result.student), [])
        if result.user in by_id:
            found[result.key] = by_id[result.user]
        elif len(named) == 1:
            found[result.key] = named[0]
    return found


def _norm(text: str) -> str:
    """Return the words of a name in one order: "Chan, Chris" is "Chris Chan"."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(sorted(re.findall(r"[^\W_]+", plain)))


def counted(
    graded: Sequence[Graded], people: dict[str, Person], policy: Policy
) -> dict[str, str]:
    """Return for every submission that does not count which one does, by its file."""
    groups: dict[str, list[Graded]] = {}
    for result in graded:
        person = people.get(result.key)
        owner = f"id {person.identity}" if person else f"name {result.student.casefold()}"
        groups.setdefault(owner, []).append(result)
    instead: dict[str, str] = {}
    for group in groups.values():
        if policy.attempts == "best":
            best = max(group, key=lambda one: (_readable(one), one.points(), _order(one)))
        else:
            best = max(group, key=lambda one: (_readable(one), _order(one)))
        instead |= {one.key: best.file for one in group if one is not best}
    return instead


def _readable(result: Graded) -> bool:
    return bool(result.starts)  # something of it could be run


def _order(result: Graded) -> tuple[int, list[tuple[int, str]]]:
    """Return what sorts attempts: the platform's number of the file, then numbers in names."""
    words = re.split(r"(\d+)", result.file)
    return result.number, [
        (int(one[:18]), "") if one.isdecimal() else (0, one) for one in words
    ]


def lateness(result: Graded, person: Person | None, policy: Policy) -> Lateness:
    """Return how late a submission is, with extension and free days taken into account."""
    days = None
    if person and person.days_late is not None:
        days = person.days_late
    elif person and person.submitted and policy.due:
        late = person.submitted - _due(policy.due, person)
        days = float(max(0, math.ceil(late / timedelta(days=1))))
    if days is None:
        note = (
            "late as the platform says: fill in its days in the roster" if result.late else ""
        )
        return Lateness(note=note)
    free = min(days, person.free_days if person else 0.0)
    factor = max(0.0, 1.0 - (days - free) * policy.percent_a_day / 100)
    if not days:
        return Lateness()
    used = f", {free:g} of them free" if free else ""
    return Lateness(days, factor, f"{days:g} days late{used}")


def _due(due: datetime, person: Person) -> datetime:
    if not person.extension:
        return due
    try:
        return due + timedelta(days=float(person.extension.replace(",", ".")))
    except ValueError:
        return date(person.extension)
