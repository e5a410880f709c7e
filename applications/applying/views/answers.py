"""The earlier texts of a draft's answers: looked at, and brought back."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.applying import drafts
from applications.applying.models import Answer, Application, EarlierAnswer
from applications.applying.views.common import own_application, page
from applications.questions import form as call_form


@dataclass(frozen=True)
class AnswerHistory:
    """One question with what stands there now and what stood there before, newest first."""

    key: str
    label: str
    current: Answer | None
    mark: str
    words: str
    earlier: list[tuple[EarlierAnswer, str]]


def _histories(mine: Application) -> list[AnswerHistory]:
    """Of each question that has earlier texts, in the order of the form."""
    kept = mine.earlier_answers.select_related("by").order_by("key", "-at", "-pk")
    by_key = {key: list(texts) for key, texts in groupby(kept, key=lambda text: text.key)}
    rows = {row.key: row for row in mine.answer_rows.select_related("by")}
    found = []
    for question in mine.call.listed_questions:
        if question.key not in by_key:
            continue
        current = rows.get(question.key)
        value = current.value if current else None
        earlier = [(text, call_form.as_read(question, text.value)) for text in by_key[question.key]]
        words = call_form.as_read(question, value)
        found.append(
            AnswerHistory(question.key, str(question.label), current, drafts.mark(value), words, earlier)
        )
    return found


@require_safe
def earlier_answers(request, public_id):
    return _page(request, own_application(request, public_id))


def _page(request, mine: Application, *, refusal: str = "", status: int = 200) -> HttpResponse:
    return page(
        request,
        "earlier_answers",
        mine,
        status,
        histories=_histories(mine),
        can_change=mine.is_editable(request.now),
        refusal=refusal,
    )


@require_POST
def bring_back_answer(request, public_id, text_id):
    mine = own_application(request, public_id)
    earlier = get_object_or_404(mine.earlier_answers.filter(key__in=_asked(mine)), pk=text_id)
    earlier.application = mine
    saved = drafts.bring_back(earlier, seen=request.POST.get("seen", ""), by=request.user, now=request.now)
    if saved.conflicts:
        words = _("The answer has changed since you opened this page. Look at it again before you change it.")
        return _page(request, mine, refusal=words, status=409)
    messages.success(
        request, _("The earlier text stands in your draft again. The one before it is kept here.")
    )
    return redirect(reverse("applying:earlier_answers", args=[mine.public_id]) + f"#answer-{earlier.key}")


def _asked(mine: Application) -> list[str]:
    return [question.key for question in mine.call.listed_questions]
