"""Who is in: cohorts, memberships, their goals, the calendar of the six months, perks."""

from cohorts.models.cohorts import Cohort, Goal, Membership
from cohorts.models.events import Event
from cohorts.models.perks import Grant, Perk

__all__ = ["Cohort", "Event", "Goal", "Grant", "Membership", "Perk"]
