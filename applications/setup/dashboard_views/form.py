"""What a call asks, in the order in which it asks it, beside the form as a founder sees it on a phone."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import as_seen
from accelerator.dashboard.frame import attempt, dashboard, done, page
from accelerator.transitions import NotAllowed, WrongValue
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.questions import form as call_form
from applications.questions import kinds
from applications.questions.models import Question
from applications.setup import question_forms, questions
from applications.setup.question_forms import AskedForm, PartForm


@dashboard("GET")
def form(request, call_id: int) -> HttpResponse:
    """The sections with their questions, and the whole as founders see it."""
    call = managed_call(request, call_id)
    asked = list(call.questions.select_related("section"))
    preview = call_form.form_class(asked)()
    return page(
        request,
        "applications/setup/form",
        _("What the call asks"),
        call=call,
        sections=list(call.sections.prefetch_related("questions")),
        words={question.key: str(question.label) for question in asked},
        preview=call_form.sections(preview, asked),
        seen=questions.order_of(asked),
        begun=call.applications.count(),
    )


@dashboard("POST")
def move_question(request, call_id: int, question_id: int) -> HttpResponse:
    question = get_object_or_404(managed_call(request, call_id).questions, pk=question_id)
    return _moved(
        request, call_id, lambda **act: questions.move(question, **act), _("The question is moved.")
    )


@dashboard("POST")
def move_section(request, call_id: int, section_id: int) -> HttpResponse:
    section = get_object_or_404(managed_call(request, call_id).sections, pk=section_id)
    return _moved(
        request, call_id, lambda **act: questions.move_section(section, **act), _("The section is moved.")
    )


def _moved(request, call_id: int, move, said: str) -> HttpResponse:
    act = {"up": request.POST.get("to") == "up", "seen": request.POST.get("seen", "")}
    return attempt(
        request, lambda: move(**act, by=request.user, now=request.now), said, "setup:form", call_id
    )


# --- Questions ------------------------------------------------------------------------------------------
@dashboard("GET", "POST")
def add_question(request, call_id: int, section_id: int) -> HttpResponse:
    """First of which kind, then its words."""
    call = managed_call(request, call_id)
    section = get_object_or_404(call.sections.select_related("call__programme"), pk=section_id)
    kind = request.GET.get("kind", "")
    if kind not in kinds.KINDS:
        return page(
            request,
            "applications/setup/choose_kind",
            _("Add a question"),
            call=call,
            section=section,
            kinds=kinds.KINDS.values(),
        )
    return _write(request, call, question_forms.new_question(section, kind), _("Add a question"))


@dashboard("GET", "POST")
def question(request, call_id: int, question_id: int) -> HttpResponse:
    """Change a question."""
    call = managed_call(request, call_id)
    return _write(request, call, _question(call, question_id), _("Change a question"))


def _question(call: Call, question_id: int) -> Question:
    return get_object_or_404(call.questions.select_related("section", "call__programme"), pk=question_id)


def _write(request, call: Call, asked: Question, title: str) -> HttpResponse:
    written = AskedForm(request.POST if request.method == "POST" else None, question=asked)
    if written.is_valid():
        try:
            act = {"by": request.user, "seen": request.POST.get("seen", ""), "now": request.now}
            questions.save(written.wanted(), **act)
        except WrongValue as refusal:
            written.add_error(refusal.field if refusal.field in written.fields else None, str(refusal))
        except NotAllowed as refusal:
            written.add_error(None, str(refusal))
        else:
            _say_whom_it_touches(request, call)
            return done(request, _("“%(question)s” is saved.") % {"question": asked}, "setup:form", call.pk)
    return page(
        request,
        "applications/setup/question",
        title,
        call=call,
        question=asked,
        kind=kinds.of(asked),
        form=written,
        seen=as_seen.version_of(asked) if asked.pk else "",
        preview=_field(asked),
        why_kept=questions.why_kept(asked) if asked.pk else "",
    )


def _say_whom_it_touches(request, call: Call) -> None:
    if begun := call.applications.count():
        messages.warning(
            request,
            ngettext(
                "%(n)d application has been begun: its team sees the change at once.",
                "%(n)d applications have been begun: their teams see the change at once.",
                begun,
            )
            % {"n": begun},
        )


@dashboard("POST")
def preview_question(request, call_id: int) -> HttpResponse:
    """The question as a founder would see it, of what stands in its form now. Writes nothing."""
    call = managed_call(request, call_id)
    section = call.sections.select_related("call__programme").first()
    if request.POST.get("kind", "") not in kinds.KINDS or section is None:
        raise Http404
    asked = question_forms.new_question(section, request.POST["kind"])
    written = AskedForm(request.POST, question=asked)
    written.is_valid()
    for name in {"label", "help", "required", *kinds.of(asked).columns} & set(written.cleaned_data):
        setattr(asked, name, written.cleaned_data[name])
    asked.key = "asked"
    kinds.of(asked).complete(asked)
    return render(request, "applications/setup/_preview.html", {"preview": _field(asked)})


def _field(asked: Question):
    """The bound field of a question alone; None while nobody could answer it."""
    if not str(asked.label) or kinds.of(asked).unfit(asked):
        return None
    shown = call_form.form_class([asked])(auto_id="preview_%s")
    return shown[asked.key]


@dashboard("POST")
def remove_question(request, call_id: int, question_id: int) -> HttpResponse:
    asked = _question(managed_call(request, call_id), question_id)
    return attempt(
        request,
        lambda: questions.remove(asked, by=request.user, now=request.now),
        _("“%(question)s” is asked no longer.") % {"question": asked},
        "setup:form",
        call_id,
    )


# --- Sections -------------------------------------------------------------------------------------------
@dashboard("GET", "POST")
def add_section(request, call_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    return _write_section(request, call, question_forms.new_section(call), _("Add a section"))


@dashboard("GET", "POST")
def section(request, call_id: int, section_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    found = get_object_or_404(call.sections.select_related("call__programme"), pk=section_id)
    return _write_section(request, call, found, _("Change a section"))


def _write_section(request, call: Call, part, title: str) -> HttpResponse:
    written = PartForm(request.POST if request.method == "POST" else None, section=part)
    if written.is_valid():
        try:
            questions.save_section(written.wanted(), by=request.user, now=request.now)
        except NotAllowed as refusal:
            written.add_error(None, str(refusal))
        else:
            return done(request, _("“%(section)s” is saved.") % {"section": part}, "setup:form", call.pk)
    return page(
        request,
        "applications/setup/section",
        title,
        call=call,
        section=part,
        form=written,
        why_kept=questions.why_section_kept(part) if part.pk else "",
    )


@dashboard("POST")
def remove_section(request, call_id: int, section_id: int) -> HttpResponse:
    call = managed_call(request, call_id)
    found = get_object_or_404(call.sections.select_related("call__programme"), pk=section_id)
    return attempt(
        request,
        lambda: questions.remove_section(found, by=request.user, now=request.now),
        _("“%(section)s” is gone, with its questions.") % {"section": found},
        "setup:form",
        call.pk,
    )
