"""Until when: moving the window of a call, and granting more time to one application, to some, or to everybody.

This is the one way in which a deadline changes, whether from the dashboard or from a programme file. It holds the same
lock as sealing and submitting do, so that an application is either sealed or has time, never both, and a submit is
judged by one deadline. An extension after sealing is a recorded reopening: the seal of before stays in the history, and
a new one follows.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying import notices
from applications.applying.extensions import Extension, Incident
from applications.applying.locking import lock_window
from applications.applying.models import Application
from applications.calls import findings_version
from applications.calls.models import Call, CallWindow
from applications.calls.window import last_day, latest


class Sealed(NotAllowed):
    """The call is sealed: what counts was written down under its deadline."""


class AsksTwice(NotAllowed):
    """It would take time away from people who rely on it; the message says from how many. Say it again to mean it."""


def fingerprint(window: CallWindow) -> str:
    """What a form remembers of the window that it showed."""
    return f"{window.opens_at.isoformat()}/{window.closes_at.isoformat()}"


# --- Moving -------------------------------------------------------------------------------------------
@transaction.atomic
def move(
    call: Call,
    *,
    opens_at: datetime,
    closes_at: datetime,
    seen: str | None,
    reason: str = "",
    confirmed: bool = False,
    by: User | None,
    now: datetime,
) -> bool:
    """Open the call from `opens_at` until just before `closes_at`. True when that is a change; all who write are told.

    `seen` is the fingerprint of the window that the person looked at; None for a file, which names the whole state.
    Raises NotAllowed for a sealed call, an end that is no later than the opening, or a window that was changed since;
    AsksTwice, unless `confirmed`, when people would lose time.
    """
    window = lock_window(call, "UPDATE")
    if (window.opens_at, window.closes_at) == (opens_at, closes_at):
        return False
    if window.sealed_at or call.applications.filter(sealed_at__isnull=False).exists():
        raise Sealed(_("This call is sealed, so its window stands. What can still be given is an extension."))
    if seen is not None and seen != fingerprint(window):
        raise SomebodyWasFirst(_changed_meanwhile(call, window))
    if closes_at <= opens_at:
        raise NotAllowed(_("The call would close before it opens. Choose a later end."))
    if (
        by is not None and last_day(closes_at, call.zone) > call.reviews_due_on
    ):  # a file has checked its own order
        raise NotAllowed(
            _("The reviews are due on %(day)s. Choose a day until then, or move that day first.")
            % {"day": wording.day(call.reviews_due_on)}
        )
    before, after = window.deadline, latest(closes_at, window.extended_until)
    if not confirmed and (warning := what_is_lost(call, before, after, now)):
        raise AsksTwice(warning)
    entry = history.record(
        "call.window_moved",
        call,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason.strip(),
        changes={
            name: both
            for name, both in {
                "opens_at": (window.opens_at, opens_at),
                "closes_at": (window.closes_at, closes_at),
            }.items()
            if both[0] != both[1]
        },
        before=fingerprint(window),
        opens_at=opens_at.isoformat(),
        closes_at=closes_at.isoformat(),
    )
    # These columns alone: a seal is never written over.
    changed = {"opens_at": opens_at, "closes_at": closes_at}
    if after != before:
        changed["deadline_set_at"] = now
    _set_window(call, changed)
    if after != before:
        told = (
            reason.strip() if by else ""
        )  # a file gives its name for a reason, which says nothing to founders
        notices.deadline_changed(
            without_time_of_their_own(call, max(before, after)),
            before,
            reason=told,
            change=entry.pk,
            now=now,
        )
    return True


def what_is_lost(call: Call, before: datetime, after: datetime, now: datetime) -> str:
    """What an earlier deadline takes from people, as a sentence; "" where nobody loses any time."""
    if call.is_draft or after >= before or now >= before or now < call.window.opens_at:
        return ""
    drafts = call.applications.drafts().exclude(extended_until__gt=after).count()
    if after <= now:
        sentence = ngettext(
            "This deadline is in the past: it closes the call at once, and with it %(count)s draft that is not submitted.",
            "This deadline is in the past: it closes the call at once, and with it %(count)s drafts that are not submitted.",
            drafts,
        )
    else:
        sentence = ngettext(
            "This is earlier than what was promised: %(count)s draft loses time to be submitted.",
            "This is earlier than what was promised: %(count)s drafts lose time to be submitted.",
            drafts,
        )
    return sentence % {"count": drafts}


def _set_window(call: Call, columns: dict) -> None:
    CallWindow.objects.filter(pk=call.pk).update(**columns)
    for name, value in columns.items():
        setattr(call.window, name, value)


def without_time_of_their_own(call: Call, deadline: datetime):
    """Whom a change of the call's deadline touches: not those who have longer anyway."""
    return call.applications.exclude(status=Application.Status.WITHDRAWN).exclude(
        extended_until__gte=deadline
    )


