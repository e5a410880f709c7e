"""Acts of a manager in somebody's place: each says why, the history keeps both, and those concerned read it."""

from django.db import models
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.records.history import HistoryEntry
from accelerator.transitions import WrongValue


def must_say_why(reason: str) -> None:
    if not reason.strip():
        raise WrongValue("on_behalf", _("Say why you do this in their place. Everybody concerned reads it."))


def details(reason: str) -> dict:
    """What the history keeps of an act in somebody's place; nothing of any other."""
    return {"reason": reason, "on_behalf": True} if reason else {}


def acts_about(about: models.Model) -> list[dict]:
    """What was done to this object in somebody's place, the latest first: at, by, what, reason."""
    entries: models.QuerySet[HistoryEntry] = history.of(about).filter(details__on_behalf=True)
    return [
        {
            "at": entry.happened_at,
            "by": entry.actor,
            "what": history.in_words(entry),
            "reason": entry.reason,
        }
        for entry in entries
    ]
