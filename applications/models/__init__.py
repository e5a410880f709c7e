"""Who gets in: calls and their questions, applications and submissions, reviews, selection."""

from applications.models.applications import Application, Attachment, Submission
from applications.models.calls import Call, CallReminder, CallWindow, EligibilityCheck
from applications.models.questions import Question, Section
from applications.models.reviews import Assignment, Criterion, Recusal, Review, Reviewer, Score
from applications.models.selection import Decision, FrozenDossier, Letter, Offer, Release, Seat

__all__ = [
    "Application",
    "Assignment",
    "Attachment",
    "Call",
    "CallReminder",
    "CallWindow",
    "Criterion",
    "Decision",
    "EligibilityCheck",
    "FrozenDossier",
    "Letter",
    "Offer",
    "Question",
    "Recusal",
    "Release",
    "Review",
    "Reviewer",
    "Score",
    "Seat",
    "Section",
    "Submission",
]
