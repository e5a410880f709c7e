"""Taking an application out of a call that is open, and back in. A sealed one is withdrawn in the selecting package."""

from datetime import datetime

from django.db import transaction

from accelerator import history
from accelerator.models import User
from applications.applying import notices
from applications.applying.locking import TooLate, closed_sentence, lock, lock_for_change
from applications.applying.models import Application


@transaction.atomic
def withdraw(application: Application, *, by: User, reason: str = "", now: datetime) -> None:
    """Take an application out of the call. It can be reopened until the deadline."""
    current = lock_for_change(application, now)
    current.move_to(Application.Status.WITHDRAWN)
    history.record(
        "application.withdrawn",
        current,
        by=by,
        programme=current.call.programme,
        now=now,
        reason=reason.strip(),
    )
    notices.withdrawn(current, by=by, reason=reason.strip(), now=now)


@transaction.atomic
def reopen(application: Application, *, by: User, reason: str = "", now: datetime) -> None:
    """Make a withdrawn application a draft again. Versions submitted before stay, and count only after a new submit."""
    current = lock(application)
    if not current.is_open(now):
        raise TooLate(closed_sentence(current))
    current.move_to(Application.Status.DRAFT, withdrawn_after_closing_at=None)
    history.record(
        "application.reopened",
        current,
        by=by,
        programme=current.call.programme,
        now=now,
        reason=reason.strip(),
    )