def _changed_meanwhile(call: Call, window: CallWindow) -> str:
    return _(
        "Somebody else has moved the window meanwhile: it opens %(opens)s and is open until %(closes)s. Look at it again "
        "before you change it."
    ) % {
        "opens": wording.moment(window.opens_at, call.zone),
        "closes": wording.deadline(window.closes_at, call),
    }


# --- Extending ----------------------------------------------------------------------------------------
@transaction.atomic
def extend(
    call: Call,
    applications: Iterable[Application] | None,
    *,
    until: datetime,
    reason: str,
    by: User,
    now: datetime,
    incident: Incident | None = None,
) -> list[Extension]:
    """Give these applications, or with None everybody in the call, time until just before `until`, and tell them.

    Also after sealing: what was sealed is open again until then. Whoever has as long already is left as they are.
    Raises NotAllowed when the moment is past, gives nobody anything, or the answers are out.
    """
    findings_version.changed(call)  # what is reopened is not ranked meanwhile; takes turns with the release
    window = lock_window(call, "UPDATE")
    if call.is_draft:
        raise NotAllowed(_("The call is a draft: move its deadline instead."))
    if Call.objects.filter(pk=call.pk, release__isnull=False).exists():
        raise NotAllowed(_("The answers of this call are out, so nobody can be given more time."))
    if until <= now:
        raise NotAllowed(_("This moment is past already: it would give nobody any time. Choose a later one."))
    chosen = None if applications is None else _locked(call, applications, window, until)
    if (chosen is None and until <= window.deadline) or chosen == []:
        raise NotAllowed(_("They have as long as that already. Choose a later moment."))
    row = {"call": call, "until": until, "reason": reason.strip(), "by": by, "at": now, "incident": incident}
    if chosen is None:
        extensions = [Extension.objects.create(**row)]
        before, touched = window.deadline, without_time_of_their_own(call, until)
        _set_window(call, {"extended_until": until, "deadline_set_at": now})
        change = "call.extended"
    else:
        extensions = [Extension.objects.create(**row, application=one) for one in chosen]
        ids = [one.pk for one in chosen]
        before, touched = None, call.applications.filter(pk__in=ids)
        touched.update(extended_until=until)
        change = "application.extended"
    _reopen(call, window, until, chosen, by=by, now=now)
    for extension in extensions:
        about = extension.application or call
        history.record(
            change,
            about,
            by=by,
            programme=call.programme,
            now=now,
            reason=reason.strip(),
            until=until.isoformat(),
            extension=extension.pk,
        )
    notices.deadline_changed(
        touched, before, reason=reason.strip(), change=f"e{extensions[0].pk}", now=now, is_extension=True
    )
    return extensions


def _locked(call: Call, applications, window: CallWindow, until: datetime) -> list[Application]:
    """Those of them who gain time by it, locked: the window first, then the applications in order."""
    ids = [application.pk for application in applications]
    found = call.applications.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return [one for one in found if latest(window.deadline, one.extended_until) < until]


def _reopen(call: Call, window: CallWindow, until: datetime, chosen, *, by: User, now: datetime) -> None:
    """What was sealed is open again; the seal that no longer stands is kept in the history."""
    sealed = call.applications.filter(sealed_at__isnull=False)
    if chosen is not None:
        sealed = sealed.filter(pk__in=[one.pk for one in chosen])
    count = sealed.update(sealed_at=None)
    if not window.sealed_at:
        return
    history.record(
        "call.reopened",
        call,
        by=by,
        programme=call.programme,
        now=now,
        applications=count,
        sealed_at=window.sealed_at.isoformat(),
        hash=window.seal_hash,
    )
    _set_window(call, {"sealed_at": None, "seal_hash": ""})


@transaction.atomic
def take_back(extension: Extension, *, reason: str, by: User, now: datetime) -> None:
    """An extension that was a mistake no longer counts; whoever had it is told which deadline holds again."""
    call = extension.call
    findings_version.changed(call)
    window = lock_window(call, "UPDATE")
    current = Extension.objects.select_for_update(of=("self",)).get(pk=extension.pk)
    if current.taken_back_at or current.until <= now:
        raise NotAllowed(_("This extension is over or taken back already."))
    current.taken_back_at, current.taken_back_by = now, by
    current.save(update_fields=["taken_back_at", "taken_back_by"])
    application = current.application
    left = Extension.objects.standing().filter(call=call, application=application)
    until = left.aggregate(latest=Max("until"))["latest"]
    before = application.deadline if application else window.deadline
    if application:
        Application.objects.filter(pk=application.pk).update(extended_until=until)
        touched = call.applications.filter(pk=application.pk)
    else:
        _set_window(call, {"extended_until": until, "deadline_set_at": now})
        touched = without_time_of_their_own(call, before)
    entry = history.record(
        "application.extension_taken_back" if application else "call.extension_taken_back",
        application or call,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason.strip(),
        extension=current.pk,
    )
    notices.deadline_changed(touched, before, reason=reason.strip(), change=entry.pk, now=now)
