"""Who helps whom: mentors, when they are free, sessions booked, held and logged."""

from mentoring.models.mentors import Availability, Mentor
from mentoring.models.sessions import ActionItem, MentoringSession, SessionLog

__all__ = ["ActionItem", "Availability", "Mentor", "MentoringSession", "SessionLog"]
