"""Calendars as pages: a month, a week or the coming days, one's own or one that one may look at."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accelerator import wording
from accelerator.calendar import periods, showing
from accelerator.calendar.periods import CalendarPeriod, CalendarView
from accelerator.calendar.showing import Appointment, Looking, Subject
from accelerator.ui.drawing.calendar import CalendarItem, agenda, month_grid, week_grid


@require_safe
def calendar(request) -> HttpResponse:
    """On the reader's own clock; the programme's stands beside it wherever it reads differently."""
    subject = showing.subject(request.user, request.GET.get("of", ""))
    if subject is None:
        raise Http404
    zone = request.user.zone
    today = request.now.astimezone(zone).date()
    asked = request.GET.get("view", "")
    view = CalendarView(asked) if asked in set(CalendarView) else CalendarView.MONTH
    period = periods.around(view, periods.day_asked(request.GET.get("on", ""), today))
    since = periods.midnight(period.shown_from, zone)
    until = periods.midnight(period.shown_until, zone)
    found = showing.seen_by(Looking(request.user, subject, since, until))
    items = [_item(appointment, zone) for appointment in found]
    within = [item for item in items if period.first <= item.at.astimezone(zone).date() < period.after]
    return render(
        request,
        "accelerator/calendar/calendar.html",
        {
            "subject": subject,
            "others": list(showing.others_of(request.user)),
            "period": period,
            "grid": _grid(period, items, zone, today),
            "days": agenda(within, zone, today=today),
            "own_zone": wording.zone_name(zone),
            "programme_zone": wording.list_of(_other_zones(found, zone)),
            **_ways(subject, period, today),
        },
    )


def _item(appointment: Appointment, zone) -> CalendarItem:
    there = ""
    if _differs(appointment, zone):
        hours = wording.hours(appointment.starts_at, appointment.ends_at, appointment.zone)
        there = f"{hours} {wording.zone_name(appointment.zone)}"
    return CalendarItem(
        at=appointment.starts_at,
        end=appointment.ends_at,
        title=appointment.short or appointment.title,
        url=appointment.url,
        note=" · ".join(part for part in (there, appointment.about_in_short, appointment.place) if part),
        kind=appointment.kind,
        is_whole_day=appointment.is_whole_day,
    )


def _differs(appointment: Appointment, zone) -> bool:
    at: datetime = appointment.starts_at
    return (
        not appointment.is_whole_day
        and at.astimezone(zone).utcoffset() != at.astimezone(appointment.zone).utcoffset()
    )


def _other_zones(found: list[Appointment], zone) -> list[str]:
    names = [wording.zone_name(one.zone) for one in found if _differs(one, zone)]
    return list(dict.fromkeys(names))


def _grid(period: CalendarPeriod, items: list[CalendarItem], zone, today):
    if period.view == CalendarView.MONTH:
        return month_grid(period.first.year, period.first.month, items, zone, today=today)
    if period.view == CalendarView.WEEK:
        return week_grid(period.first, period.name, items, zone, today=today)
    return None


def _ways(subject: Subject, period: CalendarPeriod, today) -> dict:
    """The addresses that lead on from here."""

    def address(view: CalendarView, day=None) -> str:
        parts = {"of": subject.reference if subject.key else "", "view": view, "on": day or ""}
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    here = period.first if not period.first <= today < period.after else today
    names = {
        CalendarView.MONTH: _("Month"),
        CalendarView.WEEK: _("Week"),
        CalendarView.AGENDA: _("Agenda"),
    }
    return {
        "earlier_url": address(period.view, period.earlier),
        "today_url": address(period.view),
        "later_url": address(period.view, period.after),
        "views": [
            {"key": view, "label": label, "url": address(view, here), "current": view == period.view}
            for view, label in names.items()
        ],
    }
