"""A manager's pages of what came back: what waits for us, one answer, and the whole thread around it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.dashboard.frame import attempt, dashboard, done, page, paged
from accelerator.messages import kinds, subjects
from accelerator.messages.models import OutboxMessage
from accelerator.records.programmes import FrequentQuestion, Programme
from accelerator.threads import answering, notices, public_answers
from accelerator.threads.forms import AnswerForm, PublicAnswerForm, ThreadNoteForm
from accelerator.threads.models import Reply, ThreadNote
from accelerator.transitions import NotAllowed

LARGEST_KEY = 2**31 - 1


def _replies(request):
    """Answers to mails that the reader may read."""
    known = Reply.objects.about(subjects.readable(request))
    return known.select_related("message__programme", "message__recipient", "owner", "settled_by")


def _found(request, public_id: str) -> Reply:
    return get_object_or_404(_replies(request), public_id=public_id)


@dashboard("GET")
def waiting(request) -> HttpResponse:
    """Every answer that nobody has settled, the oldest first, with who sees to it."""
    if not Programme.objects.managed_by(request.user).exists():
        raise Http404
    rows = paged(request, _replies(request).waiting())
    for row in rows:
        row.age = wording.distance(row.came_at, request.now, row.message.programme.zone)
    return page(request, "accelerator/threads/waiting", _("Waiting for us"), rows=rows)


@dashboard("GET", "POST")
def reply_page(request, public_id: str) -> HttpResponse:
    """One answer within its thread, and a field to write back."""
    found = _found(request, public_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answering.answer(found, form.cleaned_data["text"], by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error("text", str(refusal))
        else:
            return done(request, _("Your answer is on its way."), "threads:waiting")
    return page(
        request,
        "accelerator/threads/reply_page",
        str(found.message.recipient),
        reply=found,
        form=form,
        note_form=ThreadNoteForm(auto_id="note_%s"),
        entries=_entries(request, found.message),
        can_answer=answering.answerable(found.message, request.now),
    )


@dashboard("GET")
def thread(request, public_id: str) -> HttpResponse:
    """Everything that went to somebody about the same thing as this mail, and what came back."""
    message = get_object_or_404(
        subjects.readable(request).select_related("recipient", "programme"), public_id=public_id
    )
    return page(
        request,
        "accelerator/threads/thread",
        str(message.recipient or message.to_email),
        message=message,
        about=subjects.link(request, message),
        entries=_entries(request, message),
    )


def _entries(request, message: OutboxMessage) -> list[dict]:
    """What was sent to this person about this thing, what came back, and notes beside it, in their order."""
    mails = subjects.readable(request).filter(is_secret=False, recipient=message.recipient)
    mails = mails.filter(object_type=message.object_type, object_id=message.object_id)
    mails = mails.filter(status__in=[OutboxMessage.Status.SENT, OutboxMessage.Status.WAITING])
    found = [
        {"at": mail.sent_on_programme_clock or mail.due_at, "what": kinds.in_words(mail.kind), "mail": mail}
        for mail in mails
    ]
    found += [
        {"at": one.came_at, "what": one.get_kind_display().capitalize(), "reply": one}
        for one in Reply.objects.about(mails).select_related("message")
    ]
    notes = ThreadNote.objects.filter(message__in=mails.values("pk")).select_related("by")
    found += [{"at": one.at, "what": _("Note"), "note": one} for one in notes]
    return sorted(found, key=lambda entry: entry["at"])


def _act(verb, sentence):
    """A view behind a bare button that does one thing to an answer."""

    @dashboard("POST")
    def view(request, public_id: str) -> HttpResponse:
        found = _found(request, public_id)
        return attempt(
            request,
            lambda: verb(found, by=request.user, now=request.now),
            lambda _none: sentence(),
            "threads:reply_page",
            public_id,
        )

    return view


take = _act(answering.take, lambda: _("You see to it."))
settle = _act(answering.settle, lambda: _("It is settled."))
open_again = _act(answering.open_again, lambda: _("It waits again."))


@dashboard("POST")
def note(request, public_id: str) -> HttpResponse:
    """Something among managers, beside an answer."""
    found = _found(request, public_id)
    form = ThreadNoteForm(request.POST)

    def write() -> None:
        if not form.is_valid():
            raise NotAllowed(_("Write the note first; it may have 5,000 signs."))
        answering.note(found.message, form.cleaned_data["text"], by=request.user, now=request.now)

    return attempt(request, write, _("The note is kept."), "threads:reply_page", public_id)


@dashboard("GET", "POST")
def make_public(request, public_id: str) -> HttpResponse:
    """What was asked and what we answered, to be read over before everybody reads it on the public page."""
    found = _found(request, public_id)
    if found.kind != Reply.Kind.REPLY or not found.text:
        raise Http404
    initial = {"question": found.text[:300], "answer": _last_answer(request, found)}
    form = PublicAnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            made = public_answers.publish(found, **form.cleaned_data, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error("question", str(refusal))
        else:
            undo = reverse("threads:take_off", args=[made.pk])
            return done(
                request, _("It stands on the public page."), "threads:reply_page", public_id, undo=undo
            )
    return page(
        request,
        "accelerator/threads/make_public",
        _("Make it public"),
        reply=found,
        form=form,
        order_url=reverse("admin:accelerator_frequentquestion_changelist"),
    )


def _last_answer(request, reply: Reply) -> str:
    """What was last written back about the same thing, without greeting and foot being guessed at."""
    mails = subjects.readable(request).filter(kind=notices.ANSWER, recipient=reply.message.recipient)
    last = mails.filter(object_type=reply.message.object_type, object_id=reply.message.object_id).first()
    return last.text.strip()[:2000] if last else ""


@dashboard("POST")
def take_off(request, pk: int) -> HttpResponse:
    """Take a question and its answer off the public page again."""
    ours = FrequentQuestion.objects.filter(programme__in=Programme.objects.managed_by(request.user))
    made = get_object_or_404(ours.select_related("programme"), pk=min(pk, LARGEST_KEY))
    return attempt(
        request,
        lambda: public_answers.take_off(made, by=request.user, now=request.now),
        _("It is off the public page."),
        "threads:waiting",
    )
