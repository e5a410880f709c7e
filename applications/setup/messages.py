"""Every message as it was, and everything that will go out before it does."""

from datetime import timedelta
from itertools import groupby

from django.apps import apps
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.dashboard.frame import attempt, dashboard, page, paged
from accelerator.messages import outbox, reminders
from accelerator.models import OutboxMessage, Programme, Trouble
from applications.applying.models import Application
from applications.calls.managed import managed_call, managed_calls
from applications.calls.models import Call
from applications.selecting.models import Letter

TROUBLES_SHOWN = 20
Status = OutboxMessage.Status
PILLS = {
    Status.SENT: "good",
    Status.DEAD: "bad",
    Status.HELD: "soon",
    Status.WAITING: "now",
    Status.SENDING: "now",
}


def _readable(request):
    """Messages of the reader's programmes, but none about an application that they are kept away from."""
    kept_away = Application.objects.exclude(pk__in=Application.objects.managed_by(request.user).values("pk"))
    return OutboxMessage.objects.readable_by(request.user).exclude(
        object_type=Application._meta.label_lower, object_id__in=kept_away.values("pk")
    )


@dashboard("GET")
def outbox_list(request):
    """All messages of the reader's programmes, the newest first, with search and filters."""
    if not Programme.objects.managed_by(request.user).exists():
        return get_object_or_404(OutboxMessage.objects.none())
    found = _readable(request)
    if (status := request.GET.get("status")) in Status.values:
        found = found.filter(status=status)
    if kind := request.GET.get("kind", ""):
        found = found.filter(kind=kind)
    if words := request.GET.get("q", "").strip():
        found = found.filter(
            Q(subject__icontains=words) | Q(to_email__icontains=words) | Q(recipient__name__icontains=words)
        )
    rows = found.values(
        "public_id",
        "kind",
        "status",
        "subject",
        "to_email",
        "recipient__name",
        "due_at",
        "is_secret",
        "may_have_arrived_twice",
    )
    shown = paged(request, rows)
    for row in shown:
        row["status_in_words"] = Status(row["status"]).label.capitalize()
        row["pill"] = PILLS.get(row["status"], "")
        row["kind_in_words"] = outbox.kind_in_words(row["kind"])
    kinds = _readable(request).order_by("kind").values_list("kind", flat=True).distinct()
    return page(
        request,
        "accelerator/messages/messages",
        _("Messages"),
        rows=shown,
        statuses=Status,
        kinds=sorted(((one, outbox.kind_in_words(one)) for one in kinds), key=lambda kind: kind[1]),
        status=status,
        kind=kind,
        words=words,
        held=_held(request),
        undelivered=_readable(request).filter(status=Status.DEAD).count(),
        troubles=_troubles(request),
    )


def _held(request) -> list[dict]:
    """The calls whose letters wait for their release, which are no messages before; with how many people."""
    mine = Application.objects.managed_by(request.user).values("pk")
    letters = (
        Letter.objects.waiting().filter(application__in=mine).select_related("application__call__programme")
    )
    people, of_call = letters.recipients(), {}
    for one in letters:
        of_call.setdefault(one.application.call, []).append(people[one.application_id])
    return [{"call": call, "letters": len(to), "people": sum(to)} for call, to in of_call.items()]


def _troubles(request) -> list[dict]:
    """What the tick could not do for objects of the reader's programmes, or for no object, which concerns everybody."""
    found = []
    for trouble in Trouble.objects.all()[:TROUBLES_SHOWN]:
        about = _object_named(trouble.about) if trouble.about else None
        if not trouble.about or (about and _is_of_readers_programme(request, about)):
            what = outbox.kind_in_words(trouble.what) if trouble.what in outbox.KIND_NAMES else ""
            found.append({"trouble": trouble, "what": what or _work_in_words(trouble.what), "about": about})
    return found


