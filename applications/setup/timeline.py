"""What a call will send, to whom and how it reads; what became of what went out; and what has happened so far."""

from datetime import datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history, wording
from accelerator.dashboard.frame import attempt, dashboard, page, paged
from accelerator.messages import kinds, subjects
from accelerator.messages.dashboard_views import PILLS
from accelerator.messages.models import OutboxMessage
from applications.calls.managed import managed_call
from applications.reviewing.sight import Sight
from applications.selecting.models import Letter
from applications.setup import ahead, notices

Status = OutboxMessage.Status


@dashboard("GET")
def timeline(request, call_id):
    """Everything that will go out, to how many and when; what went out; and what has happened so far."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    rows = paged(request, ahead.lines(sight, request.user, request.now))
    entries = [
        {
            "what": kinds.in_words(line.kind),
            "when": f"{wording.moment(line.due_at, call.programme)} · "
            f"{wording.distance(line.due_at, request.now, call.zone)}",
            "note": _to_so_many(len(line.mails)),
            "state": "ahead",
            "url": _planned_url(call.pk, line),
        }
        for line in rows
    ]
    letters = [] if sight.is_veiled or rows.number > 1 else _with_the_release(sight)
    return page(
        request,
        "applications/setup/timeline",
        _("Timeline"),
        call=call,
        sight=sight,
        coming=[*letters, *entries],
        rows=rows,
        went=_what_went_out(request, call),
        past=history.told(sight.told(history.of(call))[:50], call.zone),
    )


def _planned_url(call_id: int, line: ahead.PlannedSending) -> str:
    asked = urlencode({"kind": line.kind, "at": f"{line.due_at:%Y%m%dT%H%M%S%fZ}"})
    return f"{reverse('setup:planned_messages', args=[call_id])}?{asked}"


@dashboard("GET")
def planned_messages(request, call_id: int) -> HttpResponse:
    """One line of the timeline: everybody it goes to by name, and how it reads to one of them."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    line = next(
        (
            one
            for one in ahead.lines(sight, request.user, request.now)
            if one.kind == request.GET.get("kind")
            and f"{one.due_at:%Y%m%dT%H%M%S%fZ}" == request.GET.get("at")
        ),
        None,
    )
    if line is None:
        raise Http404
    people = line.by_name
    chosen = _number(request.GET.get("to", ""), len(people))
    one = people[chosen]
    readable = ahead.can_be_read(one, sight)
    subject, text = ahead.words_of(one) if readable else ("", "")
    return page(
        request,
        "applications/setup/planned_messages",
        kinds.in_words(line.kind),
        call=call,
        sight=sight,
        line=line,
        rows=paged(request, [{"one": each, "number": number} for number, each in enumerate(people)]),
        chosen=chosen,
        one=one,
        is_readable=readable,
        subject=subject,
        text=text,
        query=urlencode({"kind": line.kind, "at": request.GET["at"]}),
    )


def _number(typed: str, count: int) -> int:
    return min(int(typed), count - 1) if typed.isdecimal() and len(typed) < 7 else 0


@dashboard("POST")
def test_planned(request, call_id: int) -> HttpResponse:
    """One of each kind that is ahead, to whoever presses and to nobody else."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)

    def send() -> int:
        samples: dict[str, ahead.ToOne] = {}
        for line in ahead.lines(sight, request.user, request.now):
            for one in line.by_name:
                if one.notice and ahead.can_be_read(one, sight):
                    samples.setdefault(line.kind, one)
        return notices.test_of_planned(call, samples.values(), to=request.user, now=request.now)

    return attempt(
        request,
        send,
        lambda count: (
            ngettext("A test is on its way to you.", "%(n)d tests are on their way to you.", count)
            % {"n": count}
        ),
        "setup:timeline",
        call_id,
    )


@dashboard("GET")
def sent_messages(request, call_id: int) -> HttpResponse:
    """Everything of one kind that fell due on one day, and what became of each."""
    call = managed_call(request, call_id)
    kind = request.GET.get("kind", "")
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    if day is None:
        raise Http404
    of_day = _over(request, call, request.now).annotate(day=TruncDate("due_at", tzinfo=call.zone))
    mails = of_day.filter(kind=kind, day=day).defer("mime", "html", "text", "calendar")
    if not mails.exists():
        raise Http404
    rows = paged(request, mails.select_related("recipient").order_by("recipient__name", "pk"))
    return page(
        request,
        "applications/setup/sent_messages",
        kinds.in_words(kind),
        call=call,
        day=day,
        rows=rows,
        shown=[
            {
                "mail": mail,
                "state": capfirst(Status(mail.status).label),
                "pill": PILLS.get(Status(mail.status), ""),
            }
            for mail in rows
        ],
    )


def _over(request, call, now: datetime):
    return subjects.readable(request).filter(programme=call.programme, due_at__lte=now)


def _what_went_out(request, call) -> list[dict]:
    """By kind and day, the latest first, with what became of them."""
    days = (
        _over(request, call, request.now)
        .annotate(day=TruncDate("due_at", tzinfo=call.zone))
        .order_by()
        .values("day", "kind")
        .annotate(
            sent=Count("pk", filter=Q(status=Status.SENT)),
            waiting=Count("pk", filter=Q(status__in=[Status.WAITING, Status.SENDING, Status.HELD])),
            failed=Count("pk", filter=Q(status=Status.DEAD)),
            left_out=Count("pk", filter=Q(status__in=[Status.SKIPPED, Status.CANCELLED])),
        )
        .order_by("-day", "kind")
    )
    address = reverse("setup:sent_messages", args=[call.pk])
    return [
        {
            "what": kinds.in_words(one["kind"]),
            "when": wording.day(one["day"]),
            "note": _fates(one),
            "url": f"{address}?{urlencode({'kind': one['kind'], 'day': one['day'].isoformat()})}",
        }
        for one in days[:50]
    ]


def _fates(counts: dict) -> str:
    said = [
        (ngettext("%(n)d delivered", "%(n)d delivered", counts["sent"]), counts["sent"]),
        (
            ngettext("%(n)d under way or held", "%(n)d under way or held", counts["waiting"]),
            counts["waiting"],
        ),
        (ngettext("%(n)d not delivered", "%(n)d not delivered", counts["failed"]), counts["failed"]),
        (
            ngettext("%(n)d not sent after all", "%(n)d not sent after all", counts["left_out"]),
            counts["left_out"],
        ),
    ]
    return " · ".join(words % {"n": count} for words, count in said if count)


def _with_the_release(sight: Sight) -> list[dict]:
    """The letters of decision that wait for it, by kind and to how many people as the teams are now."""
    letters = Letter.objects.waiting().of(sight.call).exclude(application__in=sight.barred)
    people = letters.recipients()
    return [
        {
            "what": kinds.in_words(Letter.MESSAGE + kind),
            "when": _("with the release"),
            "note": _to_so_many(
                sum(people[letter.application_id] for letter in letters if letter.kind == kind)
            ),
            "state": "ahead",
            "url": reverse("selecting:letters", args=[sight.call.pk]),
        }
        for kind in Letter.Kind.values
        if any(letter.kind == kind for letter in letters)
    ]


def _to_so_many(count: int) -> str:
    return ngettext("to one person", "to %(count)s people", count) % {"count": count}
