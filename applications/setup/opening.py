"""Opening a call: until then it is a draft, of which nobody outside knows. It can go back while nobody relied on it."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import as_seen, history
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.locking import lock_window
from applications.calls.models import Call, CallWindow
from applications.setup import checklist


@transaction.atomic
def open_call(
    call: Call, *, seen: str | int | None, by: User | None, now: datetime, reason: str = ""
) -> None:
    """From now on it is announced, and open as its window says; where that has begun already, it begins now.

    `seen` is the state of the call on the page of whoever opens it; None for a file. Raises NotAllowed, with every
    sentence, while something is missing; SomebodyWasFirst where it is open, or changed since it was seen.
    """
    if seen is not None and by is not None:
        as_seen.must_be(call, seen, by=by)
    current = (
        Call.objects.select_for_update(no_key=True, of=("self",)).select_related("programme").get(pk=call.pk)
    )
    if not current.is_draft:
        raise SomebodyWasFirst(_("This call has been opened already."))
    current.window = window = lock_window(current, "UPDATE")
    if missing := checklist.missing(checklist.of(current, now)):
        raise NotAllowed(" ".join(point.sentence for point in missing))
    changes = {}
    if window.opens_at < now:
        # Nobody could apply before, and whoever asked to hear of it is told from its opening on.
        changes["opens_at"] = (window.opens_at, now)
        CallWindow.objects.filter(pk=window.pk).update(opens_at=now)
        call.window.opens_at = now
    Call.objects.filter(pk=current.pk).update(is_draft=False)
    call.is_draft = False
    history.record(
        "call.opened",
        call,
        by=by,
        programme=current.programme,
        now=now,
        reason=reason,
        changes=changes or None,
    )


@transaction.atomic
def back_to_draft(call: Call, *, by: User | None, now: datetime, reason: str = "") -> None:
    """Take it from the public page again. Raises NotAllowed once somebody has begun an application, or where its rules
    are published."""
    current = Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
    if current.is_draft:
        raise SomebodyWasFirst(_("This call is a draft already."))
    if sentence := why_not_back(current):
        raise NotAllowed(sentence)
    Call.objects.filter(pk=current.pk).update(is_draft=True)
    call.is_draft = True
    history.record("call.back_to_draft", call, by=by, programme=current.programme, now=now, reason=reason)


@transaction.atomic
def discard(call: Call, *, seen: str | int, by: User, now: datetime) -> None:
    """Delete a draft with all that was set up in it; who discarded it stands in the history of the programme.

    `seen` is the state of the call on the page. Raises NotAllowed for one that is open or that something rests on, and
    SomebodyWasFirst where it has changed since.
    """
    as_seen.must_be(call, seen, by=by)
    current = Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
    if sentence := why_kept(current):
        raise NotAllowed(sentence)
    history.record(
        "programme.draft_discarded",
        current.programme,
        by=by,
        programme=current.programme,
        now=now,
        name=str(current.name),
    )
    try:
        current.delete()
    except ProtectedError as rests:
        raise NotAllowed(_("Something rests on this draft already, so it stays.")) from rests


def why_kept(call: Call) -> str:
    """Why it cannot be discarded, as a sentence; "" where it can."""
    if not call.is_draft:
        return _("It has been opened, so it stays. Make it a draft again first.")
    if count := call.applications.count():
        return ngettext(
            "%(count)s application is kept in it, so it stays.",
            "%(count)s applications are kept in it, so it stays.",
            count,
        ) % {"count": count}
    return ""


def why_not_back(call: Call) -> str:
    """Why it cannot become a draft again, as a sentence; "" where it can."""
    if count := call.applications.count():
        return ngettext(
            "%(count)s application has been begun, so the call stays open to all eyes.",
            "%(count)s applications have been begun, so the call stays open to all eyes.",
            count,
        ) % {"count": count}
    if call.window.sealed_at:
        return _("It is closed and sealed.")
    if call.sealed_protocols.exists():
        return _("Its rules are sealed, and their hash is published.")
    return ""
