"""The rows that are locked while an application or a call's window changes: always the window before the application."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.models import User
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


def lock_to_start(call: Call, person: User) -> bool:
    """Whether the call is a draft; it stays so, or stays opened, until this transaction ends. Those who start do not wait
    for each other, but whoever does it twice at once, as by a double click, waits for themselves."""
    sql = f"""
        SELECT call.is_draft
          FROM {Call._meta.db_table} call, {User._meta.db_table} person
         WHERE call.id = %s AND person.id = %s
           FOR KEY SHARE OF call FOR NO KEY UPDATE OF person
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [call.pk, person.pk])
        return bool(cursor.fetchone()[0])


def lock_to_submit(application: Application) -> Application:
    """The window of its call, shared, and then the application, for oneself: both as they are now. One statement, in which
    PostgreSQL takes the locks in the order of the last line."""
    window, own = CallWindow._meta, Application._meta
    columns = [f"own.{field.column}" for field in own.concrete_fields]
    columns += [f'beside.{field.column} AS "{_BESIDE}{field.attname}"' for field in window.concrete_fields]
    sql = f"""
        SELECT {", ".join(columns)}
          FROM {own.db_table} own JOIN {window.db_table} beside USING (call_id)
         WHERE own.id = %s
           FOR SHARE OF beside FOR UPDATE OF own
    """
    [current] = Application.objects.raw(sql, [application.pk])
    names = [field.attname for field in window.concrete_fields]
    values = [current.__dict__.pop(f"{_BESIDE}{name}") for name in names]
    current.call, current.startup = application.call, application.startup
    current.call.window = CallWindow.from_db(connection.alias, names, values)
    return current


_BESIDE = "window_"  # before the columns of the window, which an application has under the same names


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
