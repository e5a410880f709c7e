"""Who gets in: calls and their questions, applications and submissions, reviews, selection."""

from applications.applying.conflict_rows import Conflict
from applications.applying.consent_rows import ConsentChange
from applications.applying.extensions import Extension, ExtensionRequest, Incident
from applications.applying.models import (
    Answer,
    Application,
    Attachment,
    EarlierAnswer,
    Presence,
    ReceiptKey,
    ReceiptList,
    Recusal,
    Submission,
    SubmitTicket,
)
from applications.applying.questions_back import QuestionBack
from applications.calls.models import Call, CallReminder, CallWindow, EligibilityCheck
from applications.importing.models import ColumnMapping, ImportedApplication, TableToImport
from applications.lists.models import (
    ApplicationLabel,
    ApplicationNote,
    Charge,
    Label,
    SavedView,
    SubmittedWords,
)
from applications.questions.models import Question, Section
from applications.reviewing.models import (
    Assignment,
    AwaitedReviewer,
    Criterion,
    Review,
    Reviewer,
    ReviewVersion,
    Score,
)
from applications.reviewing.screening_rules import ScreeningRule
from applications.reviewing.sealed_rules import Amendment, SealedProtocol
from applications.selecting.acts import BoardAct, LetterVersion, NamedException, ProposedAct
from applications.selecting.models import Decision, FrozenDossier, Letter, Offer, OfferTerms, Release, Seat

__all__ = [
    "Amendment",
    "Answer",
    "Application",
    "ApplicationLabel",
    "ApplicationNote",
    "Assignment",
    "Attachment",
    "AwaitedReviewer",
    "BoardAct",
    "Call",
    "CallReminder",
    "CallWindow",
    "Charge",
    "ColumnMapping",
    "Conflict",
    "ConsentChange",
    "Criterion",
    "Decision",
    "EarlierAnswer",
    "EligibilityCheck",
    "Extension",
    "ExtensionRequest",
    "FrozenDossier",
    "ImportedApplication",
    "Incident",
    "Label",
    "Letter",
    "LetterVersion",
    "NamedException",
    "Offer",
    "OfferTerms",
    "Presence",
    "ProposedAct",
    "Question",
    "QuestionBack",
    "ReceiptKey",
    "ReceiptList",
    "Recusal",
    "Release",
    "Review",
    "ReviewVersion",
    "Reviewer",
    "SavedView",
    "Score",
    "ScreeningRule",
    "SealedProtocol",
    "Seat",
    "Section",
    "Submission",
    "SubmitTicket",
    "SubmittedWords",
    "TableToImport",
]
