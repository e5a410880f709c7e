"""The calendar of the cohort, and its events."""

from datetime import date, datetime, timedelta

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from accelerator import wording
from accelerator.calendar import adding
from accelerator.ui.drawing.calendar import agenda, month_grid
from cohorts.admission.models import Cohort
from cohorts.events import programme_calendar
from cohorts.events.appointments import appointment
from cohorts.events.models import Event


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


def _visible_event(request, public_id) -> Event:
    events = Event.objects.visible_to(request.user).select_related(
        "call__programme", "call__cohort", "partner"
    )
    return get_object_or_404(events, public_id=public_id)


def event(request, public_id):
    event = _visible_event(request, public_id)
    file = reverse("cohorts:event_file", args=[event.public_id])
    context = {
        "event": event,
        "cohort": event.call.cohort,
        "programme": event.call.programme,
        "adding": adding.links(appointment(event), file) if request.now < event.starts_at else None,
    }
    return render(request, "cohorts/events/event.html", context)


@require_safe
def event_file(request, public_id):
    """For a calendar that takes no invitations."""
    return adding.download(appointment(_visible_event(request, public_id)))
