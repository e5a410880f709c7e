"""The rows that are locked while an application or a call's window changes: always the window before the application."""

from datetime import datetime

from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.calls.models import Call, CallWindow


class TooLate(NotAllowed):
    """The deadline has passed."""


def lock_window(call: Call, strength: str) -> CallWindow:
    """The call's window as it is now. Submits share the lock ("SHARE"); sealing or moving the deadline takes it for itself
    ("UPDATE")."""
    columns = ", ".join(str(field.column) for field in CallWindow._meta.concrete_fields)
    sql = f"SELECT {columns} FROM {CallWindow._meta.db_table} WHERE call_id = %s FOR {strength}"
    return CallWindow.objects.raw(sql, [call.pk])[0]


def lock_draft_state(call: Call) -> bool:
    """Whether the call is a draft; it stays so, or stays opened, until this transaction ends. Those who start do not wait
    for each other."""
    sql = f"SELECT id, is_draft FROM {Call._meta.db_table} WHERE id = %s FOR KEY SHARE"
    return Call.objects.raw(sql, [call.pk])[0].is_draft


def lock(application: Application) -> Application:
    current = Application.objects.select_for_update().get(pk=application.pk)
    current.call, current.startup = application.call, application.startup
    return current


def lock_for_change(application: Application, now: datetime) -> Application:
    """The application as it is now, locked; refused unless it may be changed."""
    current = lock(application)
    if not current.is_open(now):
        raise TooLate(closed_sentence(current))
    if current.is_withdrawn:
        raise NotAllowed(_("This application is withdrawn. Reopen it to go on writing."))
    return current


def closed_sentence(application: Application) -> str:
    return _("The call closed on %(deadline)s, so nothing can be changed any more.") % {
        "deadline": wording.deadline(application.deadline, application.call)
    }
