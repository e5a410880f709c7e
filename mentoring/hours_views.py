"""A mentor's hours: every week, on days that differ, and as they will be offered."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accelerator import as_seen, wording
from accelerator.transitions import NotAllowed
from accelerator.ui.in_their_place import InTheirPlaceForm
from mentoring.mentors import other_days, profiles
from mentoring.mentors.forms import BaseWeekFormSet, BookingTermsForm, HoursForm, OtherDayForm, WeekFormSet
from mentoring.mentors.models import TERMS, BookingTerms, Mentor
from mentoring.mentors.permissions import can_edit_mentor
from mentoring.sessions import preview


def _own_mentor(request, public_id) -> Mentor:
    mentor = get_object_or_404(Mentor.objects.visible_to(request.user).for_booking(), public_id=public_id)
    if not can_edit_mentor(request.user, mentor):
        raise PermissionDenied
    return mentor


@require_http_methods(["GET", "HEAD", "POST"])
def edit_hours(request, public_id):
    """The weekly hours on the mentor's own wall clock, and how much of them is given."""
    mentor = _own_mentor(request, public_id)
    on_behalf = _acts_for(request, mentor)
    form, week, terms = _forms(mentor, on_behalf, request.POST or None)
    if request.method == "POST" and all([form.is_valid(), week.is_valid(), terms.is_valid()]):
        try:
            profiles.set_hours(
                mentor,
                week.rules,
                **form.cleaned_data,
                own_terms=terms.cleaned_data,
                seen=request.POST.get("seen", ""),
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("The hours are saved, and %(mentor)s is told. Sessions that are booked stay as they are.")
                % {"mentor": mentor}
                if on_behalf
                else _("Your hours are saved. Sessions that are booked stay as they are."),
            )
            return redirect(mentor)
    return _page(request, mentor, form, week, terms, OtherDayForm(prefix="other", on_behalf=on_behalf))


@require_POST
def add_other_day(request, public_id):
    """A day off, a week off, or hours beside those of the week."""
    mentor = _own_mentor(request, public_id)
    on_behalf = _acts_for(request, mentor)
    form = OtherDayForm(request.POST, prefix="other", on_behalf=on_behalf)
    if form.is_valid():
        try:
            added = other_days.add(
                mentor,
                form.exceptional,
                note=form.cleaned_data["note"],
                on_behalf=form.cleaned_data.get("on_behalf", ""),
                by=request.user,
                now=request.now,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Noted: %(days)s.") % {"days": added})
            if added.is_off and (booked := preview.booked_within(mentor, added.exceptional, request.now)):
                messages.warning(request, _still_booked(booked))
            return redirect("mentoring:edit_hours", mentor.public_id)
    return _page(request, mentor, *_forms(mentor, on_behalf), form)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_other_day(request, public_id, pk):
    """A mentor's button; whoever acts in a mentor's place is asked why."""
    mentor = _own_mentor(request, public_id)
    row = get_object_or_404(mentor.other_days, pk=pk)
    on_behalf = _acts_for(request, mentor)
    form = InTheirPlaceForm(request.POST if request.method == "POST" else None, on_behalf=on_behalf)
    if form.is_valid():
        other_days.remove(row, **form.cleaned_data, by=request.user, now=request.now)
        messages.success(request, _("Removed. The weekly hours hold on those days again."))
        return redirect("mentoring:edit_hours", mentor.public_id)
    return render(
        request,
        "confirm.html",
        {
            "question": _("Remove this from the hours of %(mentor)s?") % {"mentor": mentor},
            "explanation": _("%(days)s. The weekly hours hold on those days again.") % {"days": row},
            "act": _("Remove it"),
            "back": reverse("mentoring:edit_hours", args=[mentor.public_id]),
            "form": form,
            "programme": mentor.programme,
        },
    )


def _acts_for(request, mentor: Mentor) -> bool:
    return mentor.user_id != request.user.pk


def _still_booked(count: int) -> str:
    return ngettext(
        "%(n)d session is booked in that time. It stays until you move or cancel it.",
        "%(n)d sessions are booked in that time. They stay until you move or cancel them.",
        count,
    ) % {"n": count}


def _forms(mentor: Mentor, on_behalf: bool, sent=None) -> tuple[HoursForm, BaseWeekFormSet, BookingTermsForm]:
    names = ["session_minutes", "notice_hours", "is_paused", *TERMS, "country", "region"]
    stands = {name: getattr(mentor, name) for name in names}
    rows = [{"weekday": r.weekday, "starts": r.starts, "ends": r.ends} for r in mentor.rules]
    terms = BookingTermsForm(sent, initial=stands, zone=mentor.zone, are_needed=False)
    usual = BookingTerms.of(mentor.programme)
    for name in TERMS:
        terms.fields[name].widget.attrs["placeholder"] = getattr(usual, name)
    return (
        HoursForm(sent, initial=stands, on_behalf=on_behalf),
        WeekFormSet(sent, initial=rows, prefix="week"),
        terms,
    )


def _page(request, mentor: Mentor, form, week, terms, other) -> HttpResponse:
    stands = Mentor.objects.for_booking().get(pk=mentor.pk)  # what is saved, not what was just typed
    today = request.now.astimezone(stands.zone).date()
    context = {
        "mentor": stands,
        "acts_for": [stands] if _acts_for(request, stands) else [],
        "programme": stands.programme,
        "form": form,
        "week": week,
        "terms": terms,
        "other": other,
        "other_days": [row for row in stands.other_days.all() if row.last_day >= today],
        "coming": preview.two_weeks(stands, request.now),
        "seen": as_seen.version_of(stands),
        "mentor_zone": wording.zone_name(stands.zone),
    }
    return render(request, "mentoring/mentors/edit_hours.html", context)
