"""A manager's pages of messages to groups: all of them, whom to write to, the words, and what becomes of each."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import as_seen, history
from accelerator.dashboard.frame import attempt, dashboard, done, page, paged
from accelerator.groups import audiences, samples, writing
from accelerator.groups.forms import GroupMessageForm, MomentForm
from accelerator.groups.models import GroupMessage
from accelerator.messages import subjects
from accelerator.messages.dashboard_views import PILLS as MAIL_PILLS
from accelerator.messages.models import OutboxMessage
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed, SomebodyWasFirst, WrongValue

EARLIER = 10  # messages whose words are offered


def _visible(request):
    return GroupMessage.objects.visible_to(request.user).select_related("programme", "written_by", "sender")


def _found(request, public_id: str) -> tuple[GroupMessage, audiences.Group]:
    """One message with its group; not found for whoever may not write to it."""
    message = get_object_or_404(_visible(request), public_id=public_id)
    group = message.group(request.user)
    if group is None:
        raise Http404
    return message, group


def _state(message: GroupMessage, now: datetime) -> tuple[str, str]:
    """How a message stands, in a word and the colour of its pill."""
    if message.has_left(now):
        return _("Left"), "good"
    pill = {"draft": "now", "planned": "soon"}.get(message.status, "")
    return capfirst(message.get_status_display()), pill


@dashboard("GET")
def messages_to_groups(request) -> HttpResponse:
    """Every message to a group to which the reader may write, the latest first."""
    if not Programme.objects.managed_by(request.user).exists():
        raise Http404
    rows = paged(request, _visible(request))
    shown = []
    groups = audiences.groups(request.user, [(one.audience, one.place_id) for one in rows])
    for one in rows:
        state, pill = _state(one, request.now)
        group = groups.get((one.audience, one.place_id))
        shown.append({"message": one, "group": group, "state": state, "pill": pill})
    return page(request, "accelerator/groups/messages", _("Messages to groups"), rows=rows, shown=shown)


@dashboard("GET")
def choose(request) -> HttpResponse:
    """Whom to write to, with how many they are now."""
    if not Programme.objects.managed_by(request.user).exists():
        raise Http404
    every = audiences.all_for(request.user)
    try:
        number = min(max(int(request.GET.get("of", 0)), 0), max(len(every) - 1, 0))
    except ValueError:
        number = 0
    groups = every[number][1] if every else []
    return page(
        request,
        "accelerator/groups/choose",
        _("Write to a group"),
        tabs=[
            {"url": f"?of={position}", "label": label, "current": position == number, "count": None}
            for position, (label, _groups) in enumerate(every)
        ],
        groups=[(group, len(group.people(request.user))) for group in groups],
    )


@dashboard("GET", "POST")
def write(request, audience: str, place_id: int) -> HttpResponse:
    """The words of a new message to one group, perhaps those of an earlier one."""
    group = audiences.group(request.user, audience, place_id)
    if group is None:
        raise Http404
    earlier = _visible(request).filter(programme=group.programme)
    like = earlier.filter(public_id=request.GET.get("like", "")[:12]).first()
    initial = {"subject": like.subject, "text": like.text} if like else {}
    form = GroupMessageForm(request.POST or None, group=group, initial=initial)
    if request.method == "POST" and form.is_valid():
        message = writing.write(
            group,
            subject=form.cleaned_data["subject"],
            text=form.cleaned_data["text"],
            by=request.user,
            now=request.now,
        )
        return redirect("groups:message", message.public_id)
    return page(
        request,
        "accelerator/groups/words",
        str(group),
        group=group,
        form=form,
        count=len(group.people(request.user)),
        earlier=earlier[:EARLIER],
        key=f"new-{audience}-{place_id}",
        back=reverse("groups:choose"),
    )


@dashboard("GET", "POST")
def change(request, public_id: str) -> HttpResponse:
    """Other words for a draft."""
    message, group = _found(request, public_id)
    if not message.is_editable:
        return redirect("groups:message", public_id)
    initial = {"subject": message.subject, "text": message.text, "seen": as_seen.version_of(message)}
    form = GroupMessageForm(request.POST or None, group=group, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            writing.change(message, **form.cleaned_data, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error("text", str(refusal))
            if isinstance(refusal, SomebodyWasFirst):  # who presses again has read what the other wrote
                form.data = {**request.POST.dict(), "seen": as_seen.version_of(message)}
        else:
            return redirect("groups:message", public_id)
    return page(
        request,
        "accelerator/groups/words",
        str(group),
        group=group,
        message=message,
        form=form,
        count=len(group.people(request.user)),
        key=public_id,
        back=reverse("groups:message", args=[public_id]),
    )


@dashboard("GET")
def message(request, public_id: str) -> HttpResponse:
    """One message: before it leaves to whom and how it reads, after that what became of it."""
    found, group = _found(request, public_id)
    return _message_page(request, found, group)


def _message_page(request, found: GroupMessage, group: audiences.Group, moment: MomentForm | None = None):
    state, pill = _state(found, request.now)
    seen = as_seen.version_of(found)
    context = {
        "message": found,
        "group": group,
        "state": state,
        "pill": pill,
        "has_left": found.has_left(request.now),
        "seen": seen,
        "moment": moment or MomentForm(zone=group.programme.zone, initial={"seen": seen}),
        "past": history.told(history.of(found)[:20], group.programme.zone),
    }
    context |= _mails(request, found) if context["has_left"] else _people(request, found, group)
    return page(request, "accelerator/groups/message", found.subject, **context)


def _people(request, found: GroupMessage, group: audiences.Group) -> dict:
    people = group.people(request.user)
    return {
        "count": len(people),
        "people": paged(request, people),
        "samples": samples.of(found, group, people, request.user),
        "bare": samples.bare(found, people),
    }


def _mails(request, found: GroupMessage) -> dict:
    mails = subjects.readable(request).filter(pk__in=found.mails.values("pk"))
    rows = paged(request, mails.select_related("recipient").order_by("recipient__name", "pk"))
    goes = writing.how_it_goes(mails)
    return {
        "goes": goes,
        "done": goes["whole"] - goes["waiting"],
        "rows": [
            {
                "mail": mail,
                "state": capfirst(OutboxMessage.Status(mail.status).label),
                "pill": MAIL_PILLS.get(OutboxMessage.Status(mail.status), ""),
            }
            for mail in rows
        ],
        "mails": rows,
    }


@dashboard("POST")
def test(request, public_id: str) -> HttpResponse:
    """The samples of the page, to whoever presses."""
    found, group = _found(request, public_id)
    people = [one for _why, one in samples.chosen(found, group.people(request.user))]
    return attempt(
        request,
        lambda: writing.test(found, people, by=request.user, now=request.now),
        lambda count: (
            ngettext("A test is on its way to you.", "%(n)d tests are on their way to you.", count)
            % {"n": count}
        ),
        "groups:message",
        public_id,
    )


@dashboard("POST")
def send(request, public_id: str) -> HttpResponse:
    """Let it leave in a minute."""
    found, _group = _found(request, public_id)
    seen = request.POST.get("seen", "")
    return attempt(
        request,
        lambda: writing.plan(found, at=None, seen=seen, by=request.user, now=request.now),
        _("It leaves in a minute."),
        "groups:message",
        public_id,
        undo=reverse("groups:hold", args=[public_id]),
    )


@dashboard("POST")
def plan(request, public_id: str) -> HttpResponse:
    """Let it leave at a moment."""
    found, group = _found(request, public_id)
    form = MomentForm(request.POST, zone=group.programme.zone)
    if form.is_valid():
        wanted = {"at": form.cleaned_data["due_at"], "seen": form.cleaned_data["seen"]}
        try:
            writing.plan(found, **wanted, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(refusal.field if isinstance(refusal, WrongValue) else None, str(refusal))
        else:
            undo = reverse("groups:hold", args=[public_id])
            return done(request, _("It is planned."), "groups:message", public_id, undo=undo)
    return _message_page(request, found, group, form)


def _act(verb, sentence):
    """A view behind a bare button that does one thing to a message."""

    @dashboard("POST")
    def view(request, public_id: str) -> HttpResponse:
        found, _group = _found(request, public_id)
        return attempt(
            request,
            lambda: verb(found, by=request.user, now=request.now),
            lambda result: sentence(result),
            "groups:message",
            public_id,
        )

    return view


hold = _act(writing.hold, lambda _none: _("It is held, and is a draft again."))
drop = _act(writing.drop, lambda _none: _("It is put aside."))
take_up = _act(writing.take_up, lambda _none: _("It is a draft again."))
stop = _act(
    writing.stop,
    lambda count: (
        ngettext("%(n)d mail was stopped.", "%(n)d mails were stopped.", count) % {"n": count}
        if count
        else _("Every mail had gone out already.")
    ),
)
