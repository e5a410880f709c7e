"""Where somebody says whether they come: signed in, or by the link of their mail."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accelerator.calendar import answers
from accelerator.calendar.answer_form import InvitationAnswerForm
from accelerator.calendar.answers import Answer, Answerable, Way
from accelerator.calendar.models import CalendarAnswer
from accelerator.messages import link_views
from accelerator.records.people import User
from accelerator.transitions import NotAllowed


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, kind: str, public_id: str) -> HttpResponse:
    known = answers.declared.get(kind)
    if known is None:
        raise Http404
    seen: Any = known.model._default_manager
    about = known.load(seen.visible_to(request.user).filter(public_id=public_id)).first()
    if about is None:
        raise Http404
    if request.user.pk not in {person.pk for person in known.people(about)}:
        raise PermissionDenied
    form = InvitationAnswerForm(request.POST if request.method == "POST" else None)
    if _is_taken(request, form, known, about, request.user, Way.PAGE):
        messages.success(request, _("Your answer is with everybody concerned."))
        return redirect(about)
    return _page(request, known, about, request.user, form, is_by_link=False)


@link_views.by_link("calendars:answer_by_link")
def answer_by_link(request, come: link_views.Come) -> HttpResponse:
    """The answer of the mail's receiver, and of nobody else."""
    found = answers.find(come.message.object_type, come.message.object_id) if come.counts else None
    if found is None or come.person.pk not in {person.pk for person in found[0].people(found[1])}:
        return _ended(request)
    kind, about = found
    if not about.is_changeable(request.now):
        return _ended(request)
    form = InvitationAnswerForm(request.POST if request.method == "POST" else None)
    if _is_taken(request, form, kind, about, come.person, Way.LINK):
        return link_views.again(request)
    return _page(request, kind, about, come.person, form, is_by_link=True)


def _is_taken(request, form: InvitationAnswerForm, kind: Answerable, about, person: User, way: str) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        answers.give(kind, about, **form.cleaned_data, by=person, way=way, now=request.now)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        about.refresh_from_db()  # the page shows what it is now
        return False
    return True


def _page(request, kind: Answerable, about, person: User, form: InvitationAnswerForm, *, is_by_link: bool):
    said = answers.standing(about).get(person.pk)
    if not form.is_bound and said:
        form = InvitationAnswerForm(initial={"note": said.note})
    context = {
        "about": about,
        "title": kind.title(about),
        "programme": about.programme,
        "person": person,
        "form": form,
        "said": said,
        "choices": [(choice.value, _words(choice), said and said.answer == choice) for choice in Answer],
        "is_by_link": is_by_link,
    }
    return render(request, "accelerator/calendar/answer.html", context)


def _words(choice: CalendarAnswer.Answer) -> str:
    return {
        Answer.ACCEPTED: _("I come"),
        Answer.TENTATIVE: _("I may come"),
        Answer.DECLINED: _("I cannot come"),
    }[choice]


def _ended(request) -> HttpResponse:
    return render(request, "accelerator/calendar/answer_ended.html", {}, status=410)
