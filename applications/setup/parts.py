"""The parts that a call is set up of, each with what its small picture draws."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from accelerator import wording
from accelerator.messages import kinds, reminders
from applications.applying import reminders as of_applicants
from applications.calls.models import Call
from applications.reviewing import reminders as of_reviewers
from applications.selecting import reminders as of_answers
from applications.setup import checklist
from applications.setup.checklist import CheckedPoint

LONG_BEFORE, LONG_AFTER = timedelta(days=3650), timedelta(days=400)


@dataclass(frozen=True)
class SetUpPart:
    key: str
    points: list[CheckedPoint]


def of(points: list[CheckedPoint]) -> dict[str, SetUpPart]:
    """The points of the checklist by their part; what is missing is said above all of them."""
    rest = [point for point in points if not point.is_missing]
    keys = (
        checklist.SEASON,
        checklist.FORM,
        checklist.RUBRIC,
        checklist.MESSAGES,
        checklist.PUBLIC,
        checklist.RUNNING,
    )
    return {key: SetUpPart(key, [point for point in rest if point.part == key]) for key in keys}


def form(call: Call) -> list[tuple[str, int]]:
    """Its sections in order, with how much each asks."""
    return [(str(one.title), one.asked) for one in call.sections.annotate(asked=Count("questions"))]


def rubric(call: Call) -> list[tuple[str, int]]:
    """Its criteria with their weights."""
    return [(str(one.name), one.weight) for one in call.criteria.all()]


def messages(call: Call, now: datetime) -> list[dict[str, str]]:
    """What goes out by itself in a season with these days, also of a draft, of which nothing does yet."""
    return [
        {
            "what": kinds.in_words(moment.kind),
            "when": wording.moment(moment.due_at, call.zone),
            "state": "ahead" if call.is_draft or moment.due_at > now else "",
        }
        for moment in sorted(_moments(call), key=lambda one: one.due_at)
    ]


def _moments(call: Call) -> Iterator[reminders.Moment]:
    since, until = call.window.opens_at - LONG_BEFORE, call.window.deadline + LONG_AFTER
    for find in (
        of_answers.next_call_opens,
        of_applicants.of_calls,
        of_reviewers.reviews_due,
        of_answers.release_due,
    ):
        yield from find(call, since, until)
