"""The row lock under which everything about a call's selection changes.

Every change locks the call's row first, so that two managers, or an answer and an expiry, take turns; numbered seats
and unique constraints would stop a sixth even without.
"""

from django.utils.translation import gettext as _

from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.conflicts import must_have_none
from applications.reviewing.sight import must_leave_to_others


def locked(call: Call) -> Call:
    """The call, read again and locked until the end of the transaction."""
    return (
        Call.objects.select_for_update(no_key=True, of=("self",))
        .select_related("programme", "window")
        .get(pk=call.pk)
    )


def open_to_decisions(call: Call, by: User) -> Call:
    """The call, locked. Raises NotAllowed once its decisions are published, and for somebody with a conflict in it while
    others manage it without."""
    call = locked(call)
    if call.is_released:
        raise NotAllowed(_("The decisions of this call are published and can no longer be changed here."))
    must_leave_to_others(call, by)
    return call


def open_for(application: Application, by: User) -> Call:
    """The call of an application, locked. Raises NotAllowed when it is released, or nothing can be decided on it by this
    person."""
    call = open_to_decisions(application.call, by)
    must_have_none(by, application)
    if not Application.objects.sealed().filter(pk=application.pk).exists():
        raise NotAllowed(
            _("%(startup)s has withdrawn, or its call is still running.") % {"startup": application}
        )
    return call
