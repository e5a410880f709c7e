"""What a call will send, to how many and when; and what has happened so far."""

from datetime import timedelta
from itertools import groupby

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history, wording
from accelerator.dashboard.frame import dashboard, page
from accelerator.messages import kinds, reminders, subjects
from accelerator.messages.models import OutboxMessage
from applications.applying.models import Application
from applications.calls.managed import managed_call
from applications.reviewing.models import Assignment, Reviewer
from applications.reviewing.sight import Sight
from applications.selecting.models import Letter


@dashboard("GET")
def timeline(request, call_id):
    """Everything that will go out, to how many and when; and what has happened so far."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    until = max(request.now, call.window.deadline) + timedelta(days=400)
    coming = [
        (notice.due_at, notice.kind)
        for notice in reminders.planned_notices(request.now, until)
        if notice.programme == call.programme and _is_shown(notice.about, sight)
    ]
    waiting = (
        subjects.readable(request)
        .filter(programme=call.programme, status=OutboxMessage.Status.WAITING, due_at__gt=request.now)
        .values_list("due_at", "kind")
    )
    entries = [
        {
            "what": kinds.in_words(kind),
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
        sight=sight,
        coming=[*([] if sight.is_veiled else _with_the_release(sight)), *entries],
        past=history.told(sight.told(history.of(call))[:50], call.zone),
    )


def _is_shown(about: Model | None, sight: Sight) -> bool:
    """Whether a reminder that is ahead rests on nothing that the reader has a conflict with: who is reminded of reviews
    tells how far a review has come."""
    if not sight.barred:
        return True
    if isinstance(about, Reviewer):
        unfinished = Assignment.objects.awaiting_review().of_eligible().filter(reviewer=about)
        return unfinished.exclude(application__in=sight.barred).exists()
    application = about if isinstance(about, Application) else getattr(about, "application", None)
    return application is None or application.pk not in sight.barred


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
        }
        for kind in Letter.Kind.values
        if any(letter.kind == kind for letter in letters)
    ]


def _to_so_many(count: int) -> str:
    return ngettext("to one person", "to %(count)s people", count) % {"count": count}
