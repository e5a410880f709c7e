"""What every page of the dashboard needs: who may enter, the call it is about, and the frame around it."""

from django.contrib import admin, messages
from django.core.paginator import Page, Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accelerator.transitions import NotAllowed
from applications.calls.models import Call

ON_A_PAGE = 100
SOME = "some-one"  # stands for a public id in an address that is made once for all rows


def dashboard(*methods: str):
    """A view for people of the dashboard, by these methods (and HEAD)."""

    def decorate(view):
        return admin.site.admin_view(require_http_methods([*methods, "HEAD"])(view))

    return decorate


def page(request, template: str, title: str, **context) -> TemplateResponse:
    frame = admin.site.each_context(request)
    return TemplateResponse(
        request, f"admin/applications/{template}.html", {**frame, "title": title, **context}
    )


def managed_calls(request) -> list[Call]:
    """The calls that the reader manages and has no part in, the latest first. Asked once per request: they are in the
    sidebar of every page, and most pages are about one of them."""
    if not hasattr(request, "managed_calls"):
        calls = Call.objects.managed_by(request.user).select_related("programme", "window", "release")
        request.managed_calls = list(calls.order_by("-starts_on", "pk"))
    return request.managed_calls


def managed_call(request, call_id: int) -> Call:
    """The call, for those who manage it and have no part in it; not found for everybody else."""
    for call in managed_calls(request):
        if call.pk == call_id:
            return call
    raise Http404


def paged(request, rows) -> Page:
    return Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))


def done(request, sentence: str, to: str, *args):
    """Say what was done and go on."""
    messages.success(request, sentence)
    return redirect(to, *args)


def attempt(request, act, sentence, to: str, *args):
    """Do something behind a bare button and come back to the page, which says how it went."""
    try:
        result = act()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(to, *args)
    return done(request, sentence(result) if callable(sentence) else sentence, to, *args)


def steps(call: Call) -> list[tuple[str, str, str]]:
    """The pages of one call in the order of a season: url name, label, address."""
    found = [
        ("call_applications", _("Applications")),
        ("screening", _("Screening")),
        ("assignment", _("Assignment")),
        ("progress", _("Progress")),
        ("ranking", _("Ranking")),
        ("agreement", _("Agreement")),
        ("selection", _("Selection")),
        ("letters", _("Letters")),
        ("timeline", _("Timeline")),
    ]
    return [(name, label, reverse(name, args=[call.pk])) for name, label in found]
