"""Every message as it was, and what will become one; what could not be done."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.dashboard import handing_out
from accelerator.dashboard.frame import attempt, dashboard, page, paged
from accelerator.exports import answers
from accelerator.exports.tables import Column, ColumnTable
from accelerator.messages import kinds, outbox, subjects
from accelerator.messages.models import OutboxMessage, Trouble
from accelerator.records.people import User
from accelerator.records.programmes import Programme

TROUBLES_SHOWN = 20
Status = OutboxMessage.Status
PILLS = {
    Status.SENT: "good",
    Status.DEAD: "bad",
    Status.HELD: "soon",
    Status.WAITING: "now",
    Status.SENDING: "now",
}


@dashboard("GET")
def outbox_list(request):
    """All messages of the reader's programmes, the newest first, with search and filters."""
    if not Programme.objects.managed_by(request.user).exists():
        raise Http404
    readable = subjects.readable(request)
    status, kind, words = (request.GET.get(key, "").strip() for key in ("status", "kind", "q"))
    return page(
        request,
        "accelerator/messages/messages",
        _("Messages"),
        rows=_rows(request, _filtered(readable, status, kind, words)),
        statuses=Status,
        kinds=_kinds_of(readable),
        status=status,
        kind=kind,
        words=words,
        announcements=[one for announce in subjects.announcements for one in announce(request)],
        undelivered=readable.filter(status=Status.DEAD).count(),
        troubles=_troubles(request),
        export_url=f"{reverse('messages:export_messages')}?{request.GET.urlencode()}",
    )


@dashboard("POST")
def export_messages(request):
    """What the list shows, as a file: who got what and when, never a text."""
    programmes = list(Programme.objects.managed_by(request.user).order_by("pk"))
    if not programmes:
        raise Http404
    form = handing_out.form_of(request)
    status, kind, words = (request.GET.get(key, "").strip() for key in ("status", "kind", "q"))
    readable = subjects.readable(request)
    ids = list(_filtered(readable, status, kind, words).values_list("pk", flat=True))
    table = _table_of(request.user)
    for programme in programmes:
        history.record(
            "programme.messages_exported",
            programme,
            by=request.user,
            programme=programme,
            now=request.now,
            name=words,
            **handing_out.details(table, lines=len(ids), form=form),
        )

    def load(part):
        found = {one.pk: one for one in readable.filter(pk__in=part).select_related("recipient")}
        return [found[pk] for pk in part if pk in found]

    lines = handing_out.in_parts(ids, load)
    return answers.as_file(table, lines, form=form, name="messages", title=_("Messages"))


def _table_of(reader: User) -> ColumnTable:
    return ColumnTable(
        (
            Column(
                "subject",
                _("Subject"),
                lambda one: "" if one.is_secret else one.subject,
            ),
            Column("kind", _("Kind"), lambda one: kinds.in_words(one.kind)),
            Column("to", _("To"), lambda one: one.recipient.name if one.recipient else ""),
            Column("email", _("E-mail"), lambda one: one.to_email),
            Column("due_at", _("Due"), lambda one: one.due_at),
            Column("sent_at", _("Sent"), lambda one: one.sent_at),
            Column("status", _("State"), lambda one: Status(one.status).label.capitalize()),
        ),
        reader.zone,
    )


def _filtered(found, status: str, kind: str, words: str):
    if status in Status.values:
        found = found.filter(status=status)
    if kind:
        found = found.filter(kind=kind)
    if words:
        found = found.filter(
            Q(subject__icontains=words) | Q(to_email__icontains=words) | Q(recipient__name__icontains=words)
        )
    return found


def _rows(request, found):
    """One page of them, each with its kind and state in words."""
    rows = paged(
        request,
        found.values(
            "public_id",
            "kind",
            "status",
            "subject",
            "to_email",
            "recipient__name",
            "due_at",
            "is_secret",
            "may_have_arrived_twice",
        ),
    )
    for row in rows:
        row["status_in_words"] = Status(row["status"]).label.capitalize()
        row["pill"] = PILLS.get(row["status"], "")
        row["kind_in_words"] = kinds.in_words(row["kind"])
    return rows


def _kinds_of(readable) -> list[tuple[str, str]]:
    """The kinds to filter by, in the order of their names."""
    found = readable.order_by("kind").values_list("kind", flat=True).distinct()
    return sorted(((kind, kinds.in_words(kind)) for kind in found), key=lambda choice: choice[1])


def _troubles(request) -> list[dict]:
    """What the tick could not do for objects that concern the reader, or for no object, which concerns everybody."""
    found = []
    for trouble in Trouble.objects.all()[:TROUBLES_SHOWN]:
        about = subjects.object_named(trouble.about) if trouble.about else None
        if not trouble.about or (about and subjects.concern(request, about)):
            found.append({"trouble": trouble, "what": _work_in_words(trouble.what), "about": about})
    return found


def _work_in_words(what: str) -> str:
    """`applications.seal` is a job, `applications.applying.reminders.of_calls` a declaration that finds what is due."""
    if what.count(".") > 1 and what not in kinds.NAMES:
        return _("Finding what is due")
    return kinds.in_words(what)


@dashboard("GET")
def message(request, public_id):
    """One message as it was; of a secret one the times only."""
    readable = subjects.readable(request).select_related("recipient", "programme")
    found = get_object_or_404(readable, public_id=public_id)
    kind = kinds.in_words(found.kind)
    return page(
        request,
        "accelerator/messages/message",
        _("Message") if found.is_secret else found.subject or kind,
        message=found,
        kind=kind,
        about=subjects.link(request, found),
        pill=PILLS.get(found.status, ""),
    )


@dashboard("POST")
def retry_message(request, public_id):
    """Try a message again that could not be delivered."""
    found = get_object_or_404(subjects.readable(request), public_id=public_id)
    return attempt(
        request,
        lambda: outbox.retry(found, by=request.user, now=request.now),
        _("It will be tried again within a minute."),
        "messages:message",
        public_id,
    )
