"""Mentors: who they are, when they are free, and what they say about both."""

from datetime import date, datetime, timedelta
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accelerator import wording
from accelerator.models import Programme, Topic
from cohorts.models import Membership
from mentoring import booking, permissions, profiles
from mentoring.forms import HoursForm, ProfileForm, WeekFormSet
from mentoring.mentors.models import Mentor

SHOWN = timedelta(days=21)  # how far the slots on one page reach


def mentors(request):
    """Everybody who helps, those who know the reader's field first, each with their next free time."""
    own = Membership.objects.of(request.user).select_related("cohort__call__programme").latest_first().first()
    listed = (
        Mentor.objects.visible_to(request.user)
        .active()
        .select_related("user", "partner", "programme")
        .prefetch_related("availability")
        .order_by(Lower("user__name"))
    )
    listed = list(listed.filter(programme=own.programme) if own else listed)
    can_book = own is not None and not own.cohort.is_over(request.now)
    free = booking.next_free(listed, own, now=request.now) if can_book else {}
    labels = _topic_labels({mentor.programme_id for mentor in listed})
    needed = set(own.topics) if own else set()
    rows = [
        {
            "mentor": mentor,
            "topics": [labels[key] for key in mentor.topics if key in labels],
            "shared": len(needed & set(mentor.topics)),
            "next": free.get(mentor.pk),
        }
        for mentor in listed
    ]
    rows.sort(key=lambda row: -row["shared"])  # stable: by name among equals
    return render(
        request,
        "mentoring/mentors.html",
        {
            "rows": rows,
            "own": own,
            "can_book": can_book,
            "programme": own.programme if own else (listed[0].programme if listed else None),
        },
    )


def _topic_labels(programmes) -> dict[str, str]:
    return {topic.key: str(topic.label) for topic in Topic.objects.filter(programme__in=programmes)}


def visible_mentor(request, public_id) -> Mentor:
    listed = Mentor.objects.visible_to(request.user).select_related("user", "partner", "programme")
    return get_object_or_404(listed, public_id=public_id)


def mentor(request, public_id):
    """One mentor, with the times that the reader's startup can book: click one, say what it is about, done."""
    mentor = visible_mentor(request, public_id)
    membership = permissions.membership_to_book_for(request.user, mentor, request.now)
    labels = _topic_labels([mentor.programme_id])
    context = {
        "mentor": mentor,
        "programme": mentor.programme,
        "topics": [labels[key] for key in mentor.topics if key in labels],
        "membership": membership,
        "has_left": not permissions.can_mentor(mentor.user, mentor.programme),
        "can_edit": permissions.can_edit_mentor(request.user, mentor),
        "rules": mentor.availability.all(),
        "mentor_zone": wording.zone_name(mentor.zone),
    }
    if membership:
        context |= slot_days(request, booking.slots(mentor, membership, now=request.now))
    return render(request, "mentoring/mentor.html", context)


def slot_days(request, slots) -> dict:
    """Three weeks of slots by the reader's days, from the day in `?from` on, and the way to those after."""
    zone = request.user.zone
    since = _asked_day(request)
    by_day = groupby(slots, key=lambda slot: slot.starts_at.astimezone(zone).date())
    days = [{"date": day, "slots": list(found)} for day, found in by_day if since is None or day >= since]
    shown = [day for day in days if day["date"] < days[0]["date"] + SHOWN]
    later = days[len(shown) :]
    return {
        "days": shown,
        "later": later[0]["date"] if later else None,
        "own_zone": wording.zone_name(zone),
    }


def _asked_day(request) -> date | None:
    try:
        return datetime.fromisoformat(request.GET.get("from", "")).date()
    except ValueError:
        return None


# --- One's own --------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def edit_mentor(request, slug):
    """A mentor's own words. Whoever holds the role is listed from the first save on."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), slug=slug)
    if not permissions.can_mentor(request.user, programme):
        raise PermissionDenied
    own = Mentor.objects.filter(programme=programme, user=request.user).first()
    form = ProfileForm(
        request.POST or None,
        instance=own,
        topics=programme.topics.all(),
        initial={} if own else {"time_zone": request.user.time_zone},
    )
    if request.method == "POST" and form.is_valid():
        saved = profiles.save_profile(request.user, programme, fields=form.cleaned_data, now=request.now)
        messages.success(request, _("Saved."))
        return redirect("mentoring:mentor" if own else "mentoring:edit_hours", saved.public_id)
    return render(request, "mentoring/edit_mentor.html", {"form": form, "programme": programme, "own": own})


@require_http_methods(["GET", "POST"])
def edit_hours(request, public_id):
    """The weekly hours, on the mentor's own wall clock."""
    mentor = visible_mentor(request, public_id)
    if not permissions.can_edit_mentor(request.user, mentor):
        raise PermissionDenied
    rows = [{"weekday": r.weekday, "starts": r.starts, "ends": r.ends} for r in mentor.rules]
    stands = {
        "session_minutes": mentor.session_minutes,
        "notice_hours": mentor.notice_hours,
        "is_paused": mentor.is_paused,
    }
    form = HoursForm(request.POST or None, initial=stands)
    week = WeekFormSet(request.POST or None, initial=rows, prefix="week")
    if request.method == "POST" and form.is_valid() and week.is_valid():
        profiles.set_hours(mentor, week.rules, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, _("Your hours are saved. Sessions that are booked stay as they are."))
        return redirect(mentor)
    return render(
        request,
        "mentoring/edit_hours.html",
        {
            "mentor": mentor,
            "programme": mentor.programme,
            "form": form,
            "week": week,
            "mentor_zone": wording.zone_name(mentor.zone),
        },
    )
