"""An application's life until the deadline: started, written, submitted, perhaps withdrawn, and then sealed.

A submission counts if the database stamped it before the deadline; `submit` is the one workflow function that takes no
`now`. Locks are always taken in this order: the call's window, then the application.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import clock, history, wording
from accelerator.files import storage
from accelerator.files.checking import CheckedFile
from accelerator.models import Startup, TeamMember, User
from accelerator.transitions import NotAllowed
from applications.applying import notices, receipts
from applications.applying.models import Application, Attachment, Submission
from applications.calls.models import Call, CallWindow
from applications.questions import questionnaire

SEALED_AFTER = timedelta(
    minutes=2
)  # beyond the deadline: a submit that was stamped in time has long been written


class TooLate(NotAllowed):
    """The deadline has passed."""


class Incomplete(NotAllowed):
    """Something is missing or wrong; `problems` says what."""

    def __init__(self, problems: list[questionnaire.Problem]):
        super().__init__(_("Some answers are missing or need a change."))
        self.problems = problems


class Outdated(NotAllowed):
    """The draft has changed since the person looked at it."""


# --- Starting -----------------------------------------------------------------------------------------
@transaction.atomic
def start(call: Call, *, by: User, now, name: str = "", startup: Startup | None = None) -> Application:
    """Begin an application, for one's own `startup` or for a new one called `name`.

    Asking twice for the same startup gives the same application.
    """
    if not call.window.is_open(now):
        raise NotAllowed(_("This call is not open for applications."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a double click waits here
    mine = Application.objects.of(by).filter(call=call)
    same = mine.filter(startup=startup) if startup else mine.filter(startup__name__iexact=name)
    if (known := same.first()) is not None:
        return known
    if startup is None:
        startup = Startup.objects.create(name=name, created_at=now)
        TeamMember.objects.create(startup=startup, user=by, is_owner=True, joined_at=now)
    filled = {
        question.key: value
        for question in call.questions.exclude(fills="")
        if (value := getattr(startup, question.fills))
    }
    application = Application.objects.create(
        call=call, startup=startup, answers=filled, started_by=by, started_at=now, saved_at=now
    )
    history.record("application.started", application, by=by, programme=call.programme, now=now)
    return application


# --- Writing ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Saved:
    """What became of a save. `conflicts`: key → the other person's answer, which was kept in the draft."""

    application: Application
    conflicts: dict


def fingerprint(answer) -> str:
    """A short sign of an answer, by which a page remembers what it was opened with."""
    return receipts.digest([answer])[:12] if answer not in (None, "", []) else ""


def fingerprints(answers: Mapping) -> dict[str, str]:
    return {key: mark for key, answer in answers.items() if (mark := fingerprint(answer))}


@transaction.atomic
def save_draft(
    application: Application,
    answers: Mapping,
    *,
    by: User,
    version: int,
    now,
    seen: Mapping[str, str] | None = None,
) -> Saved:
    """Keep these answers. Two people who write at once never overwrite each other silently.

    `seen` holds the fingerprints of the answers that the page was opened with. By them each answer is judged by itself:
    what only one of the two changed is kept, what both changed stays the other's and is reported as a conflict. Without
    them, everything that differs from a draft newer than `version` is one.
    """
    current = _lock_for_change(application, now)
    changed, conflicts = {}, {}
    for key, mine in answers.items():
        theirs = current.answers.get(key)
        if mine == theirs:
            continue
        if seen is None:
            opened_with, they_changed = None, version != current.draft_version
        else:
            opened_with = seen.get(key, "")
            they_changed = opened_with != fingerprint(theirs)
        if not they_changed:
            changed[key] = mine
        elif fingerprint(mine) != opened_with:
            conflicts[key] = theirs
    if changed:
        merged = {k: v for k, v in {**current.answers, **changed}.items() if v is not None}
        _write(current, now, answers=merged)
        _fill_startup(current, changed)
    return Saved(current, conflicts)


