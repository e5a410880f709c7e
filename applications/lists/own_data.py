"""How long what the lists keep is kept."""

from accelerator.privacy.classes import Keeping, kept_as

kept_as(
    Keeping.APPLICATION,
    "applications.SubmittedWords",
    "applications.ApplicationLabel",
    "applications.ApplicationNote",
    "applications.Charge",
)
kept_as(Keeping.PROGRAMME, "applications.Label")
kept_as(Keeping.ACCOUNT, "applications.SavedView")
