"""The act itself: every line that was shown as new becomes an application, in one transaction, or none does."""

import uuid
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import Startup, TeamMember, User
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.applying import receipts, sealing
from applications.applying.locking import lock_window
from applications.applying.models import Answer, Application, Submission
from applications.calls import findings_version
from applications.calls.models import Call, CallWindow
from applications.importing import notices, planning, tables_kept
from applications.importing.models import ImportedApplication, TableToImport
from applications.importing.plans import PlannedLine
from applications.questions import form as call_form
from applications.reviewing.permissions import must_not_be_released

FIRST_VERSION = 1


def why_not(call: Call) -> str:
    """Why nothing can be imported into this call, as a sentence; "" where it can."""
    if call.is_released:
        return _("The decisions of this call are published, so no application comes in any more.")
    return ""


@transaction.atomic
def bring_in(stored: TableToImport, *, seen: str, by: User, now: datetime) -> int:
    """Import what the page said that would be imported; how many that were. `seen` is the fingerprint of its plan.

    Each becomes a submitted application of an owner who signs in with their address. Nobody is written to unless the table
    was read with `tells`. A call that was sealed is sealed anew.
    """
    call = stored.call
    findings_version.changed(call)
    window = lock_window(call, "UPDATE")
    call.window = window
    current = tables_kept.lock(stored)
    must_not_be_released(call)
    plan = planning.plan(current, by=by, now=now)
    if plan.fingerprint != seen:
        raise SomebodyWasFirst(
            _("What this table would bring is no longer what you read. Here it is as of now; read it again.")
        )
    if not plan.new:
        raise NotAllowed(_("There is nothing in this table to import."))
    made = [_application(current, line, by, now) for line in plan.new]
    _record(current, made, window, by, now)
    if window.sealed_at:
        CallWindow.objects.filter(pk=window.pk).update(sealed_at=None, seal_hash="")
        sealing.seal_call(call, now=now)
    if current.wishes.get("options", {}).get("tells"):
        for application in made:
            notices.imported(application, by=by, now=now)
    tables_kept.done(current, now=now)
    return len(made)


class _Owned(NamedTuple):
    owner: User
    startup: Startup


def _application(stored: TableToImport, line: PlannedLine, by: User, now: datetime) -> Application:
    call, received_at = stored.call, line.received_at or now
    owned = _startup(line, now)
    if Application.objects.filter(call=call, startup=owned.startup).exists():
        raise NotAllowed(
            _("Line %(number)d: %(startup)s has begun to apply this very moment. Look at the table again.")
            % {"number": line.number, "startup": owned.startup}
        )
    application = Application(
        call=call,
        startup=owned.startup,
        status=Application.Status.SUBMITTED,
        draft_version=FIRST_VERSION,
        submitted_draft_version=FIRST_VERSION,
        started_by=owned.owner,
        started_at=received_at,
        saved_at=received_at,
        submitted_at=received_at,
    )
    application.save(force_insert=True)
    said = line.said["answers"]
    Answer.objects.bulk_create(Answer.rows(application, said))
    application.answers = said
    content = receipts.content_of(
        application, call.listed_questions, {}, number=FIRST_VERSION, received_at=received_at
    )
    content["imported_at"] = receipts.stamp_text(now)
    Submission.objects.create(
        application=application,
        number=FIRST_VERSION,
        content=content,
        content_hash=receipts.digest(content),
        received_at=received_at,
        submitted_by=owned.owner,
        idempotency_key=uuid.uuid4(),
    )
    ImportedApplication.objects.create(
        application=application,
        call=call,
        their_id=line.said["their_id"],
        file_name=stored.name,
        line=line.number,
        by=by,
        at=now,
    )
    _fill_startup(application)
    return application


def _startup(line: PlannedLine, now: datetime) -> _Owned:
    """Its owner's own startup of this name, if there is one already; an account that is new has no password, and opens by
    a code to its address."""
    owner = _owner(line, now)
    startup = Startup.objects.of(owner).filter(name__iexact=line.name).first()
    if startup is None:
        startup = Startup.objects.create(name=line.name, created_at=now)
        TeamMember.objects.create(startup=startup, user=owner, is_owner=True, joined_at=now)
    return _Owned(owner, startup)


def _owner(line: PlannedLine, now: datetime) -> User:
    """Locked, as whoever begins an application is."""
    try:
        with transaction.atomic():
            if not User.objects.filter(email=line.email).exists():
                User.objects.create_user(line.email, name=line.said["owner"], joined_at=now)
    except IntegrityError:
        pass  # they signed up this very moment
    return User.objects.select_for_update(no_key=True).get(email=line.email)


def _fill_startup(application: Application) -> None:
    """Only what is empty: a startup that was here before knows better what it is."""
    startup = application.startup
    asked = [q for q in application.call.listed_questions if q.fills and q.key in application.answers]
    columns = call_form.startup_columns(application.answers, asked)
    missing = {name: value for name, value in columns.items() if not getattr(startup, name)}
    if missing:
        Startup.objects.filter(pk=startup.pk).update(**missing)


def _record(
    stored: TableToImport, made: list[Application], window: CallWindow, by: User, now: datetime
) -> None:
    call = stored.call
    history.record_each("application.imported", made, by=by, programme=call.programme, now=now)
    history.record(
        "call.applications_imported",
        call,
        by=by,
        programme=call.programme,
        now=now,
        name=stored.name,
        applications=len(made),
        sha256=stored.sha256,
        seal_before=window.seal_hash,
    )
