"""What an open form is told, as JSON: after it saved itself, and when it asks what others saved."""

from collections.abc import Collection, Iterable
from datetime import datetime, tzinfo

from django.http import JsonResponse
from django.utils.translation import gettext as _

from accelerator import clock, wording
from accelerator.models import User
from applications.applying import drafts, presence, standing
from applications.applying.models import Answer, Application
from applications.applying.views.bar import bar
from applications.applying.views.common import saved_words
from applications.questions import form as call_form
from applications.questions.models import Question


def closed(message: str) -> JsonResponse:
    return JsonResponse({"message": message, "closed": True}, status=409)


def in_conflict(saved: drafts.Saved, form, reader: User) -> list[dict]:
    """What stands in place of what the reader sent, and whose it is."""
    zone = saved.application.call.zone
    asked = _asked(saved.application)
    return [
        {
            "key": key,
            "label": form[key].label,
            "theirs": call_form.as_typed(theirs.value),
            "mark": drafts.mark(theirs.value),
            "value": call_form.as_posted(asked[key], theirs.value),
            "mine": call_form.as_typed(form.answers()[key]),
            **_written(theirs, reader, zone),
        }
        for key, theirs in saved.conflicts.items()
    ]


def _written(answer: Answer, reader: User, zone) -> dict:
    return whose(answer.by, answer.at, reader, zone)


def whose(by: User | None, at: datetime, reader: User, zone: tzinfo) -> dict:
    """By whom something that the reader has not seen yet is, and of when."""
    is_own = by == reader
    name = _("You, on another page") if is_own else str(by or _("Somebody in your team"))
    return {"by": name, "is_own": is_own, "at": wording.wall_time(at, zone)}


def _asked(mine: Application) -> dict[str, Question]:
    return {question.key: question for question in mine.call.listed_questions}


def _shown_answers(
    rows: Iterable[Answer], mine: Application, reader: User, agreed: Collection[str] = ()
) -> dict:
    """Key → an answer that is new to the page, or was sent by it just now and agreed with.

    A page takes over the mark of one that was agreed with; any other only together with its text.
    """
    asked = _asked(mine)
    return {
        row.key: {
            "mark": drafts.mark(row.value),
            "value": call_form.as_posted(asked[row.key], row.value),
            "is_agreed": row.key in agreed,
            **_written(row, reader, mine.call.zone),
        }
        for row in rows
        if row.key in asked
    }


def _standing(request, mine: Application, questions) -> dict:
    """How far the draft is, for the page's contents and its line of state."""
    attached = drafts.attached_files(mine)
    form = call_form.bound_to(mine.answers, questions, attached)
    stands = standing.of(mine, request.now, attached=attached, missing=call_form.missing_in(form))
    return {
        "saved_at": mine.saved_at.isoformat(),
        "draft_version": mine.draft_version,
        "sections": {
            section.key: {"state": section.state, "kind": section.state_kind}
            for section in call_form.sections(form, questions)
        },
        "files": {key: file.public_id for key, file in attached.items()},
        "bar": bar(request, stands, "form"),
    }


def after_save(request, saved: drafts.Saved, form, questions, *, since: int) -> JsonResponse:
    """What the page needs to know after it saved itself: with its own answers also what others saved since."""
    mine, conflicts = saved.application, in_conflict(saved, form, request.user)
    new = [row for row in saved.rows.values() if row.version > since or row.key in saved.agreed]
    message = saved_words(mine)
    if conflicts:
        message = _("Saved, except what somebody else changed too: please choose above the answer.")
    return JsonResponse(
        {
            "message": message,
            "answers": _shown_answers(new, mine, request.user, saved.agreed),
            "conflicts": conflicts,
            "errors": {key: list(form.errors.get(key, ())) for key in form.fields},
            **_standing(request, mine, questions),
        }
    )


def news(request, mine: Application, questions, *, since: int) -> JsonResponse:
    """What others saved since the page last heard, and who else has it open."""
    here = presence.arrive(mine, request.user, now=clock.real_now())
    new = mine.answer_rows.filter(version__gt=since).select_related("by")
    return JsonResponse(
        {
            "message": saved_words(mine, mine.last_version if mine.is_submitted else None),
            "answers": _shown_answers(new, mine, request.user),
            "here": [{"initials": wording.initials(str(one)), "name": str(one)} for one in here],
            **_standing(request, mine, questions),
        }
    )
