"""Sessions, from the click on a free time to what was written down after."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accelerator.transitions import NotAllowed
from cohorts.models import Membership
from mentoring import booking, permissions, session_logs
from mentoring.forms import BookingForm, CancelForm, CorrectionForm, LogForm, MoveForm, UnbookedLogForm
from mentoring.mentor_views import slot_days, visible_mentor
from mentoring.mentors.models import Mentor
from mentoring.sessions.models import ActionItem, MentoringSession, SessionLog

PER_PAGE = 20


def _visible_session(request, public_id) -> MentoringSession:
    sessions = MentoringSession.objects.visible_to(request.user).with_both_sides()
    return get_object_or_404(sessions, public_id=public_id)


def sessions(request):
    """One's own sessions, as founder or as mentor: what waits for a log, what comes, what was."""
    own = MentoringSession.objects.of_person(request.user).with_both_sides()
    mentoring = Mentor.objects.serving().filter(user=request.user).select_related("programme").first()
    membership = Membership.objects.of(request.user).select_related("cohort__call__programme").first()
    awaiting = own.of_mentor(request.user).awaiting_log(request.now)
    past = own.filter(~Q(status=MentoringSession.Status.BOOKED)).order_by("-starts_at").select_related("log")
    return render(
        request,
        "mentoring/sessions.html",
        {
            "awaiting": awaiting,
            "coming": own.upcoming(request.now),
            "past": Paginator(past, PER_PAGE).get_page(request.GET.get("page")),
            "mentoring": mentoring,
            "membership": membership,
            "programme": (mentoring or membership).programme if mentoring or membership else None,
        },
    )


def session(request, public_id):
    """One session: the context one needs before it, and what was written down after."""
    session = _visible_session(request, public_id)
    user, now = request.user, request.now
    is_changer = permissions.can_change_session(user, session)
    log = getattr(session, "log", None)
    reads_private_note = permissions.can_read_private_note(user, session)
    return render(
        request,
        "mentoring/session.html",
        {
            "session": session,
            "programme": session.programme,
            "goals": session.membership.goals.all(),
            "carried": ActionItem.objects.carried_into(session).select_related("session"),
            "previous": session.previous_logged(),
            "log": log,
            "corrections": session_logs.corrections(session, with_private_note=reads_private_note)
            if log
            else [],
            "can_correct": log and permissions.can_correct_log(user, session) and log.is_correctable(now),
            "action_items": session.action_items.all(),
            "can_move": is_changer and session.is_changeable(now),
            "can_tick": permissions.can_tick_action_items(user, session),
            "can_log": permissions.can_log_session(user, session) and session.is_loggable(now),
            "can_read_private_note": reads_private_note,
        },
    )


# --- Booking ----------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def book_session(request, public_id):
    """The third click: say what it is about, and it is booked. `?at=` is the slot's instant in UTC."""
    mentor = visible_mentor(request, public_id)
    membership = permissions.membership_to_book_for(request.user, mentor, request.now)
    if membership is None:
        raise PermissionDenied
    if not permissions.can_mentor(mentor.user, mentor.programme):
        return redirect(mentor)  # whose page says that they have left
    form = BookingForm(request.POST or None, initial={"starts_at": _asked_moment(request)})
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
    return render(
        request,
        "mentoring/book.html",
        {
            "mentor": mentor,
            "programme": mentor.programme,
            "membership": membership,
            "form": form,
            "slot": _slot_of(form, booking.slots(mentor, membership, now=request.now)),
        },
    )


def _asked_moment(request):
    try:
        moment = parse_datetime(request.GET.get("at", ""))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


