"""Who gets in: calls and their questions, applications and submissions, reviews, selection."""

from applications.applying.models import (
    Application,
    Attachment,
    ReceiptKey,
    ReceiptList,
    Recusal,
    Submission,
    SubmitTicket,
)
from applications.calls.models import Call, CallReminder, CallWindow, EligibilityCheck
from applications.questions.models import Question, Section
from applications.reviewing.models import Assignment, Criterion, Review, Reviewer, Score
from applications.selecting.models import Decision, FrozenDossier, Letter, Offer, Release, Seat

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
    "ReceiptKey",
    "ReceiptList",
    "Recusal",
    "Release",
    "Review",
    "Reviewer",
    "Score",
    "Seat",
    "Section",
    "Submission",
    "SubmitTicket",
]
