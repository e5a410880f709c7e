"""Managers ask a team one question about its sealed application, with a short deadline of its own."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying import notices
from applications.applying.answering_back import locked
from applications.applying.locking import lock
from applications.applying.models import Application
from applications.applying.questions_back import QuestionBack
from applications.calls import window
from applications.reviewing.conflicts import must_have_none

LONGEST = timedelta(days=31)


def why_not(application: Application) -> str:
    """Why its team cannot be asked anything, as a sentence; "" while it can."""
    if application.emptied_at is not None:
        return _("This application is no longer kept.")
    if not application.is_submitted:
        return _("Only a team whose application was submitted is asked.")
    if application.call.is_released:
        return _("The answers of this call are out, so there is nothing more to ask about an application.")
    if not application.is_sealed:
        return _("Its team can still change this application. A question is asked once it is sealed.")
    if application.questions_back.unanswered().exists():
        return _(
            "A question to this team is not answered yet. Give it more time or take it back before you ask another."
        )
    return ""


@transaction.atomic
def ask(application: Application, *, text: str, until: datetime, by: User, now: datetime) -> QuestionBack:
    """Send one question to the whole team, to be answered before `until`."""
    must_have_none(by, application)
    current = lock(application)
    if refusal := why_not(current):
        raise NotAllowed(refusal)
    if not text.strip():
        raise NotAllowed(_("Please write what you would like to know."))
    _must_leave_time(current, until, now)
    question = QuestionBack.objects.create(
        application=current, text=text.strip(), by=by, at=now, answer_by=until, answer_by_set_at=now
    )
    _record("application.question_asked", question, by=by, now=now, until=until.isoformat())
    notices.question_asked(question, now=now)
    return question


@transaction.atomic
def give_more_time(
    question: QuestionBack, *, until: datetime, seen: str | None = None, by: User, now: datetime
) -> None:
    """A later day for the answer, also once the time is over. The team is told."""
    must_have_none(by, question.application)
    current = locked(question)
    _must_be_unanswered(current, seen)
    if current.application.call.is_released:
        raise NotAllowed(_("The answers of this call are out, so nothing is answered any more."))
    if until <= current.answer_by:
        raise NotAllowed(
            _("They have until %(deadline)s already. Choose a later day.")
            % {"deadline": wording.deadline(current.answer_by, current.application.call)}
        )
    _must_leave_time(current.application, until, now)
    current.answer_by, current.answer_by_set_at = until, now
    current.save(update_fields=["answer_by", "answer_by_set_at"])
    _record("application.question_given_time", current, by=by, now=now, until=until.isoformat())
    notices.question_longer(current, now=now)


@transaction.atomic
def take_back(question: QuestionBack, *, seen: str | None = None, by: User, now: datetime) -> None:
    """Nothing is to be answered any more; the team is told."""
    must_have_none(by, question.application)
    current = locked(question)
    _must_be_unanswered(current, seen)
    current.taken_back_by, current.taken_back_at = by, now
    current.save(update_fields=["taken_back_by", "taken_back_at"])
    _record("application.question_taken_back", current, by=by, now=now)
    notices.question_taken_back(current, now=now)


def _must_be_unanswered(current: QuestionBack, seen: str | None) -> None:
    if current.is_answered:
        raise SomebodyWasFirst(_("The team has answered meanwhile: the answer stands here."))
    if current.is_taken_back:
        raise SomebodyWasFirst(_("This question is taken back already."))
    if seen is not None and seen != current.as_shown:
        raise SomebodyWasFirst(
            _("Another manager has changed until when this can be answered. Look at it again.")
        )


def _must_leave_time(application: Application, until: datetime, now: datetime) -> None:
    call = application.call
    if until <= now:
        raise NotAllowed(_("That day is over, so nobody could answer by then. Choose a later one."))
    if until > now + LONGEST:
        raise NotAllowed(_("A question waits for a month at most. Choose an earlier day."))
    promised = window.end_of_day(call.decision_on, call.zone)
    if now < promised < until:
        raise NotAllowed(
            _("The teams are promised their answers on %(day)s. Choose a day until then.")
            % {"day": wording.day(call.decision_on)}
        )


def _record(action: str, question: QuestionBack, *, by: User, now: datetime, **details) -> None:
    application = question.application
    history.record(
        action,
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        question=question.pk,
        **details,
    )