@require_http_methods(["GET", "POST"])
def move_session(request, public_id):
    """Choose another of the mentor's free times."""
    session = _visible_session(request, public_id)
    if not permissions.can_change_session(request.user, session):
        raise PermissionDenied
    if not session.is_changeable(request.now):
        return redirect(session)
    form = MoveForm(request.POST or None, initial={"starts_at": _asked_moment(request)})
    if request.method == "POST" and form.is_valid():
        try:
            booking.reschedule(session, **form.cleaned_data, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Moved. The invitations have been changed."))
            return redirect(session)
    slots = list(booking.slots(session.mentor, session.membership, now=request.now, moving=session))
    free = [slot for slot in slots if slot.starts_at != session.starts_at]
    context = {
        "session": session,
        "programme": session.programme,
        "form": form,
        "chosen": _slot_of(form, free),
    }
    return render(request, "mentoring/move.html", context | slot_days(request, free))


def _slot_of(form, slots):
    """The slot that a form carries, while it is still free."""
    starts_at = form["starts_at"].value()
    return next((slot for slot in slots if slot.starts_at.isoformat() == starts_at), None)


@require_http_methods(["GET", "POST"])
def cancel_session(request, public_id):
    session = _visible_session(request, public_id)
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
            "explanation": _("%(session)s. The hour becomes free again, and both sides are told why.")
            % {"session": session.in_words(request.user)},
            "act": _("Cancel the session"),
            "dangerous": True,
            "back": session.get_absolute_url(),
            "form": form,
            "programme": session.programme,
        },
    )


# --- After it ---------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def log_session(request, public_id):
    """One short page, reached from the mail, with what is most likely filled in."""
    session = _visible_session(request, public_id)
    if not permissions.can_log_session(request.user, session):
        raise PermissionDenied
    if not session.is_loggable(request.now):
        return redirect(session)
    carried = ActionItem.objects.carried_into(session).select_related("session__mentor__programme")
    form = LogForm(request.POST or None, carried=carried, initial={"minutes": session.minutes})
    if request.method == "POST" and form.is_valid():
        said = {"done": [], **form.cleaned_data}
        try:
            session_logs.log(session, **said, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Logged. Thank you."))
            return redirect(session)
    return render(
        request, "mentoring/log.html", {"session": session, "programme": session.programme, "form": form}
    )


@require_http_methods(["GET", "POST"])
def correct_log(request, public_id):
    """The mentor's words once more; what they were stays on record."""
    session = _visible_session(request, public_id)
    if not permissions.can_correct_log(request.user, session):
        raise PermissionDenied
    log = SessionLog.objects.filter(session=session).first()
    if log is None or (request.method == "GET" and not log.is_correctable(request.now)):
        return redirect(session)
    stands = {
        "outcome": session.status,
        "minutes": log.minutes or session.minutes,
        "notes": log.notes,
        "action_items": "\n".join(item.text for item in session.action_items.still_open()),
        "private_note": log.private_note,
    }
    form = CorrectionForm(request.POST or None, was_booked=session.was_booked, initial=stands)
    if request.method == "POST" and form.is_valid():
        said = {"outcome": session.status, **form.cleaned_data}
        try:
            changed = session_logs.correct(session, **said, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Corrected.") if changed else _("Nothing was different, so nothing changed.")
            )
            return redirect(session)
    return render(
        request,
        "mentoring/correct_log.html",
        {"session": session, "programme": session.programme, "form": form, "log": log},
    )


@require_http_methods(["GET", "POST"])
def log_unbooked(request, public_id):
    """A session that took place without a booking."""
    mentor = visible_mentor(request, public_id)
    if not permissions.can_edit_mentor(request.user, mentor):
        raise PermissionDenied
    memberships = Membership.objects.filter(cohort__call__programme=mentor.programme)
    memberships = memberships.select_related("startup", "cohort__call__programme").order_by("startup__name")
    local_now = request.now.astimezone(mentor.zone)
    form = UnbookedLogForm(
        request.POST or None,
        memberships=memberships,
        zone=mentor.zone,
        initial={"on": local_now.date(), "minutes": mentor.session_minutes},
    )
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name not in {"on", "at"}}
        membership = said.pop("membership")
        try:
            log = session_logs.log_unbooked(mentor, membership, **said, by=request.user, now=request.now)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Logged. Thank you."))
            return redirect(log.session)
    return render(
        request,
        "mentoring/log_unbooked.html",
        {"mentor": mentor, "programme": mentor.programme, "form": form},
    )


@require_POST
def tick_action_item(request, public_id, pk):
    """`done` = 1 ticks it, anything else takes the tick back; then back to where the tick was seen."""
    session = _visible_session(request, public_id)
    item = get_object_or_404(session.action_items, pk=pk)
    if not permissions.can_tick_action_items(request.user, session):
        raise PermissionDenied
    session_logs.set_done(item, request.POST.get("done") == "1", by=request.user, now=request.now)
    seen_in = MentoringSession.objects.visible_to(request.user).filter(
        public_id=request.POST.get("seen_in", "")
    )
    return redirect(seen_in.first() or session)
