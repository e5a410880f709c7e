"""Reminders of reviews that are due and of second factors that are missing, and what a conflict that arose later takes away."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.messages import kinds, outbox, reminders
from accelerator.models import OutboxMessage, Role
from applications.applying.conflict_rows import why_not_told
from applications.applying.models import Application
from applications.applying.notices import (
    QUESTION_ANSWERED,
    QUESTION_ASKED,
    QUESTION_LONGER,
    question_context,
)
from applications.applying.questions_back import QuestionBack
from applications.calls import window
from applications.calls.models import Call
from applications.reviewing import conflicts, factors
from applications.reviewing.models import Assignment, Reviewer
from applications.reviewing.notices import FACTOR_MISSING, REVIEW_DUE_SOON, REVIEW_OVERDUE, queue_url

MORNING = time(10)
A_DAY = timedelta(days=1)
QUESTION_NEARS = "applications.question_nears"


# --- Conflicts that arise later -------------------------------------------------------------------------
def _in_conflict(_since: datetime, _until: datetime):
    found = Assignment.objects.in_conflict().filter(application__call__release=None).order_by("pk")
    return found.select_related("application__call__programme", "reviewer")


@reminders.jobs(of=_in_conflict)
def setting_aside(assignment: Assignment) -> reminders.Job:
    """Nobody sees or counts it since the conflict arose; now it is put on record, and another reviewer can be found."""
    return reminders.Job(
        "applications.set_aside",
        about=assignment,
        due_at=assignment.assigned_at,
        run=lambda now: conflicts.settle(assignment, now=now),
    )


# --- A second factor that is missing --------------------------------------------------------------------
@reminders.moments(of=lambda since, until: _unreleased_calls(since, until))
def factors_missing(call: Call, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """Ten days before reviewing begins, to reviewers and managers whom the dashboard would not let in."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return
    begins = call.window.closes_at
    yield reminders.Moment(
        FACTOR_MISSING,
        about=call,
        due_at=window.reminder_moment(begins, call.zone, days_before=factors.DAYS_BEFORE, at=MORNING),
        version=f"{begins:%Y%m%d}",
        notices=partial(_to_whoever_has_none, call, begins),
    )


def _to_whoever_has_none(call: Call, begins: datetime) -> Iterator[reminders.Notice]:
    due_at = window.reminder_moment(begins, call.zone, days_before=factors.DAYS_BEFORE, at=MORNING)
    for role in factors.missing(call).select_related("user").order_by("pk"):
        yield reminders.Notice(
            kind=FACTOR_MISSING,
            key=f"factor-missing:{call.pk}:{role.user_id}:{begins:%Y%m%d}",
            to=role.user,
            programme=call.programme,
            about=call,
            due_at=due_at,
            useless_after=window.end_of_day(call.reviews_due_on, call.zone),
            context=lambda: {"call": call, "begins": begins, "url": outbox.absolute(reverse("mfa_index"))},
        )


@kinds.still_wanted(FACTOR_MISSING)
def still_without(message: OutboxMessage) -> str:
    """Why the reminder is not sent any more; empty when it is."""
    held = Role.objects.live().filter(user=message.recipient, programme=message.programme)
    return "" if held.without_second_factor().exists() else _("A second factor was set up in the meantime.")


# --- Reviews that are due -------------------------------------------------------------------------------


def _unreleased_calls(_since: datetime, _until: datetime):
    calls = Call.objects.announced().filter(release__isnull=True)
    return calls.select_related("programme").order_by("pk")


