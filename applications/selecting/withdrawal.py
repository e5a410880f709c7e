"""Withdrawing an application that is sealed: possible after the deadline, until the call's decisions are published."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.applying.notices import withdrawn
from applications.calls import findings_version
from applications.reviewing.models import Assignment
from applications.selecting import notices
from applications.selecting.deciding import give_up_place
from applications.selecting.locking import locked
from applications.selecting.models import Decision


def why_not(application: Application) -> str:
    """Why a sealed application cannot be withdrawn, as a sentence; "" while it can."""
    if application.is_withdrawn:
        return _("This application is withdrawn already.")
    if not application.is_sealed:
        return _("The call of this application is not sealed yet.")
    if not application.is_submitted:
        return _("This application was not submitted, so it is not part of the selection.")
    if application.call.is_released:
        return _(
            "The decisions of this call are published, so an application can no longer be withdrawn. "
            "An offer can be declined on its own page."
        )
    return ""


@transaction.atomic
def withdraw_sealed(application: Application, *, by: User, reason: str = "", now: datetime) -> None:
    """Take a sealed application out of the selection, for good.

    Its seat or place in the reserve becomes free, its letter is not sent, and nobody is asked to read it any more;
    its reviews stay on record and do not count. Raises NotAllowed once the decisions are published.
    """
    call = locked(application.call)
    current = (
        Application.objects.select_for_update(of=("self",)).select_related("startup").get(pk=application.pk)
    )
    current.call = call
    if refusal := why_not(current):
        raise NotAllowed(refusal)
    findings_version.changed(call)
    current.move_to(Application.Status.WITHDRAWN, withdrawn_after_closing_at=now)
    decision = Decision.objects.filter(application=current).select_related("seat").first()
    give_up_place(current, now=now)
    Assignment.objects.filter(application=current, withdrawn_at=None).update(withdrawn_at=now)
    outcome: dict[str, Any] = {"outcome": decision.outcome} if decision else {}
    history.record(
        "application.withdrawn_after_closing",
        current,
        by=by,
        programme=call.programme,
        now=now,
        reason=reason.strip(),
        **outcome,
    )
    withdrawn(current, by=by, reason=reason.strip(), now=now)
    notices.withdrawn_after_closing(current, decision, by=by, reason=reason.strip(), now=now)
