"""Booking, moving and cancelling a session."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accelerator import wording
from accelerator.models import User
from accelerator.transitions import NotAllowed
from cohorts.admission.models import Membership
from mentoring.mentors.availability import Slot
from mentoring.mentors.models import Mentor
from mentoring.mentors.permissions import can_mentor
from mentoring.mentors.views import visible_mentor
from mentoring.sessions import booking, openings, permissions
from mentoring.sessions.forms import BookingForm, CancelForm, MoveForm
from mentoring.sessions.views.looking import visible_session

SHOWN = timedelta(days=21)  # how far the slots on one page reach


@require_http_methods(["GET", "HEAD", "POST"])
def book_session(request, public_id):
    """The third click: say what it is about, and it is booked. `?at=` is the slot's instant in UTC."""
    mentor = visible_mentor(request, public_id)
    membership = permissions.membership_to_book_for(
        request.user, mentor, request.now, startup=request.GET.get("for", "")
    )
    if membership is None:
        if permissions.bookable(request.user, mentor, request.now):
            return redirect(mentor)  # where one of them is chosen
        raise PermissionDenied
    if not can_mentor(mentor.user, mentor.programme):
        return redirect(mentor)  # whose page says that they have left
    on_behalf = permissions.acts_in_their_place(request.user, mentor, membership)
    initial = {"starts_at": _asked_moment(request)}
    form = BookingForm(request.POST or None, on_behalf=on_behalf, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            session = booking.book(mentor, membership, **form.cleaned_data, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Booked. The invitation is on its way to both of you."))
            return redirect(session)
    if not form["starts_at"].value():
        return redirect(mentor)
    context = {
        "mentor": mentor,
        "programme": mentor.programme,
        "membership": membership,
        "acts_for": [mentor, membership] if on_behalf else [],
        "form": form,
    }
    return render(
        request, "mentoring/sessions/book.html", context | _choice(request, mentor, membership, form)
    )


def _choice(request, mentor: Mentor, membership: Membership, form: BookingForm) -> dict:
    """The time that was chosen; where it cannot be booked, why, and the three that are nearest."""
    wanted = form.cleaned_data.get("starts_at") if form.is_bound else form.initial["starts_at"]
    opened = openings.of(mentor, membership, now=request.now)
    why = openings.why_not(opened, wanted, reader=request.user) if wanted else form.errors["starts_at"][0]
    near = opened.nearest(wanted or request.now) if why else []
    return {
        "slot": shown(opened.slot_at(wanted), mentor, request.user) if wanted and not why else None,
        "why": why,
        "near": [shown(one, mentor, request.user) for one in near],
        "mentor_zone": wording.zone_name(mentor.zone),
    }


def _asked_moment(request):
    try:
        moment = parse_datetime(request.GET.get("at", ""))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


@require_http_methods(["GET", "HEAD", "POST"])
def move_session(request, public_id):
    """Choose another of the mentor's free times."""
    session = visible_session(request, public_id)
    if not permissions.can_change_session(request.user, session):
        raise PermissionDenied
    if not session.is_changeable(request.now):
        return redirect(session)
    on_behalf = permissions.acts_for_sides(request.user, session)
    initial = {"starts_at": _asked_moment(request)}
    form = MoveForm(request.POST or None, on_behalf=on_behalf, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            booking.reschedule(session, **form.cleaned_data, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Moved. The invitations have been changed."))
            return redirect(session)
    slots = list(openings.slots(session.mentor, session.membership, now=request.now, moving=session))
    free = [slot for slot in slots if slot.starts_at != session.starts_at]
    context = {
        "session": session,
        "programme": session.programme,
        "acts_for": [session.mentor, session.startup] if on_behalf else [],
        "form": form,
        "chosen": _slot_of(form, free),
    }
    return render(request, "mentoring/sessions/move.html", context | slot_days(request, free, session.mentor))


def _slot_of(form, slots):
    """The slot that a form carries, while it is still free."""
    starts_at = form["starts_at"].value()
    return next((slot for slot in slots if slot.starts_at.isoformat() == starts_at), None)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_session(request, public_id):
    session = visible_session(request, public_id)
    if not permissions.can_change_session(request.user, session):
        raise PermissionDenied
    if not session.is_changeable(request.now):
        return redirect(session)
    form = CancelForm(request.POST or None, initial={"seen": session.starts_at})
    if request.method == "POST" and form.is_valid():
        booking.cancel(session, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, _("Cancelled. Both sides have been told."))
        return redirect(session)
    return render(
        request,
        "confirm.html",
        {
            "question": _("Cancel this session?"),
            "explanation": _what_cancelling_means(request.user, session, request.now),
            "act": _("Cancel the session"),
            "dangerous": True,
            "back": session.get_absolute_url(),
            "form": form,
            "programme": session.programme,
        },
    )


def _what_cancelling_means(user, session, now: datetime) -> str:
    means = _("%(session)s. The hour becomes free again, and both sides are told why.") % {
        "session": session.in_words(user)
    }
    if not permissions.acts_for_sides(user, session):
        if session.is_late_to_cancel(now):
            means += " " + _("It begins in less than 24 hours, so it counts as cancelled late.")
    else:
        sides = {"mentor": session.mentor, "startup": session.startup}
        means += " " + _("You act as manager for %(mentor)s and %(startup)s.") % sides
    return means


def shown(slot: Slot, mentor: Mentor, reader: User) -> dict:
    """A slot, and the mentor's own hour where the reader's clock shows another one: 09:00, or Mon 23:00."""
    here, there = slot.starts_at.astimezone(reader.zone), slot.starts_at.astimezone(mentor.zone)
    beside = ""
    if here.utcoffset() != there.utcoffset():
        beside = date_format(there, "H:i" if here.date() == there.date() else "D H:i")
    return {
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "beside": beside,
        "value": slot.starts_at.isoformat(),
    }


def slot_days(request, slots: Iterable[Slot], mentor: Mentor) -> dict:
    """Three weeks of slots by the reader's days, from the day in `?from` on, and the way to those after."""
    zone = request.user.zone
    since = _asked_day(request)
    by_day = groupby(slots, key=lambda slot: slot.starts_at.astimezone(zone).date())
    days = [
        {"date": day, "slots": [shown(slot, mentor, request.user) for slot in found]}
        for day, found in by_day
        if since is None or day >= since
    ]
    kept = [day for day in days if day["date"] < days[0]["date"] + SHOWN]
    later = days[len(kept) :]
    return {
        "days": kept,
        "later": later[0]["date"] if later else None,
        "own_zone": wording.zone_name(zone),
        "beside_zone": wording.zone_name(mentor.zone)
        if any(slot["beside"] for day in kept for slot in day["slots"])
        else "",
    }


def _asked_day(request) -> date | None:
    try:
        return datetime.fromisoformat(request.GET.get("from", "")).date()
    except ValueError:
        return None
