"""The pages of a cohort and of each member: what the packages of this application know of them, in one place."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accelerator import countries
from accelerator.policies.asking import after_undertaking
from accelerator.transitions import NotAllowed
from accelerator.ui.drawing.calendar import agenda
from cohorts import member_page
from cohorts.admission.models import Membership
from cohorts.events import programme_calendar
from cohorts.events.views import clocks, visible_cohort
from cohorts.goals import goals
from cohorts.goals.forms import GoalForm
from cohorts.goals.permissions import can_edit_goals

NEXT_ENTRIES = 5


def cohort(request, public_id):
    """The five, and what is next."""
    cohort = visible_cohort(request, public_id)
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


def _visible_membership(request, public_id) -> Membership:
    memberships = Membership.objects.visible_to(request.user)
    return get_object_or_404(
        memberships.select_related("startup", "cohort__call__programme"), public_id=public_id
    )


@after_undertaking
def member(request, public_id):
    """A startup in the cohort: its team, goals and perks, and what its mentors and it have agreed on."""
    return _show_member(request, _visible_membership(request, public_id), GoalForm())


def _show_member(request, membership: Membership, form: GoalForm):
    set_so_far = list(membership.goals.standing())
    can_edit = can_edit_goals(request.user, membership)
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
            "own_offer": membership.offer if can_edit else None,
            "goals": set_so_far,
            "dropped": membership.goals.dropped() if can_edit else [],
            "can_edit_goals": can_edit,
            "goal_form": form if can_edit and (form.is_bound or len(set_so_far) < goals.GOALS) else None,
            "grants": membership.grants.select_related("perk__partner").order_by("perk__position"),
            "chapters": member_page.all_chapters(request, membership),
        },
    )


@require_POST
def set_goal(request, public_id):
    membership = _visible_membership(request, public_id)
    if not can_edit_goals(request.user, membership):
        raise PermissionDenied
    form = GoalForm(request.POST)
    if form.is_valid():
        try:
            goals.set_goal(membership, text=form.cleaned_data["text"], by=request.user, now=request.now)
            return redirect(f"{membership.get_absolute_url()}#goals")
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return _show_member(request, membership, form)


@require_POST
def change_goal(request, public_id, pk):
    """`act` = reached, reopen or bring_back."""
    membership = _visible_membership(request, public_id)
    goal = get_object_or_404(membership.goals, pk=pk)
    if not can_edit_goals(request.user, membership):
        raise PermissionDenied
    act = request.POST.get("act")
    if act == "bring_back":
        try:
            goals.bring_back_goal(goal, by=request.user, now=request.now)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
    else:
        is_reached = act == "reached"
        goals.mark_goal(goal, is_reached, by=request.user, now=request.now)
        if is_reached:
            messages.success(request, _("Reached. Well done."))
    return redirect(f"{membership.get_absolute_url()}#goals")


@require_http_methods(["GET", "HEAD", "POST"])
def drop_goal(request, public_id, pk):
    """Asks first: everybody in the cohort has read it."""
    membership = _visible_membership(request, public_id)
    goal = get_object_or_404(membership.goals, pk=pk)
    if not can_edit_goals(request.user, membership):
        raise PermissionDenied
    back = f"{membership.get_absolute_url()}#goals"
    if request.method == "POST":
        goals.drop_goal(goal, by=request.user, now=request.now)
        messages.success(request, _("Dropped. It is kept under your goals, should you want it back."))
        return redirect(back)
    context = {
        "question": _("Drop this goal?"),
        "explanation": _(
            "“%(goal)s” leaves the page that everybody in the cohort reads. It is kept, and can be brought back."
        )
        % {"goal": goal},
        "act": _("Drop it"),
        "back": back,
        "programme": membership.programme,
    }
    return render(request, "confirm.html", context)
