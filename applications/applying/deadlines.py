"""Moving the window of a call: from when until when it takes applications.

This is the one way in which a window changes, whether from the dashboard or from a programme file. It holds the same
lock as sealing and submitting do, so that a call is either moved or sealed, and a submit is judged by one deadline.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history, wording
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying.locking import lock_window
from applications.calls.models import Call, CallWindow


class Sealed(NotAllowed):
    """The call is sealed: what counts was written down under its deadline."""


def fingerprint(window: CallWindow) -> str:
    """What a form remembers of the window that it showed."""
    return f"{window.opens_at.isoformat()}/{window.closes_at.isoformat()}"


@transaction.atomic
def move(
    call: Call,
    *,
    opens_at: datetime,
    closes_at: datetime,
    seen: str | None,
    reason: str = "",
    by: User | None,
    now: datetime,
) -> bool:
    """Open the call from `opens_at` until just before `closes_at`. True when that is a change.

    `seen` is the fingerprint of the window that the person looked at; None for a file, which names the whole state.
    Raises NotAllowed for a sealed call, an end that is no later than the opening, or a window that was changed since.
    """
    window = lock_window(call, "UPDATE")
    if (window.opens_at, window.closes_at) == (opens_at, closes_at):
        return False
    if window.sealed_at:
        raise Sealed(_("This call is sealed, so its window stands."))
    if seen is not None and seen != fingerprint(window):
        raise SomebodyWasFirst(_changed_meanwhile(call, window))
    if closes_at <= opens_at:
        raise NotAllowed(_("The call would close before it opens. Choose a later end."))
    history.record(
        "call.window_moved",
        call,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason.strip(),
        before=fingerprint(window),
        opens_at=opens_at.isoformat(),
        closes_at=closes_at.isoformat(),
    )
    # These two columns alone: a seal is never written over.
    CallWindow.objects.filter(pk=window.pk).update(opens_at=opens_at, closes_at=closes_at)
    call.window.opens_at, call.window.closes_at = opens_at, closes_at
    return True


def _changed_meanwhile(call: Call, window: CallWindow) -> str:
    return _(
        "Somebody else has moved the window meanwhile: it opens %(opens)s and is open until %(closes)s. Look at it again "
        "before you change it."
    ) % {
        "opens": wording.moment(window.opens_at, call.zone),
        "closes": wording.deadline(window.closes_at, call.zone),
    }
