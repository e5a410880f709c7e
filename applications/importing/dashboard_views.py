"""Give a table, say what its columns mean, read what would come of each line, and bring it in."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.dashboard.frame import attempt, dashboard, done, page, paged
from accelerator.people import permissions
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.importing import (
    asking_in,
    bringing_in,
    knowing_conflicts,
    people,
    planning,
    tables_kept,
)
from applications.importing.forms import ColumnsForm, DroppedTableForm, ImportForm
from applications.importing.models import TableToImport
from applications.importing.plans import ImportPlan, LineFate

Of = TableToImport.Of
PEOPLE = (Of.REVIEWERS, Of.MENTORS)
PLANS = {
    Of.APPLICATIONS: planning.plan,
    Of.REVIEWERS: people.plan,
    Of.MENTORS: people.plan,
    Of.CONFLICTS: knowing_conflicts.plan,
}
VERBS = {
    Of.APPLICATIONS: bringing_in.bring_in,
    Of.REVIEWERS: asking_in.ask_in,
    Of.MENTORS: asking_in.ask_in,
    Of.CONFLICTS: knowing_conflicts.record,
}


def _mine(request, call: Call):
    """The tables that the reader gave to this call and that wait."""
    return TableToImport.objects.filter(call=call, by=request.user)


@dashboard("GET", "POST")
def applications(request, call_id: int) -> HttpResponse:
    """Give a table of applications."""
    return _give(request, managed_call(request, call_id), Of.APPLICATIONS, _("Import applications"))


@dashboard("GET", "POST")
def reviewers(request, call_id: int) -> HttpResponse:
    """Give a table of people who are to review for the call."""
    call = managed_call(request, call_id)
    _may_ask_in(request, call)
    return _give(request, call, Of.REVIEWERS, _("Import reviewers"))


@dashboard("GET", "POST")
def mentors(request, call_id: int) -> HttpResponse:
    """Give a table of people who are to mentor in the programme."""
    call = managed_call(request, call_id)
    _may_ask_in(request, call)
    return _give(request, call, Of.MENTORS, _("Import mentors"))


@dashboard("GET", "POST")
def conflicts(request, call_id: int) -> HttpResponse:
    """Give a table of who must not see which application."""
    return _give(request, managed_call(request, call_id), Of.CONFLICTS, _("Import conflicts of interest"))


def _may_ask_in(request, call: Call) -> None:
    if not permissions.with_people_of(request.user).filter(pk=call.programme_id).exists():
        raise PermissionDenied


def _give(request, call: Call, of: str, title: str) -> HttpResponse:
    is_of_people = of in PEOPLE
    why_not = asking_in.why_not(call, of) if is_of_people else bringing_in.why_not(call)
    form = DroppedTableForm(*([request.POST, request.FILES] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        table, name = form.cleaned_data["table"], form.cleaned_data["name"]
        try:
            if why_not:
                raise NotAllowed(why_not)
            stored = tables_kept.drop(call, of, table, name=name, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("importing:table", call.pk, stored.public_id)
    waiting = _mine(request, call).filter(of=of, done_at=None)
    return page(
        request,
        "applications/importing/give",
        title,
        call=call,
        form=form,
        why_not=why_not,
        tabs=[
            {"label": label, "url": reverse(f"importing:{kind}", args=[call.pk]), "current": kind == of}
            for kind, label in (
                (Of.APPLICATIONS, _("Applications")),
                (Of.REVIEWERS, _("Reviewers")),
                (Of.MENTORS, _("Mentors")),
                (Of.CONFLICTS, _("Conflicts")),
            )
        ],
        waiting=waiting.defer("lines"),
    )


@dashboard("GET", "POST")
def table(request, call_id: int, public_id: str) -> HttpResponse:
    """What each column says, and below it what would come of each line."""
    call = managed_call(request, call_id)
    stored = get_object_or_404(_mine(request, call), public_id=public_id)
    stored.call = call
    if stored.of in PEOPLE:
        _may_ask_in(request, call)
    if stored.done_at:
        messages.info(request, _("This table has been imported already."))
        return redirect(*_after(stored))
    form = ColumnsForm(request.POST if request.method == "POST" else None, stored=stored)
    if request.method == "POST" and form.is_valid():
        tables_kept.match(stored, form.cleaned_data["wishes"])
        return redirect("importing:table", call.pk, public_id)
    missing = form.missing()
    plan = None
    if not missing and not form.is_bound:
        plan = PLANS[Of(stored.of)](stored, by=request.user, now=request.now)
    shown = _shown(request, plan) if plan else None
    return page(
        request,
        "applications/importing/table",
        str(stored),
        call=call,
        stored=stored,
        is_of_applications=stored.of == Of.APPLICATIONS,
        give_url=reverse(f"importing:{stored.of}", args=[call.pk]),
        form=form,
        missing=missing,
        plan=plan,
        tabs=list(_tabs(request, plan)) if plan else [],
        shown=shown,
        act=ImportForm(initial={"seen": plan.fingerprint}) if plan and plan.new else None,
    )


def _shown(request, plan: ImportPlan):
    asked = request.GET.get("show", "")
    return paged(request, plan.of(LineFate(asked)) if asked in set(LineFate) else plan.lines)


def _tabs(request, plan: ImportPlan) -> Iterator[dict]:
    asked = request.GET.get("show", "")
    yield {
        "label": _("All"),
        "url": "?",
        "current": asked not in set(LineFate),
        "count": len(plan.lines),
    }
    for fate, label in _labels().items():
        yield {
            "label": label,
            "url": f"?show={fate}",
            "current": asked == fate,
            "count": len(plan.of(fate)),
        }


def _labels() -> dict[LineFate, str]:
    return {
        LineFate.NEW: _("To be brought in"),
        LineFate.WRONG: _("To be mended"),
        LineFate.HERE: _("Here already"),
        LineFate.OUT: _("Left out"),
    }


@dashboard("POST")
def bring_in(request, call_id: int, public_id: str) -> HttpResponse:
    call = managed_call(request, call_id)
    stored = get_object_or_404(_mine(request, call), public_id=public_id)
    stored.call = call
    form = ImportForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    if stored.of in PEOPLE:
        _may_ask_in(request, call)
    try:
        count = VERBS[Of(stored.of)](stored, seen=seen, by=request.user, now=request.now)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("importing:table", call.pk, public_id)
    return done(request, _said(stored, count), *_after(stored))


def _said(stored: TableToImport, count: int) -> str:
    if stored.of == Of.APPLICATIONS:
        said = ngettext("%(n)d application is here now.", "%(n)d applications are here now.", count)
    elif stored.of == Of.CONFLICTS:
        said = ngettext("%(n)d conflict is recorded.", "%(n)d conflicts are recorded.", count)
    else:
        said = ngettext("%(n)d person is asked in.", "%(n)d people are asked in.", count)
    return said % {"n": count}


def _after(stored: TableToImport) -> tuple[str, int | str]:
    """Where one goes on, as `redirect` takes it."""
    if stored.of not in PEOPLE:
        return "lists:applications", stored.call_id
    return "people:people_of", stored.call.programme.slug


@dashboard("POST")
def throw_away(request, call_id: int, public_id: str) -> HttpResponse:
    call = managed_call(request, call_id)
    stored = get_object_or_404(_mine(request, call), public_id=public_id)
    return attempt(
        request,
        lambda: tables_kept.throw_away(stored),
        _("Thrown away. Nothing of it was imported."),
        reverse(f"importing:{stored.of}", args=[call.pk]),
    )
