"""When a submit reached us: the stamp of its ticket, or else the database's time now."""

import uuid
from datetime import UTC, datetime

from django.db import connection

from accelerator import clock
from accelerator.models import User
from applications.applying.models import Application, SubmitTicket

_STAMP = f"""
    SELECT coalesce(
        (SELECT stamped_at FROM {SubmitTicket._meta.db_table}
         WHERE key = %s AND application_id = %s AND person_id = %s AND draft_version = %s AND settled_at IS NULL),
        ({clock.DATABASE_NOW}))
"""


def stamp_of(application: Application, by: User, draft_version: int, key: uuid.UUID) -> datetime:
    """One statement, before any lock. A ticket counts for the submit that it was written for, and for no other."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [key, application.pk, by.pk, draft_version])
        return cursor.fetchone()[0].astimezone(UTC)


def settle(key: uuid.UUID, application: Application, *, now: datetime, outcome: str) -> None:
    """The submit has come and was refused; the tick must not do what its person was told is not done."""
    ticket = SubmitTicket.objects.filter(pk=key, application=application, settled_at=None)
    ticket.update(settled_at=now, outcome=outcome)
