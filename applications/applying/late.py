"""Whoever came after the deadline stays on record, with what was tried and what they were told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accelerator import history
from accelerator.models import HistoryEntry, User
from applications.applying.locking import TooLate
from applications.applying.models import Application

CHANGE = "application.change_refused_late"
ATTEMPTS = ("application.refused_late", CHANGE)  # a submit; a save or an upload
SUBMIT, SAVE, UPLOAD = _("Submit"), _("Save"), _("Upload")


@contextmanager
def on_record(
    application: Application, *, by: User, now: datetime, file: str = "", is_sent: bool = False
) -> Iterator[None]:
    """Outside the transaction of what is tried, which is rolled back when it comes too late.

    With `is_sent` it was a press of Submit, whose answers are saved first.
    """
    try:
        yield
    except TooLate as refusal:
        history.record(
            "application.change_refused_late",
            application,
            by=by,
            programme=application.call.programme,
            now=now,
            reason=str(refusal),
            name=file,
            is_sent=is_sent,
        )
        raise


def what(attempt: HistoryEntry) -> str:
    """What somebody tried."""
    if attempt.action != CHANGE:
        return str(SUBMIT)
    if attempt.details.get("is_sent"):
        return str(SUBMIT)
    file = attempt.name or attempt.details.get("file")
    return f"{UPLOAD}: {file}" if file else str(SAVE)
