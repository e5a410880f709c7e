"""A founder's word after the close: what went wrong, or that more time is needed. It is kept, and a manager answers it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying import deadlines, notices
from applications.applying.extensions import ExtensionRequest
from applications.applying.locking import lock
from applications.applying.models import Application

MOST = 3  # of one application; by then a mail to the contact is the better way


def may_ask(application: Application, now: datetime) -> bool:
    """After the deadline, until the answers are out; the next message only once the one before is answered."""
    if application.is_withdrawn or application.call.is_released or now < application.deadline:
        return False
    sent = list(application.extension_requests.all())
    return len(sent) < MOST and not any(request.is_waiting for request in sent)


@transaction.atomic
def ask(application: Application, *, text: str, by: User, now: datetime) -> ExtensionRequest:
    """Write to the managers from the closed page; they are told at once."""
    current = lock(application)
    if not may_ask(current, now):
        raise NotAllowed(
            _("You can write from here once the call is closed, and again once we have answered you.")
        )
    request = ExtensionRequest.objects.create(application=current, text=text.strip(), by=by, at=now)
    history.record(
        "application.more_time_asked",
        current,
        by=by,
        programme=current.call.programme,
        now=now,
        request=request.pk,
    )
    notices.more_time_asked(request, now=now)
    return request


@transaction.atomic
def grant(request: ExtensionRequest, *, until: datetime, by: User, now: datetime) -> None:
    """Yes: this application has time until then. Its team hears of it as of every extension."""
    application = request.application
    deadlines.extend(
        application.call, [application], until=until, reason=_("You asked us for it."), by=by, now=now
    )
    request.move_to(ExtensionRequest.Status.GRANTED, answered_by=by, answered_at=now)


@transaction.atomic
def decline(request: ExtensionRequest, *, answer: str, by: User, now: datetime) -> None:
    """No, in words that the team is sent."""
    if not answer.strip():
        raise NotAllowed(_("Tell them why: an answer without words is none."))
    request.move_to(ExtensionRequest.Status.DECLINED, answer=answer.strip(), answered_by=by, answered_at=now)
    application = request.application
    history.record(
        "application.more_time_declined",
        application,
        by=by,
        programme=application.call.programme,
        now=now,
        request=request.pk,
    )
    notices.more_time_declined(request, now=now)
