"""A team answers the question that a manager asked about its application; nothing else of the application changes."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying import notices
from applications.applying.locking import TooLate
from applications.applying.questions_back import QuestionBack

ANSWERED = "application.question_answered"


def locked(question: QuestionBack) -> QuestionBack:
    """The question as it is now, until this transaction ends."""
    known = QuestionBack.objects.select_for_update(of=("self",)).select_related(
        "application__call__programme", "application__startup", "answered_by", "by"
    )
    return known.get(pk=question.pk)


def why_no_answer(question: QuestionBack, now: datetime) -> str:
    """Why this question takes no answer, as a sentence; "" while it does."""
    call = question.application.call
    if question.is_answered:
        return _("%(who)s has answered this question, and the answer is with the programme.") % {
            "who": question.answered_by
        }
    if question.is_taken_back:
        return _("The programme has taken this question back, so nothing is to be answered.")
    if not question.application.is_submitted:
        return _("This application is withdrawn, so nothing is to be answered.")
    if now >= question.answer_by:
        return _(
            "This question could be answered until %(deadline)s. If you still want to answer, ask the programme for more "
            "time."
        ) % {"deadline": wording.deadline(question.answer_by, call)}
    return ""


@transaction.atomic
def answer(question: QuestionBack, *, text: str, by: User, now: datetime) -> None:
    """Give the team's answer, once. Those who run the call are told."""
    current = locked(question)
    if refusal := why_no_answer(current, now):
        if current.is_answered:
            raise SomebodyWasFirst(refusal)
        raise TooLate(refusal) if now >= current.answer_by else NotAllowed(refusal)
    if not text.strip():
        raise NotAllowed(_("Please write an answer."))
    current.answer, current.answered_by, current.answered_at = text.strip(), by, now
    current.save(update_fields=["answer", "answered_by", "answered_at"])
    application = current.application
    history.record(
        ANSWERED,
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        question=current.pk,
    )
    notices.question_answered(current, now=now)
