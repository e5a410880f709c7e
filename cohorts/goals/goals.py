"""What a member wants to reach by the end: three goals, so that they stay goals."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.transitions import NotAllowed
from cohorts.admission.models import Membership
from cohorts.goals.models import Goal

GOALS = 3


@transaction.atomic
def set_goal(membership: Membership, *, text: str, by, now: datetime) -> Goal:
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    _must_have_room(membership)
    goal = membership.goals.create(text=text, set_by=by, set_at=now)
    history.record("goal.set", goal, by=by, programme=membership.programme, now=now)
    return goal


@transaction.atomic
def mark_goal(goal: Goal, is_reached: bool, *, by, now: datetime) -> None:
    """Reached, or not yet after all. Saying it twice changes nothing."""
    goal.reached_at = now if is_reached else None
    changed = Goal.objects.filter(pk=goal.pk, reached_at__isnull=is_reached).update(
        reached_at=goal.reached_at
    )
    if changed:
        verb = "reached" if is_reached else "reopened"
        history.record(f"goal.{verb}", goal, by=by, programme=goal.membership.programme, now=now)


@transaction.atomic
def drop_goal(goal: Goal, *, by, now: datetime) -> None:
    """Take a goal off the list. It is kept, and can be brought back."""
    if Goal.objects.standing().filter(pk=goal.pk).update(dropped_at=now):
        history.record("goal.dropped", goal, by=by, programme=goal.membership.programme, now=now)


@transaction.atomic
def bring_back_goal(goal: Goal, *, by, now: datetime) -> None:
    """Put a dropped goal on the list again, with whether it was reached. Raises NotAllowed when there are three."""
    membership = Membership.objects.select_for_update(no_key=True).get(pk=goal.membership_id)
    if not Goal.objects.dropped().filter(pk=goal.pk).exists():
        return
    _must_have_room(membership)
    Goal.objects.filter(pk=goal.pk).update(dropped_at=None)
    history.record("goal.brought_back", goal, by=by, programme=membership.programme, now=now)


def _must_have_room(membership: Membership) -> None:
    """The caller has locked the membership."""
    if membership.goals.standing().count() >= GOALS:
        raise NotAllowed(_("Three goals are enough. Drop one to make room for another."))
