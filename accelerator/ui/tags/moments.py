"""Moments, always said with their zone.

Pass the programme (or anything with a `zone`), and readers elsewhere get their own time beside it.
"""

from datetime import date, datetime

from django import template
from django.utils.html import format_html

from accelerator import wording
from accelerator.ui.tags.rendering import render

register = template.Library()


@register.simple_tag(takes_context=True)
def moment(context, at: datetime, zone=None, distance=False, weekday=True, year=True):
    """A point in time, in the zone of what it belongs to and, beside it, in the reader's.

    `{% moment session.starts_at programme %}` → Thursday 18 January 2024, 10:00 Paris time
    `{% moment session.starts_at programme distance=True %}` adds "· in 3 days".
    """
    zone = wording.as_zone(zone or _reader_zone(context) or "UTC")
    return render(
        "moment",
        at=at,
        words=wording.moment(at, zone, weekday=weekday, year=year),
        elsewhere=_elsewhere(context, at, zone),
        distance=wording.distance(at, _now(context), zone) if distance else "",
    )


@register.simple_tag(takes_context=True)
def until(context, closes_at: datetime, zone, distance=True):
    """An exclusive end, in a line of text: its last minute, and how far away that is.

    `{% until call.window.closes_at programme %}` → Friday 1 December 2023, 23:59 Paris time · in 3 days
    """
    now, last = _now(context), wording.last_minute(closes_at)
    return render(
        "moment",
        at=last,
        words=_with_another_place(context, last, zone, wording.moment(last, zone)),
        elsewhere=_elsewhere(context, last, zone),
        distance=wording.until(closes_at, now, zone) if distance else "",
        soon=wording.is_soon(closes_at, now),
    )


@register.simple_tag(takes_context=True)
def deadline(context, closes_at: datetime, zone, what=""):
    """An exclusive end as the second-largest text of a page.

    `{% deadline call.window.closes_at programme what=_("Applications are open until") %}`
    """
    now, last = _now(context), wording.last_minute(closes_at)
    return render(
        "deadline",
        at=last,
        what=what,
        day=wording.day(last, zone),
        time=_with_another_place(
            context, last, zone, f"{wording.wall_time(last, zone)} {wording.zone_name(zone)}"
        ),
        elsewhere=_elsewhere(context, last, zone),
        distance=wording.until(closes_at, now, zone),
        soon=wording.is_soon(closes_at, now),
    )


@register.simple_tag(takes_context=True)
def meeting(context, starts_at: datetime, ends_at: datetime, zone):
    """Both ends of a meeting: "Thursday 18 January 2024, 10:00–10:45 Paris time", and the reader's time beside it.

    `{% meeting session.starts_at session.ends_at programme %}`
    """
    zone = wording.as_zone(zone)
    return render(
        "moment",
        at=starts_at,
        words=format_html(
            '{}, <span class="together">{}</span> {}',
            wording.day(starts_at, zone),
            wording.hours(starts_at, ends_at, zone),
            wording.zone_name(zone),
        ),
        elsewhere=_elsewhere(context, starts_at, zone),
    )


@register.simple_tag
def period(start: datetime, end: datetime, zone, year=True):
    """A half-open stretch of days by its first and last: `{% period opens_at closes_at programme %}` → 8 November – 1 December 2023."""
    return wording.period(start, end, zone, year=year)


@register.filter
def moment_text(at: datetime, zone) -> str:
    """For mails: `{{ session.starts_at|moment_text:programme }}` → Thursday 18 January 2024, 10:00 Paris time."""
    return wording.moment(at, zone)


@register.filter
def deadline_text(closes_at: datetime, zone) -> str:
    """For mails: the last minute of an exclusive end. `{{ offer.expires_at|deadline_text:programme }}`"""
    return wording.deadline(closes_at, zone)


@register.filter
def day(value: datetime | date, zone=None) -> str:
    """`{{ call.decision_on|day }}` or `{{ event.starts_at|day:programme }}` → Thursday 21 December 2023."""
    return wording.day(value, zone)


@register.filter
def short_day(value: datetime | date, zone=None) -> str:
    """`{{ event.starts_at|short_day:programme }}` → 18 Jan. For tables."""
    return wording.short_day(value, zone)


@register.filter
def zone_name(zone) -> str:
    """`{{ request.user|zone_name }}` → Paris time."""
    return wording.zone_name(zone)


@register.filter
def clock_time(at: datetime, zone) -> str:
    """`{{ event.starts_at|clock_time:programme }}` → 10:00. Only where the zone is said nearby."""
    return wording.wall_time(at, zone)


def _now(context) -> datetime:
    """The request's one reading of the clock."""
    request = context.get("request")
    return context.get("now") or request.now


def _reader_zone(context):
    user = getattr(context.get("request"), "user", None)
    return user.zone if user is not None and user.is_authenticated else None


def _with_another_place(context, at: datetime, zone, words: str) -> str:
    """What has a zone of its own is said in the reader's too, and to strangers in its programme's."""
    beside = wording.in_another_place(at, zone, _reader_zone(context))
    return f"{words} · {beside}" if beside else words


def _elsewhere(context, at: datetime, zone) -> str:
    """The same moment in the reader's zone, when its wall clock differs."""
    reader = _reader_zone(context)
    if getattr(zone, "zone_beside", None):
        return ""  # said already
    zone = wording.as_zone(zone)
    if not reader or at.astimezone(reader).utcoffset() == at.astimezone(zone).utcoffset():
        return ""
    same_day = at.astimezone(reader).date() == at.astimezone(zone).date()
    said = (
        wording.wall_time(at, reader)
        if same_day
        else f"{wording.day(at, reader, year=False)}, {wording.wall_time(at, reader)}"
    )
    return f"{said} {wording.zone_name(reader)}"
