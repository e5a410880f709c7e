"""The row lock under which everything about a call's selection changes.

Every change locks the call's row first, so that two managers, or an answer and an expiry, take turns; numbered seats
and unique constraints would stop a sixth even without.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from accelerator.models import User
from accelerator.transitions import NotAllowed, WrongValue
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.conflicts import must_have_none
from applications.reviewing.sight import Sight, must_leave_to_others
from applications.selecting.acts import NamedException


def locked(call: Call) -> Call:
    """The call, read again and locked until the end of the transaction."""
    return (
        Call.objects.select_for_update(no_key=True, of=("self",))
        .select_related("programme", "window")
        .get(pk=call.pk)
    )


def open_to_decisions(call: Call, by: User, *, reason: str | None = None) -> Call:
    """The call, locked. Raises NotAllowed once its decisions are published, and for somebody with a conflict in it while
    others can decide or confirm; where nobody can, it asks for a reason, and the act stands as an exception.

    `reason` is None for what only undoes one's own.
    """
    call = locked(call)
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published and can no longer be changed here."))
    must_leave_to_others(call, by)
    sight = Sight(by, call)
    if sight.proposes:
        raise NotAllowed(
            _(
                "You have a conflict of interest in this call: what you decide is a proposal until a chair confirms it."
            )
        )
    if sight.is_veiled and reason is not None and not reason.strip():
        raise WrongValue(
            "reason",
            _(
                "You have a conflict of interest in this call, and nobody without one is there to confirm what you decide. "
                "Say why it cannot wait: the reason goes on record, and the dossier counts the exception."
            ),
        )
    return call


def open_for(application: Application, by: User, *, reason: str | None, now: datetime) -> Call:
    """The call of an application, locked. Raises NotAllowed when it is released, or nothing can be decided on it by this
    person."""
    call = open_to_decisions(application.call, by, reason=reason)
    must_have_none(by, application)
    if reason is not None and Sight(by, call).is_veiled:
        name_exception(NamedException.Kind.IN_CONFLICT, call, application, reason=reason, by=by, now=now)
    if not Application.objects.sealed().filter(pk=application.pk).exists():
        raise NotAllowed(
            _("%(startup)s has withdrawn, or its call is still running.") % {"startup": application}
        )
    return call


def name_exception(
    kind: str,
    call: Call,
    application: Application | None = None,
    *,
    reason: str,
    by: User,
    confirmed_by: User | None = None,
    now: datetime,
) -> NamedException:
    """Keep that something went on although a rule stood against it. The caller has locked the call."""
    return NamedException.objects.create(
        call=call,
        application=application,
        kind=kind,
        reason=reason.strip(),
        by=by,
        confirmed_by=confirmed_by,
        at=now,
    )
