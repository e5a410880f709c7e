"""Give a table, say what its columns mean, read what would come of each line, and bring it in."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.dashboard.frame import attempt, dashboard, done, page, paged
from accelerator.transitions import NotAllowed
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.importing import bringing_in, planning, tables_kept
from applications.importing.forms import ColumnsForm, DroppedTableForm, ImportForm
from applications.importing.models import TableToImport
from applications.importing.plans import ImportPlan, LineFate

Of = TableToImport.Of


def _mine(request, call: Call):
    """The tables that the reader gave to this call and that wait."""
    return TableToImport.objects.filter(call=call, by=request.user)


@dashboard("GET", "POST")
def applications(request, call_id: int) -> HttpResponse:
    """Give a table of applications."""
    return _give(request, managed_call(request, call_id), Of.APPLICATIONS, _("Import applications"))


def _give(request, call: Call, of: str, title: str) -> HttpResponse:
    why_not = bringing_in.why_not(call)
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
        waiting=waiting.defer("lines"),
    )


@dashboard("GET", "POST")
def table(request, call_id: int, public_id: str) -> HttpResponse:
    """What each column says, and below it what would come of each line."""
    call = managed_call(request, call_id)
    stored = get_object_or_404(_mine(request, call), public_id=public_id)
    stored.call = call
    if stored.done_at:
        messages.info(request, _("This table has been imported already."))
        return redirect("lists:applications", call.pk)
    form = ColumnsForm(request.POST if request.method == "POST" else None, stored=stored)
    if request.method == "POST" and form.is_valid():
        tables_kept.match(stored, form.cleaned_data["wishes"])
        return redirect("importing:table", call.pk, public_id)
    missing = form.missing()
    plan = None if missing or form.is_bound else planning.plan(stored, by=request.user, now=request.now)
    shown = _shown(request, plan) if plan else None
    return page(
        request,
        "applications/importing/table",
        str(stored),
        call=call,
        stored=stored,
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
    try:
        count = bringing_in.bring_in(stored, seen=seen, by=request.user, now=request.now)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("importing:table", call.pk, public_id)
    sentence = ngettext("%(n)d application is here now.", "%(n)d applications are here now.", count) % {
        "n": count
    }
    return done(request, sentence, "lists:applications", call.pk)


@dashboard("POST")
def throw_away(request, call_id: int, public_id: str) -> HttpResponse:
    call = managed_call(request, call_id)
    stored = get_object_or_404(_mine(request, call), public_id=public_id)
    return attempt(
        request,
        lambda: tables_kept.throw_away(stored),
        _("Thrown away. Nothing of it was imported."),
        reverse("importing:applications", args=[call.pk]),
    )
