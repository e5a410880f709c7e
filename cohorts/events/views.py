"""The calendar of the cohort, its events, and how managers change them: on pages that say first whom it touches."""

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accelerator import as_seen, wording
from accelerator.calendar import adding, answers
from accelerator.transitions import NotAllowed, WrongValue
from accelerator.ui.drawing.calendar import agenda, month_grid
from cohorts.admission.models import Cohort
from cohorts.events import notices, planning, programme_calendar, touching
from cohorts.events.appointments import appointment
from cohorts.events.forms import CancelEventForm, EventTimeForm, PlanEventForm
from cohorts.events.models import Event
from cohorts.events.permissions import can_change_event, can_plan_events


def visible_cohort(request, public_id) -> Cohort:
    cohorts = Cohort.objects.visible_to(request.user).select_related("call__programme")
    return get_object_or_404(cohorts, public_id=public_id)


def calendar(request, public_id):
    """One month of the programme on the reader's own clock: a grid where there is room, a list on a phone."""
    cohort = visible_cohort(request, public_id)
    zone = request.user.zone
    today = request.now.astimezone(zone).date()
    months = programme_calendar.months(cohort)
    month = _chosen_month(request.GET.get("month", ""), months, today)
    start = datetime.combine(month, datetime.min.time(), tzinfo=zone)
    end = datetime.combine((month + timedelta(days=32)).replace(day=1), datetime.min.time(), tzinfo=zone)
    # The grid also shows the days of the neighbouring months that share its weeks.
    around = programme_calendar.between(
        cohort, request.user, start - timedelta(days=7), end + timedelta(days=7)
    )
    within = [entry for entry in around if start <= entry.at < end]
    return render(
        request,
        "cohorts/events/calendar.html",
        {
            "cohort": cohort,
            "programme": cohort.programme,
            "tabs": [
                {"label": date_format(m, "F"), "url": f"?month={m:%Y-%m}", "current": m == month}
                for m in months
            ],
            "month": month_grid(month.year, month.month, around, zone, today=today),
            "days": agenda(within, zone, today=today),
            "month_name": date_format(month, "F Y"),
            "can_plan": can_plan_events(request.user, cohort),
            **clocks(request, cohort),
        },
    )


def _chosen_month(asked: str, months: list[date], today: date) -> date:
    by_name = {f"{month:%Y-%m}": month for month in months}
    return by_name.get(asked) or min(max(today.replace(day=1), months[0]), months[-1])


def clocks(request, cohort: Cohort) -> dict:
    """On whose clock the page is; the programme's is named where it differs at any time of the six months."""
    own, programme = request.user.zone, cohort.programme.zone
    moments = (request.now, cohort.starts_at, cohort.ends_at)
    differ = any(at.astimezone(own).utcoffset() != at.astimezone(programme).utcoffset() for at in moments)
    return {
        "own_zone": wording.zone_name(own),
        "programme_zone": wording.zone_name(programme) if differ else "",
    }


def visible_event(request, public_id) -> Event:
    events = Event.objects.visible_to(request.user).select_related(
        "call__programme", "call__cohort", "partner"
    )
    return get_object_or_404(events, public_id=public_id)


def event(request, public_id):
    event = visible_event(request, public_id)
    file = reverse("cohorts:event_file", args=[event.public_id])
    is_ahead, is_manager = event.is_changeable(request.now), can_change_event(request.user, event)
    is_invited = request.user.pk in {person.pk for person in notices.people(event)}
    answer_url = reverse("calendars:answer", args=["event", event.public_id])
    context = {
        "event": event,
        "cohort": event.call.cohort,
        "programme": event.call.programme,
        "guests": [] if event.is_cancelled else answers.in_groups(event),
        "answer_url": answer_url if is_invited and is_ahead else "",
        "reads_notes": is_manager,
        "adding": adding.links(appointment(event), file) if is_ahead else None,
        "can_change": is_manager and is_ahead,
    }
    return render(request, "cohorts/events/event.html", context)


@require_safe
def event_file(request, public_id):
    """For a calendar that takes no invitations."""
    return adding.download(appointment(visible_event(request, public_id)))


# --- Planning and changing --------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def plan_event(request, public_id):
    """One more event, with the invitations that follow from it."""
    cohort = visible_cohort(request, public_id)
    if not can_plan_events(request.user, cohort):
        raise PermissionDenied
    form = PlanEventForm(request.POST or None, cohort=cohort)
    if request.method == "POST" and form.is_valid():
        event = _planned(request, form, cohort)
        if event:
            invited = event.is_in_calendars_from() <= request.now
            messages.success(request, _("Planned, and everybody is invited.") if invited else _("Planned."))
            return redirect(event)
    context = {
        "cohort": cohort,
        "programme": cohort.programme,
        "form": form,
        "touches": touching.whom_it_touches(Event(call=cohort.call)),
    }
    return render(request, "cohorts/events/plan_event.html", context)


def _planned(request, form: PlanEventForm, cohort: Cohort) -> Event | None:
    try:
        return planning.plan(cohort.call, **form.said, by=request.user, now=request.now)
    except WrongValue as refusal:
        form.add_error(refusal.field, str(refusal))
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def change_event(request, public_id):
    event = _changeable(request, public_id)
    local = event.starts_at.astimezone(event.programme.zone)
    stands = {"on": local.date(), "at": local.time(), "minutes": event.minutes, "place": event.place}
    form = EventTimeForm(request.POST or None, zone=event.programme.zone, initial=stands)
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if name not in {"on", "at"}}
        if _done(request, form, planning.change, event, said):
            messages.success(request, _("Changed. Everybody who is expected has been told."))
            return redirect(event)
    return _page(request, event, form, "cohorts/events/change_event.html")


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_event(request, public_id):
    event = _changeable(request, public_id)
    form = CancelEventForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _done(request, form, planning.cancel, event, form.cleaned_data):
        messages.success(request, _("Cancelled. Everybody who was expected has been told."))
        return redirect(event)
    return _page(request, event, form, "cohorts/events/cancel_event.html")


def _changeable(request, public_id) -> Event:
    event = visible_event(request, public_id)
    if not can_change_event(request.user, event):
        raise PermissionDenied
    return event


def _done(request, form, act, event: Event, said: dict) -> bool:
    try:
        act(event, **said, seen=request.POST.get("seen", ""), by=request.user, now=request.now)
    except WrongValue as refusal:
        form.add_error(refusal.field, str(refusal))
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False


def _page(request, event: Event, form, template: str):
    if request.method != "POST" and not event.is_changeable(request.now):
        return redirect(event)
    context = {
        "event": event,
        "cohort": event.call.cohort,
        "programme": event.programme,
        "form": form,
        "touches": touching.whom_it_touches(event),
        "seen": as_seen.version_of(event),
    }
    return render(request, template, context)
