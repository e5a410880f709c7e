"""The pages of a cohort: the five, their calendar, each member."""

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accelerator import countries, wording
from accelerator.transitions import NotAllowed
from accelerator.ui.drawing.calendar import agenda, month_grid
from cohorts import member_page, permissions, programme_calendar, progress
from cohorts.admission.models import Cohort, Membership
from cohorts.events.models import Event
from cohorts.forms import GoalForm

NEXT_ENTRIES = 5


def _visible_cohort(request, public_id) -> Cohort:
    cohorts = Cohort.objects.visible_to(request.user).select_related("call__programme")
    return get_object_or_404(cohorts, public_id=public_id)


def cohort(request, public_id):
    """The five, and what is next."""
    cohort = _visible_cohort(request, public_id)
    memberships = cohort.memberships.select_related("startup").order_by(Lower("startup__name"))
    own = Membership.objects.of(request.user).filter(cohort=cohort).first()
    ahead = programme_calendar.between(cohort, request.user, request.now, cohort.ends_at)[:NEXT_ENTRIES]
    zone = request.user.zone
    return render(
        request,
        "cohorts/cohort.html",
        {
            "cohort": cohort,
            "programme": cohort.programme,
            "memberships": memberships,
            "own": own,
            "is_over": cohort.is_over(request.now),
            "ahead": agenda(ahead, zone, today=request.now.astimezone(zone).date()),
            **clocks(request, cohort),
        },
    )


def calendar(request, public_id):
    """One month of the programme on the reader's own clock: a grid where there is room, a list on a phone."""
    cohort = _visible_cohort(request, public_id)
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
        "cohorts/calendar.html",
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


def event(request, public_id):
    events = Event.objects.visible_to(request.user).select_related(
        "call__programme", "call__cohort", "partner"
    )
    event = get_object_or_404(events, public_id=public_id)
    context = {"event": event, "cohort": event.call.cohort, "programme": event.call.programme}
    return render(request, "cohorts/event.html", context)


def _visible_membership(request, public_id) -> Membership:
    memberships = Membership.objects.visible_to(request.user)
    return get_object_or_404(
        memberships.select_related("startup", "cohort__call__programme"), public_id=public_id
    )


def member(request, public_id):
    """A startup in the cohort: its team, goals and perks, and what its mentors and it have agreed on."""
    return _show_member(request, _visible_membership(request, public_id), GoalForm())


def _show_member(request, membership: Membership, form: GoalForm):
    goals = list(membership.goals.all())
    can_edit = permissions.can_edit_goals(request.user, membership)
    return render(
        request,
        "cohorts/member.html",
        {
            "membership": membership,
            "startup": membership.startup,
            "cohort": membership.cohort,
            "programme": membership.programme,
            "country": countries.name(membership.startup.country),
            "team": membership.startup.team,
            "team_page_of": membership.offer.application if can_edit else None,
            "goals": goals,
            "can_edit_goals": can_edit,
            "goal_form": form if can_edit and (form.is_bound or len(goals) < progress.GOALS) else None,
            "grants": membership.grants.select_related("perk__partner").order_by("perk__position"),
            "chapters": member_page.all_chapters(request, membership),
        },
    )


@require_POST
def set_goal(request, public_id):
    membership = _visible_membership(request, public_id)
    if not permissions.can_edit_goals(request.user, membership):
        raise PermissionDenied
    form = GoalForm(request.POST)
    if form.is_valid():
        try:
            progress.set_goal(membership, text=form.cleaned_data["text"], by=request.user, now=request.now)
            return redirect(f"{membership.get_absolute_url()}#goals")
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return _show_member(request, membership, form)


@require_POST
def change_goal(request, public_id, pk):
    """`act` = reached, reopen or drop."""
    membership = _visible_membership(request, public_id)
    goal = get_object_or_404(membership.goals, pk=pk)
    if not permissions.can_edit_goals(request.user, membership):
        raise PermissionDenied
    if request.POST.get("act") == "drop":
        progress.drop_goal(goal, by=request.user, now=request.now)
    else:
        is_reached = request.POST.get("act") == "reached"
        progress.mark_goal(goal, is_reached, by=request.user, now=request.now)
        if is_reached:
            messages.success(request, _("Reached. Well done."))
    return redirect(f"{membership.get_absolute_url()}#goals")
