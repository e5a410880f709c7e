"""What the columns of a table can say, and what its headings seem to say."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.calls.models import Call
from applications.importing.answers import plain
from applications.importing.models import TableToImport

STARTUP, EMAIL, NAME = "startup", "email", "name"
THEIR_ID, RECEIVED, STATUS = "their_id", "received", "status"
ORGANISATION, TOPICS, CAPACITY = "organisation", "topics", "capacity"
REASON = "reason"
QUESTION = "question:"  # and its key
NEARLY = 0.86  # of two labels' letters

Of = TableToImport.Of


class Target(NamedTuple):
    """Something that a column can say."""

    key: str
    label: str | Promise
    words: tuple[str, ...] = ()  # headings that mean it
    is_needed: bool = False
    takes_several: bool = False


_OF_PEOPLE = (
    Target(
        EMAIL, _("E-mail address"),
        ("email", "e mail", "mail", "email address", "e mail address", "address", "adresse e mail", "courriel"),
        is_needed=True,
    ),
    Target(NAME, _("Name"), ("name", "full name", "reviewer", "mentor", "nom", "person", "who")),
    Target(
        ORGANISATION, _("Organisation"),
        ("organisation", "organization", "company", "partner", "employer", "affiliation", "institution"),
    ),
)  # fmt: skip
_OF_REVIEWERS = (
    Target(
        TOPICS, _("What they know"),
        ("topics", "topic", "expertise", "areas", "areas of expertise", "skills", "fields", "knows"),
        takes_several=True,
    ),
    Target(
        CAPACITY, _("Reviews promised"),
        ("capacity", "reviews", "reviews promised", "promised", "load", "max reviews", "how many"),
    ),
)  # fmt: skip
_OF_CONFLICTS = (
    Target(
        EMAIL, _("E-mail address of the reviewer"),
        ("email", "e mail", "mail", "reviewer", "reviewer email", "email address", "e mail address", "who"),
        is_needed=True,
    ),
    Target(
        STARTUP, _("Startup, or the number of its application"),
        ("startup", "startup name", "company", "application", "number", "organisation", "applicant"),
        is_needed=True,
    ),
    Target(REASON, _("What connects them"), ("reason", "why", "conflict", "connection", "note"), is_needed=True),
)  # fmt: skip
_OF_APPLICATIONS = (
    Target(
        STARTUP, _("Name of the startup"),
        (
            "startup", "startup name", "name of the startup", "name of your startup", "company", "company name",
            "what is your startup called", "what is your company called", "organisation", "organization",
            "project", "project name", "team name", "societe", "nom de la startup", "firma",
        ),
        is_needed=True,
    ),
    Target(
        EMAIL, _("E-mail address of its owner"),
        (
            "email", "e mail", "mail", "email address", "e mail address", "contact email", "owner email",
            "founder email", "your email", "your email address", "submitter email", "applicant email", "username",
            "adresse e mail", "courriel",
        ),
        is_needed=True,
    ),
    Target(
        NAME, _("Name of its owner"),
        ("name", "your name", "full name", "contact", "contact name", "founder", "owner", "applicant", "submitter"),
    ),
    Target(
        THEIR_ID, _("The other tool’s own number"),
        ("token", "id", "response id", "submission id", "record id", "respondent id", "application id", "reference"),
    ),
    Target(
        RECEIVED, _("When it was submitted"),
        (
            "submitted at", "submitted", "submit date", "submit date utc", "submission date", "date submitted",
            "timestamp", "horodateur", "zeitstempel", "completed at", "finished at", "completion time", "created",
            "created at", "date", "submitted on", "submission time",
        ),
    ),
    Target(STATUS, _("Its state there"), ("status", "state", "response type", "stage status", "progress")),
)  # fmt: skip


def targets(call: Call, of: str) -> list[Target]:
    """In the order in which they are offered. The name of the startup answers the question that asks for it."""
    if of == Of.REVIEWERS:
        return [*_OF_PEOPLE, *_OF_REVIEWERS]
    if of == Of.MENTORS:
        return list(_OF_PEOPLE)
    if of == Of.CONFLICTS:
        return list(_OF_CONFLICTS)
    asked = [
        Target(
            f"{QUESTION}{question.key}",
            question.label,
            (*_labels(question.label), question.key),
            takes_several=True,
        )
        for question in call.listed_questions
        if not question.is_file and question.fills != "name"
    ]
    return [*_OF_APPLICATIONS, *asked]


def _labels(label: object) -> tuple[str, ...]:
    """In every language that it has."""
    return tuple(label.values()) if isinstance(label, dict) else (str(label),)


def guessed(headings: Iterable[str], offered: Iterable[Target], kept: Mapping[str, str]) -> dict[str, str]:
    """Heading → key of what it says: as it was when somebody last imported, else by its words. A thing that is said once
    is guessed once."""
    offered = list(offered)
    known = {target.key: target for target in offered}
    found: dict[str, str] = {}
    taken: set[str] = set()

    def take(heading: str, target: Target | None) -> None:
        if target and heading not in found and (target.key not in taken or target.takes_several):
            found[heading] = target.key
            taken.add(target.key)

    headings = list(headings)
    for heading in headings:
        take(heading, known.get(kept.get(heading, "")))
    words = {target.key: {plain(one) for one in target.words} for target in offered}
    # A question by its own words goes before what a heading usually means.
    asked_first = sorted(offered, key=lambda target: not target.key.startswith(QUESTION))
    for heading in headings:
        same = (one for one in asked_first if one.key not in taken and plain(heading) in words[one.key])
        if heading not in kept:
            take(heading, next(same, None))
    for heading in headings:
        if heading not in found and heading not in kept and len(plain(heading)) > 4:
            take(heading, _nearest(plain(heading), [one for one in offered if one.key not in taken], words))
    return found


def _nearest(heading: str, offered: list[Target], words: Mapping[str, set[str]]) -> Target | None:
    best: tuple[float, Target | None] = (NEARLY, None)
    for target in offered:
        for one in words[target.key]:
            likeness = SequenceMatcher(None, heading, one, autojunk=False).ratio()
            if likeness > best[0]:
                best = (likeness, target)
    return best[1]
