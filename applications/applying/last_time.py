"""Start from last time: what the same startup answered in an earlier call, offered answer by answer.

Only what the founder takes over comes into the draft. Files and consents are given anew each time.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying import consents, drafts
from applications.applying.models import Application
from applications.applying.rules import size
from applications.questions import form as call_form
from applications.questions.models import Question


@dataclass(frozen=True)
class Offered:
    """An earlier answer to a question that this call asks as well."""

    key: str
    label: str
    words: str  # as it was answered
    now: str  # as the draft has it, "" where it has nothing
    mark: str  # of what the draft has
    value: object


def earlier_application(application: Application) -> Application | None:
    """The startup's latest application to another call, begun before this one; not where its team was asked whether it
    may be kept for this, and does not agree."""
    before = Application.objects.filter(startup=application.startup_id, started_at__lt=application.started_at)
    others = before.exclude(call=application.call_id).select_related("call__programme")
    latest = others.order_by("-started_at").first()
    return None if latest and consents.is_refused(latest, consents.KEEP_FOR_NEXT) else latest


def offered(application: Application, earlier: Application) -> list[Offered]:
    """In the order of the form: what was answered then and reads otherwise now, where the question is still of its kind."""
    answers, kinds = _as_answered(earlier)
    found = []
    for question in application.call.listed_questions:
        value, current = answers.get(question.key), application.answers.get(question.key)
        if kinds.get(question.key) == question.kind and _can_be_taken(question, value) and value != current:
            found.append(
                Offered(
                    question.key,
                    str(question.label),
                    call_form.as_read(question, value),
                    call_form.as_read(question, current) if size(current) else "",
                    drafts.mark(current),
                    value,
                )
            )
    return found


def _as_answered(earlier: Application) -> tuple[dict, dict[str, str]]:
    """Answers and kinds by key: of the version that was submitted, else of the draft."""
    version = earlier.last_version
    if version:
        return version.answers, {asked["key"]: asked["kind"] for asked in version.asked}
    return earlier.answers, {question.key: question.kind for question in earlier.call.listed_questions}


def _can_be_taken(question: Question, value) -> bool:
    if question.is_file or isinstance(value, bool) or not size(value):
        return False
    if question.row_columns:
        columns = {column["key"] for column in question.row_columns}
        return all(isinstance(row, dict) and set(row) <= columns for row in value)
    if not question.choices:
        return True
    known = {choice["value"] for choice in question.choices}
    return set(value if isinstance(value, list) else [value]) <= known


def take_over(application: Application, key: str, *, seen: str, by: User, now: datetime) -> drafts.Saved:
    """Make the earlier answer to one question the draft's, where the person has seen what stands there now (its mark)."""
    earlier = earlier_application(application)
    found = {one.key: one for one in offered(application, earlier)} if earlier else {}
    if key not in found:
        raise NotAllowed(_("This answer stands in the draft already, or is no longer asked."))
    return drafts.save_draft(application, {key: found[key].value}, by=by, now=now, seen={key: seen})