def attach_file(
    application: Application, question_key: str, checked: CheckedFile, *, by: User, now
) -> Attachment:
    """Keep an upload as the answer to a question. The file before it stays, for the versions that named it."""
    stored = storage.store(checked, startup=application.startup, by=by, now=now)
    try:
        with transaction.atomic():
            current = _lock_for_change(application, now)
            current.attachments.filter(question_key=question_key, replaced_at=None).update(replaced_at=now)
            attachment = Attachment.objects.create(
                application=current, question_key=question_key, file=stored
            )
            _write(current, now)
            history.record(
                "application.file_attached",
                current,
                by=by,
                programme=current.call.programme,
                now=now,
                question=question_key,
                file=stored.public_id,
                sha256=stored.sha256,
            )
    except NotAllowed:
        storage.discard(stored)
        raise
    return attachment


def _write(application: Application, now, **fields) -> None:
    application.draft_version += 1
    application.saved_at = now
    for name, value in fields.items():
        setattr(application, name, value)
    application.save(update_fields=["draft_version", "saved_at", *fields])


def _fill_startup(application: Application, changed: Mapping) -> None:
    """The startup's own columns follow the answers that fill them, where those are sound."""
    asked = [q for q in application.call.listed_questions if q.fills and changed.get(q.key) is not None]
    if columns := questionnaire.startup_columns(changed, asked):
        Startup.objects.filter(pk=application.startup_id).update(**columns)
        for name, value in columns.items():
            setattr(application.startup, name, value)


def _lock_for_change(application: Application, now) -> Application:
    """The application as it is now, locked; refused unless it may be changed."""
    current = _lock(application)
    if current.is_sealed or not current.call.window.is_open(now):
        raise TooLate(closed_sentence(current.call))
    if current.is_withdrawn:
        raise NotAllowed(_("This application is withdrawn. Reopen it to go on writing."))
    return current


def _lock(application: Application) -> Application:
    current = Application.objects.select_for_update().get(pk=application.pk)
    current.call, current.startup = application.call, application.startup
    return current


def closed_sentence(call: Call) -> str:
    return _("The call closed on %(deadline)s, so nothing can be changed any more.") % {
        "deadline": wording.deadline(call.window.closes_at, call.zone)
    }


# --- Submitting ---------------------------------------------------------------------------------------
def submit(
    application: Application, *, by: User, draft_version: int, idempotency_key: uuid.UUID
) -> Submission:
    """Make the draft an immutable, numbered version with a receipt. A repeat gets the first receipt again.

    The stamp is taken first, in a statement of its own and before any lock, so that waiting for somebody else's lock
    makes nobody late and a request that is still travelling gains nothing.
    """
    stamp = clock.database_now()
    try:
        return _submit(application, stamp, by, draft_version, idempotency_key)
    except TooLate as refusal:
        # Outside the transaction that was rolled back, so that the attempt stays on record.
        history.record(
            "application.refused_late",
            application,
            by=by,
            programme=application.call.programme,
            now=stamp,
            reason=str(refusal),
        )
        raise


@transaction.atomic
def _submit(application, stamp, by, draft_version, idempotency_key) -> Submission:
    window = _lock_window(application.call, "SHARE")
    current = _lock(application)
    versions = _versions_so_far(current)
    for earlier in versions:
        if earlier.idempotency_key == idempotency_key:
            return earlier
    if stamp >= window.closes_at or window.sealed_at or current.is_sealed:
        raise TooLate(_late_sentence(current.call, window, stamp))
    if stamp < window.opens_at:
        raise NotAllowed(_("This call is not open yet."))
    if current.is_withdrawn:
        raise NotAllowed(_("This application is withdrawn. Reopen it before you submit."))
    if draft_version != current.draft_version:
        raise Outdated(
            _("The draft has changed since you opened this page. Please read it again before you submit.")
        )
    questions, attached = current.call.listed_questions, attached_files(current)
    if problems := questionnaire.problems(current.answers, questions, attached):
        raise Incomplete(problems)

    number, previous = (versions[-1].number, versions[-1].content_hash) if versions else (0, "")
    content = receipts.content_of(
        current, questions, attached, number=number + 1, received_at=stamp, previous_hash=previous
    )
    version = Submission.objects.create(
        application=current,
        number=number + 1,
        content=content,
        content_hash=receipts.digest(content),
        previous_hash=previous,
        received_at=stamp,
        submitted_by=by,
        idempotency_key=idempotency_key,
    )
    current.move_to(Application.Status.SUBMITTED, submitted_at=stamp)
    history.record(
        "application.submitted",
        current,
        by=by,
        programme=current.call.programme,
        now=stamp,
        version=version.number,
        hash=version.content_hash,
    )
    notices.receipt(version)
    return version


