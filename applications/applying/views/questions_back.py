"""The page on which a team answers a question about its application."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accelerator.transitions import NotAllowed
from applications.applying import answering_back
from applications.applying.forms import AnswerBackForm
from applications.applying.views.common import own_application, page, posted


@require_http_methods(["GET", "HEAD", "POST"])
def answer_question(request, public_id: str, question_id: str) -> HttpResponse:
    """The question and its one answer. Words that come too late stay on the page."""
    mine = own_application(request, public_id)
    known = mine.questions_back.select_related("by", "answered_by")
    question = get_object_or_404(known, public_id=question_id)
    question.application = mine
    form, refusal, status = AnswerBackForm(posted(request)), "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                answering_back.answer(
                    question, text=form.cleaned_data["answer"], by=request.user, now=request.now
                )
            except NotAllowed as refused:
                refusal, status = str(refused), 409
                question.refresh_from_db()
                question.application = mine
            else:
                messages.success(request, _("Your answer is with those who run the call."))
                return redirect("applying:answer_question", mine.public_id, question.public_id)
    return page(
        request,
        "answer_question",
        mine,
        status,
        question=question,
        form=form,
        refusal=refusal,
        why_closed=answering_back.why_no_answer(question, request.now),
    )
