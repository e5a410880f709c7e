"""The act itself: every line that was shown as new becomes an application, in one transaction, or none does."""

import uuid
from datetime import datetime

from django.db import transaction
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
    # Those who submit to an open call share the lock and do not wait; nobody moves its deadline meanwhile.
    window = lock_window(call, "SHARE" if now < call.window.deadline else "UPDATE")
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
    made = _applications(current, plan.new, by, now)
    _record(current, made, window, by, now)
    if window.sealed_at:
        CallWindow.objects.filter(pk=window.pk).update(sealed_at=None, seal_hash="")
        sealing.seal_call(call, now=now)
    if current.wishes.get("options", {}).get("tells"):
        for application in made:
            notices.imported(application, by=by, now=now)
    tables_kept.done(current, now=now)
    return len(made)


def _applications(
    stored: TableToImport, lines: list[PlannedLine], by: User, now: datetime
) -> list[Application]:
    """All of them, in as few statements for a thousand as for one: submits of others wait meanwhile."""
    call = stored.call
    owners = _owners(lines, now)
    startups = _startups(call, lines, owners, now)
    made = [
        _made(call, line, startup, owners[line.email], now)
        for line, startup in zip(lines, startups, strict=True)
    ]
    Application.objects.bulk_create(made)
    Answer.objects.bulk_create([row for one in made for row in Answer.rows(one, one.answers)])
    Submission.objects.bulk_create([_version(one, now) for one in made])
    ImportedApplication.objects.bulk_create(
        [
            ImportedApplication(
                application=application,
                call=call,
                their_id=line.said["their_id"],
                file_name=stored.name,
                line=line.number,
                by=by,
                at=now,
            )
            for application, line in zip(made, lines, strict=True)
        ]
    )
    return made


def _owners(lines: list[PlannedLine], now: datetime) -> dict[str, User]:
    """By address, and locked, as whoever begins an application is. An account that is new has no password, and opens by a
    code to its address."""
    names = {line.email: line.said["owner"] for line in reversed(lines)}
    known = set(User.objects.filter(email__in=names).values_list("email", flat=True))
    new = [User(email=email, name=name, joined_at=now) for email, name in names.items() if email not in known]
    for one in new:
        one.set_unusable_password()
    User.objects.bulk_create(new, ignore_conflicts=True)  # somebody may sign up this very moment
    locked = User.objects.select_for_update(no_key=True).filter(email__in=names).order_by("pk")
    return {one.email: one for one in locked}


def _startups(call: Call, lines: list[PlannedLine], owners: dict[str, User], now: datetime) -> list[Startup]:
    """For each line its owner's own startup of this name, or a new one."""
    team = TeamMember.objects.filter(user__in=owners.values(), left_at=None).select_related("startup")
    known = {(one.user_id, one.startup.name.casefold()): one.startup for one in team.order_by("-pk")}
    applied = set(
        Application.objects.filter(call=call, startup__in=known.values()).values_list("startup", flat=True)
    )
    found: list[Startup] = []
    new: list[tuple[Startup, User]] = []
    for line in lines:
        owner, columns = owners[line.email], _columns(call, line)
        startup = known.get((owner.pk, line.name.casefold()))
        if startup is None:
            startup = Startup(**{**columns, "name": line.name, "created_at": now})
            new.append((startup, owner))
        elif startup.pk in applied:
            raise SomebodyWasFirst(
                _(
                    "Line %(number)d: %(startup)s has begun to apply this very moment. Look at the table again."
                )
                % {"number": line.number, "startup": startup}
            )
        else:
            _fill(startup, columns)
        found.append(startup)
    Startup.objects.bulk_create([startup for startup, _owner in new])
    TeamMember.objects.bulk_create(
        [TeamMember(startup=startup, user=owner, is_owner=True, joined_at=now) for startup, owner in new]
    )
    return found


def _columns(call: Call, line: PlannedLine) -> dict:
    """The startup's own columns that sound answers fill."""
    said = line.said["answers"]
    asked = [q for q in call.listed_questions if q.fills and q.key in said]
    return call_form.startup_columns(said, asked)


def _fill(startup: Startup, columns: dict) -> None:
    """Only what is empty: a startup that was here before knows better what it is."""
    missing = {name: value for name, value in columns.items() if not getattr(startup, name)}
    if missing:
        Startup.objects.filter(pk=startup.pk).update(**missing)


def _made(call: Call, line: PlannedLine, startup: Startup, owner: User, now: datetime) -> Application:
    received_at = line.received_at or now
    application = Application(
        call=call,
        startup=startup,
        status=Application.Status.SUBMITTED,
        draft_version=FIRST_VERSION,
        submitted_draft_version=FIRST_VERSION,
        started_by=owner,
        started_at=received_at,
        saved_at=received_at,
        submitted_at=received_at,
    )
    application.answers = line.said["answers"]
    return application


def _version(application: Application, now: datetime) -> Submission:
    """What the other tool held, with the moment at which it took it and that at which it came here."""
    received_at, questions = application.submitted_at, application.call.listed_questions
    assert received_at is not None
    content = receipts.content_of(application, questions, {}, number=FIRST_VERSION, received_at=received_at)
    content["imported_at"] = receipts.stamp_text(now)
    return Submission(
        application=application,
        number=FIRST_VERSION,
        content=content,
        content_hash=receipts.digest(content),
        received_at=received_at,
        submitted_by_id=application.started_by_id,
        idempotency_key=uuid.uuid4(),
    )


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