def _versions_so_far(current: Application) -> list[Submission]:
    """Oldest first; whoever submits for the first time, as nearly everybody does near the deadline, has none."""
    if current.submitted_at is None:
        return []
    return list(current.submissions.only("number", "content_hash", "idempotency_key", "application"))


def _lock_window(call: Call, strength: str) -> CallWindow:
    """The call's window as it is now. Submits share it; sealing, or moving the deadline, has it alone."""
    columns = ", ".join(field.column for field in CallWindow._meta.concrete_fields)
    sql = f"SELECT {columns} FROM {CallWindow._meta.db_table} WHERE call_id = %s FOR {strength}"
    return CallWindow.objects.raw(sql, [call.pk])[0]


def _late_sentence(call: Call, window: CallWindow, stamp) -> str:
    return _("The call closed on %(deadline)s. This submit reached us at %(time)s, so it is too late.") % {
        "deadline": wording.deadline(window.closes_at, call.zone),
        "time": f"{stamp.astimezone(call.zone):%H:%M:%S.%f}",
    }


def attached_files(application: Application) -> dict:
    """Question key → the stored file that answers it now."""
    current = application.attachments.filter(replaced_at=None).select_related("file")
    return {attachment.question_key: attachment.file for attachment in current}


# --- Withdrawing --------------------------------------------------------------------------------------
@transaction.atomic
def withdraw(application: Application, *, by: User, reason: str = "", now) -> None:
    """Take an application out of the call. It can be reopened until the deadline."""
    current = _lock_for_change(application, now)
    current.move_to(Application.Status.WITHDRAWN)
    history.record(
        "application.withdrawn",
        current,
        by=by,
        programme=current.call.programme,
        now=now,
        reason=reason.strip(),
    )
    notices.withdrawn(current, by=by, now=now)


@transaction.atomic
def reopen(application: Application, *, by: User, now) -> None:
    """Make a withdrawn application a draft again. Versions submitted before stay, and count only after a new submit."""
    current = _lock(application)
    if current.is_sealed or not current.call.window.is_open(now):
        raise TooLate(closed_sentence(current.call))
    current.move_to(Application.Status.DRAFT)
    history.record("application.reopened", current, by=by, programme=current.call.programme, now=now)


# --- Sealing ------------------------------------------------------------------------------------------
@transaction.atomic
def seal_call(call: Call, *, now) -> bool:
    """Close a call's applications to any change and write down which versions count. True when it was done now.

    Run again at any later time it finds the same versions, because the stamps decided.
    """
    window = _lock_window(call, "UPDATE")
    if window.sealed_at or now < window.closes_at + SEALED_AFTER:
        return False
    call.applications.filter(sealed_at=None).update(sealed_at=now)
    counting = _versions_that_count(call)
    seal = receipts.digest(receipts.seal_list(call, counting))
    CallWindow.objects.filter(pk=window.pk).update(sealed_at=now, seal_hash=seal)
    history.record(
        "call.sealed", call, by=None, programme=call.programme, now=now, submissions=len(counting), hash=seal
    )
    return True


def _versions_that_count(call: Call) -> list[Submission]:
    """The last version of each submitted application."""
    return list(
        Submission.objects.filter(application__in=call.applications.submitted())
        .select_related("application")
        .defer("content")
        .order_by("application", "-number")
        .distinct("application")
    )
