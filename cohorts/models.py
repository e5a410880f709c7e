"""Who is in: cohorts, memberships, their goals, the calendar of the six months, perks."""

from cohorts.admission.models import Cohort, Membership
from cohorts.events.models import Event
from cohorts.goals.models import Goal
from cohorts.perks.models import Grant, Perk

__all__ = ["Cohort", "Event", "Goal", "Grant", "Membership", "Perk"]
