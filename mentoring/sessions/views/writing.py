"""Logging a session, also one that nobody booked, and correcting a log."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accelerator import as_seen
from accelerator.transitions import NotAllowed, WrongValue
from cohorts.admission.models import Membership
from mentoring.mentors.permissions import can_edit_mentor
from mentoring.mentors.views import visible_mentor
from mentoring.sessions import logs, permissions
from mentoring.sessions.forms import CorrectionForm, LogForm, UnbookedLogForm
from mentoring.sessions.models import ActionItem, SessionLog
from mentoring.sessions.views.looking import visible_session


@require_http_methods(["GET", "HEAD", "POST"])
def log_session(request, public_id):
    """One short page, reached from the mail, with what is most likely filled in."""
    session = visible_session(request, public_id)
    if not permissions.can_log_session(request.user, session):
        raise PermissionDenied
    if not session.is_loggable(request.now):
        return redirect(session)
    carried = ActionItem.objects.carried_into(session).select_related("session__mentor__programme")
    on_behalf = not permissions.is_mentor_of(request.user, session)
    initial = {"minutes": session.minutes}
    form = LogForm(request.POST or None, carried=carried, on_behalf=on_behalf, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {"done": [], **form.cleaned_data}
        try:
            logs.log(session, **said, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Logged. Thank you."))
            return redirect(session)
    return render(
        request,
        "mentoring/sessions/log.html",
        {
            "session": session,
            "programme": session.programme,
            "acts_for": [session.mentor] if on_behalf else [],
            "form": form,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct_log(request, public_id):
    """The mentor's words once more; what they were stays on record."""
    session = visible_session(request, public_id)
    if not permissions.can_log_session(request.user, session):
        raise PermissionDenied
    log = SessionLog.objects.filter(session=session).first()
    can_correct = permissions.can_correct_log(request.user, session, request.now)
    if log is None or (request.method != "POST" and not can_correct):
        return redirect(session)
    on_behalf = not permissions.is_mentor_of(request.user, session)
    stands = {
        "outcome": _as_chosen(session),
        "minutes": log.minutes or session.minutes,
        "notes": log.notes,
        "action_items": "\n".join(item.text for item in session.action_items.still_open()),
        "private_note": log.private_note,
    }
    form = CorrectionForm(
        request.POST or None, was_booked=session.was_booked, on_behalf=on_behalf, initial=stands
    )
    if request.method == "POST" and form.is_valid():
        said = {"outcome": session.status, **form.cleaned_data}
        try:
            changed = logs.correct(
                session, **said, seen=request.POST.get("seen", ""), by=request.user, now=request.now
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Corrected.") if changed else _("Nothing was different, so nothing changed.")
            )
            return redirect(session)
    return render(
        request,
        "mentoring/sessions/correct_log.html",
        {
            "session": session,
            "programme": session.programme,
            "form": form,
            "log": log,
            "acts_for": [session.mentor] if on_behalf else [],
            "seen": as_seen.version_of(session),
        },
    )


def _as_chosen(session) -> str:
    """The outcome among the form's choices: `no_show` alone is the startup's."""
    mentor_too = session.who_was_absent not in ("", session.Absent.STARTUP)
    return f"{session.status}_{session.absent}" if mentor_too else session.status


@require_http_methods(["GET", "HEAD", "POST"])
def log_unbooked(request, public_id):
    """A session that took place without a booking."""
    mentor = visible_mentor(request, public_id)
    if not can_edit_mentor(request.user, mentor):
        raise PermissionDenied
    memberships = Membership.objects.filter(cohort__call__programme=mentor.programme)
    memberships = memberships.select_related("startup", "cohort__call__programme").order_by("startup__name")
    on_behalf = mentor.user_id != request.user.pk
    if on_behalf:
        memberships = memberships.managed_by(request.user)
    local_now = request.now.astimezone(mentor.zone)
    form = UnbookedLogForm(
        request.POST or None,
        memberships=memberships,
        zone=mentor.zone,
        on_behalf=on_behalf,
        initial={"on": local_now.date(), "minutes": mentor.session_minutes},
    )
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name not in {"on", "at"}}
        membership = said.pop("membership")
        try:
            log = logs.log_unbooked(mentor, membership, **said, by=request.user, now=request.now)
        except WrongValue as refusal:
            form.ask_why_it_overlaps()
            form.add_error(refusal.field, str(refusal))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Logged. Thank you."))
            return redirect(log.session)
    return render(
        request,
        "mentoring/sessions/log_unbooked.html",
        {
            "mentor": mentor,
            "programme": mentor.programme,
            "acts_for": [mentor] if on_behalf else [],
            "form": form,
        },
    )