def _work_in_words(what: str) -> str:
    """`applications.seal` is a job, `applications.applying.reminders.of_calls` a declaration that finds what is due."""
    if what.count(".") > 1:
        return _("Finding what is due")
    return outbox.kind_in_words(what)


def _object_named(name: str):
    """`applications.call:5` → that call; None when it is gone."""
    label, _colon, key = name.partition(":")
    try:
        return apps.get_model(label)._default_manager.filter(pk=key).first()
    except (LookupError, ValueError):  # written by another version
        return None


def _is_of_readers_programme(request, about) -> bool:
    application = getattr(about, "application", about)
    if isinstance(application, Application):  # nobody hears of one that they are kept away from
        return Application.objects.managed_by(request.user).filter(pk=application.pk).exists()
    call = application if isinstance(application, Call) else getattr(application, "call", None)
    if call is not None:
        return call in managed_calls(request)
    programme = getattr(about, "programme", None)
    return programme is not None and Programme.objects.managed_by(request.user).contains(programme)


@dashboard("GET")
def message(request, public_id):
    """One message as it was; of a secret one the times only."""
    found = get_object_or_404(
        _readable(request).select_related("recipient", "programme"), public_id=public_id
    )
    return page(
        request,
        "accelerator/messages/message",
        _("Message") if found.is_secret else found.subject or outbox.kind_in_words(found.kind),
        message=found,
        kind=outbox.kind_in_words(found.kind),
        application=_application_of(request, found),
        pill=PILLS.get(found.status, ""),
    )


def _application_of(request, message):
    """The application that a message is about, where the reader has a page of it."""
    if message.object_type != Application._meta.label_lower:
        return None
    mine = Application.objects.managed_by(request.user).submitted().select_related("startup")
    return mine.filter(pk=message.object_id).first()


@dashboard("POST")
def retry_message(request, public_id):
    """Try a message again that could not be delivered."""
    found = get_object_or_404(_readable(request), public_id=public_id)
    return attempt(
        request,
        lambda: outbox.retry(found, by=request.user, now=request.now),
        _("It will be tried again within a minute."),
        "messages:message",
        public_id,
    )


@dashboard("GET")
def timeline(request, call_id):
    """Everything that will go out, to how many and when; and what has happened so far."""
    call = managed_call(request, call_id)
    until = max(request.now, call.window.closes_at) + timedelta(days=400)
    coming = [
        (notice.due_at, notice.kind)
        for notice in reminders.planned_notices(request.now, until)
        if notice.programme == call.programme
    ]
    waiting = OutboxMessage.objects.filter(
        programme=call.programme, status=Status.WAITING, due_at__gt=request.now
    ).values_list("due_at", "kind")
    entries = [
        {
            "what": outbox.kind_in_words(kind),
            "when": f"{wording.moment(due_at, call.programme)} · {wording.distance(due_at, request.now, call.zone)}",
            "note": _to_so_many(len(list(group))),
            "state": "ahead",
        }
        for (due_at, kind), group in groupby(sorted([*coming, *waiting]))
    ]
    return page(
        request,
        "applications/setup/timeline",
        _("Timeline"),
        call=call,
        coming=[*_with_the_release(call), *entries],
        past=history.told(history.of(call)[:50], call.zone),
    )


def _with_the_release(call) -> list[dict]:
    """The letters of decision that wait for it, by kind and to how many people as the teams are now."""
    letters = Letter.objects.waiting().of(call)
    people = letters.recipients()
    return [
        {
            "what": outbox.kind_in_words(Letter.MESSAGE + kind),
            "when": _("with the release"),
            "note": _to_so_many(sum(people[one.application_id] for one in letters if one.kind == kind)),
            "state": "ahead",
        }
        for kind in Letter.Kind.values
        if any(one.kind == kind for one in letters)
    ]


def _to_so_many(count: int) -> str:
    return _("to one person") if count == 1 else _("to %(count)s people") % {"count": count}