@reminders.moments(of=_unreleased_calls)
def reviews_due(call: Call, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """To reviewers with something left: three days before reviews are due, useless once that day is over, and on the
    morning after it, useless once the decision is taken."""
    due_end, decided = (window.end_of_day(day, call.zone) for day in (call.reviews_due_on, call.decision_on))
    for kind, days_before, useless_after in (
        (REVIEW_DUE_SOON, 3, due_end),
        (REVIEW_OVERDUE, -1, decided),
    ):
        due_at = window.reminder_moment(due_end, call.zone, days_before=days_before, at=MORNING)
        if due_at < useless_after:
            yield reminders.Moment(
                kind,
                about=call,
                due_at=due_at,
                version=_due(call),
                notices=partial(_to_reviewers, kind, call, due_at, useless_after),
            )


def _unfinished():
    """Assignments without a finished review."""
    return Assignment.objects.awaiting_review().of_eligible()


def _to_reviewers(
    kind: str, call: Call, due_at: datetime, useless_after: datetime
) -> Iterator[reminders.Notice]:
    """To each reviewer with something left that was assigned before the moment came."""
    unfinished = _unfinished().filter(application__call=call, assigned_at__lte=due_at)
    left = dict(unfinished.values_list("reviewer").annotate(left=Count("pk")))
    reviewers = Reviewer.objects.active_for(call).filter(pk__in=left).select_related("user")
    for reviewer in reviewers.order_by("pk"):
        yield reminders.Notice(
            kind=kind,
            key=f"{kind.partition('.')[2]}:{reviewer.pk}:{_due(call)}",
            version=_due(call),
            to=reviewer.user,
            programme=call.programme,
            about=reviewer,
            due_at=due_at,
            useless_after=useless_after,
            context=partial(_left, call, left[reviewer.pk]),
        )


def _left(call: Call, count: int) -> dict:
    return {"call": call, "count": count, "url": queue_url()}


def _due(call: Call) -> str:
    """The due day that a reminder names; when it is moved, new reminders are made and the old are skipped."""
    return f"{call.reviews_due_on:%Y%m%d}"


@kinds.still_wanted(REVIEW_DUE_SOON, REVIEW_OVERDUE)
def still_to_review(message: OutboxMessage) -> str:
    """Why a reminder is not sent any more; empty when it is."""
    reviewer = Reviewer.objects.select_related("call__release").filter(pk=message.object_id or 0).first()
    if reviewer is None:
        return _("This person reviews no longer.")
    if reviewer.call.is_released:
        return _("The decisions are published.")
    if message.version not in (
        "",
        _due(reviewer.call),
    ):  # empty in messages written before there were versions
        return _("The due day was moved; other reminders take its place.")
    if not _unfinished().filter(reviewer=reviewer).exists():
        return _("Everything was reviewed in the meantime.")
    if not Reviewer.objects.active_for(reviewer.call).filter(pk=reviewer.pk).exists():
        return _("This person reviews no longer.")
    return ""


# --- A question that was asked back ---------------------------------------------------------------------
def _questions(since: datetime, until: datetime) -> QuerySet[QuestionBack]:
    soon = QuestionBack.objects.unanswered().filter(answer_by__gt=since, answer_by__lte=until + 2 * A_DAY)
    return soon.select_related("application__startup", "application__call__programme").order_by("pk")


@reminders.moments(of=_questions)
def question_nears(question: QuestionBack, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """To each of the team, a day before the time for its answer ends, unless it was set later than that."""
    due_at = question.answer_by - A_DAY
    if question.answer_by_set_at <= due_at and question.application.is_submitted:
        yield reminders.Moment(
            QUESTION_NEARS,
            about=question,
            due_at=due_at,
            version=question.as_shown,
            notices=partial(_to_the_team_asked, question, due_at),
        )


def _to_the_team_asked(question: QuestionBack, due_at: datetime) -> Iterator[reminders.Notice]:
    application = question.application
    for member in application.startup.team:
        yield reminders.Notice(
            kind=QUESTION_NEARS,
            key=f"question-nears:{question.as_shown}:{member.user_id}",
            to=member.user,
            programme=application.call.programme,
            about=application,
            due_at=due_at,
            useless_after=question.answer_by,
            version=question.as_shown,
            context=partial(question_context, question),
        )


@kinds.still_wanted(QUESTION_ASKED, QUESTION_LONGER, QUESTION_NEARS)
def still_to_be_answered(message: OutboxMessage) -> str:
    waiting = QuestionBack.objects.unanswered().filter(application=message.object_id or 0)
    question = waiting.select_related("application__startup").first()
    if question is None or question.as_shown != message.version or not question.application.is_submitted:
        return _("It was answered, taken back or given more time in the meantime.")
    if not question.application.startup.team.filter(user=message.recipient_id).exists():
        return _("This person has left the team.")
    return ""


@kinds.still_wanted(QUESTION_ANSWERED)
def still_theirs_to_read(message: OutboxMessage) -> str:
    return why_not_told(message, Application.objects.filter(pk=message.object_id or 0).first())
