"""Who helps whom: mentors, when they are free, sessions booked, held and logged."""

from mentoring.mentors.models import Availability, BookingTerms, Mentor, OtherDay
from mentoring.proposing.models import ProposedSession
from mentoring.sessions.models import ActionItem, MentoringSession, SessionLog

__all__ = [
    "ActionItem",
    "Availability",
    "BookingTerms",
    "Mentor",
    "MentoringSession",
    "OtherDay",
    "ProposedSession",
    "SessionLog",
]
