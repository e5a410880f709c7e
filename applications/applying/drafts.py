"""An application while it is written: started, saved, given its files. Nothing here counts until it is submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.files import checking, storage
from accelerator.models import Startup, TeamMember, User
from accelerator.transitions import NotAllowed
from applications.applying import receipts
from applications.applying.locking import lock_for_change
from applications.applying.models import Application, Attachment
from applications.calls.models import Call
from applications.questions import form as call_form


# --- Starting -----------------------------------------------------------------------------------------
@transaction.atomic
def start(
    call: Call, *, by: User, now: datetime, name: str = "", startup: Startup | None = None
) -> Application:
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
    """What became of a save. `conflicts`: key → the other person's answer, which was kept in the draft; `writes`: by how
    much it raised the draft's version."""

    application: Application
    conflicts: dict
    writes: int = 0


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
    now: datetime,
    seen: Mapping[str, str] | None = None,
) -> Saved:
    """Keep these answers. Two people who write at once never overwrite each other silently.

    `seen` holds the fingerprints of the answers that the page was opened with. By them each answer is judged by itself:
    what only one of the two changed is kept, what both changed stays the other's and is reported as a conflict. Without
    them, everything that differs from a draft newer than `version` is one.
    """
    current = lock_for_change(application, now)
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
    return Saved(current, conflicts, writes=int(bool(changed)))


def attach_file(
    application: Application, question_key: str, checked: checking.CheckedFile, *, by: User, now: datetime
) -> Attachment:
    """Keep an upload as the answer to a question. The file before it stays, for the versions that named it."""
    stored = storage.store(checked, startup=application.startup, by=by, now=now)
    try:
        with transaction.atomic():
            current = lock_for_change(application, now)
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


def _write(application: Application, now: datetime, **fields) -> None:
    application.draft_version += 1
    application.saved_at = now
    for name, value in fields.items():
        setattr(application, name, value)
    application.save(update_fields=["draft_version", "saved_at", *fields])


def _fill_startup(application: Application, changed: Mapping) -> None:
    """The startup's own columns follow the answers that fill them, where those are sound."""
    asked = [q for q in application.call.listed_questions if q.fills and changed.get(q.key) is not None]
    if columns := call_form.startup_columns(changed, asked):
        Startup.objects.filter(pk=application.startup_id).update(**columns)
        for name, value in columns.items():
            setattr(application.startup, name, value)


def attached_files(application: Application) -> dict:
    """Question key → the stored file that answers it now."""
    current = application.attachments.filter(replaced_at=None).select_related("file")
    return {attachment.question_key: attachment.file for attachment in current}
