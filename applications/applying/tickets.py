"""Tickets: a submit that reached us in time is in, however long the rest of it takes or if the rest never comes.

Every button that submits carries a signed token that names the application, the person, the version of the draft
and the key of the submit. A press first sends the token, which is written with the database's time and nothing else;
the submit that follows bears the same key and gets that stamp. One ticket, one version: the key is that of the version
too, and the database keeps it unique. When no submit follows within a minute the tick makes the version, always before
the call is sealed. Without JavaScript there is no ticket, and the submit is stamped when its own turn comes.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accelerator import clock
from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying import submission
from applications.applying.models import Application, Submission, SubmitTicket

# Well before a call is sealed, which is two minutes after its deadline.
WAITS_FOR_SUBMIT = timedelta(minutes=1)
SALT = "slipway.submit-ticket"
_WRITE = f"""
    INSERT INTO {SubmitTicket._meta.db_table} (key, application_id, person_id, draft_version, stamped_at, outcome)
    SELECT %s::uuid, %s, %s, %s, ({clock.DATABASE_NOW}), ''
    ON CONFLICT (key) DO UPDATE SET key = excluded.key
    RETURNING stamped_at
"""


class NoTicket(Exception):
    """What was sent is no token of ours."""


def token(application: Application, person: User, *, key: uuid.UUID) -> str:
    return signing.dumps([str(key), application.pk, person.pk, application.draft_version], salt=SALT)


def write(given: str, execute: Callable[[str, tuple], Any]) -> tuple[str, datetime]:
    """Write the ticket that a token stands for; a repeat gets the first stamp. `execute` runs one statement of SQL."""
    try:
        key, *rest = signing.loads(given, salt=SALT, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature as problem:
        raise NoTicket(str(problem)) from None
    return key, execute(_WRITE, (key, *rest)).fetchone()[0]


def to_settle(now: datetime):
    """Those whose submit has had its time, each with whether it came."""
    had_their_time = SubmitTicket.objects.filter(settled_at=None, stamped_at__lte=now - WAITS_FOR_SUBMIT)
    same = {"application": OuterRef("application"), "idempotency_key": OuterRef("key")}
    found = had_their_time.annotate(has_version=Exists(Submission.objects.filter(**same)))
    return found.select_related("application__call__programme", "application__call__window", "person")


def settle(ticket: SubmitTicket, *, now: datetime) -> None:
    """When its submit never came: submit the version that it names, in the name of whoever pressed. When that cannot be
    done the ticket says why, as the person would have been told."""
    has_version = getattr(ticket, "has_version", False)  # what to_settle() found
    outcome = "" if has_version else _redeem(ticket)
    SubmitTicket.objects.filter(pk=ticket.pk).update(settled_at=now, outcome=outcome)


def _redeem(ticket: SubmitTicket) -> str:
    application = ticket.application
    if not Application.objects.of(ticket.person).filter(pk=application.pk).exists():
        return _("This person has left the team.")
    try:
        submission.submit(
            application,
            by=ticket.person,
            draft_version=ticket.draft_version,
            idempotency_key=ticket.key,
        )
    except NotAllowed as refusal:
        return str(refusal)
    return ""
