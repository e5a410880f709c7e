"""An application while it is written: started, saved, given its files. Nothing here counts until it is submitted."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter

from django.db import connection, transaction
from django.db.models import Exists, Model, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accelerator import at_once, history
from accelerator.files import checking, quota, storage
from accelerator.models import Role, Startup, StoredFile, TeamMember, User
from accelerator.transitions import NotAllowed
from applications.applying import late, receipts
from applications.applying.locking import lock_for_change, lock_to_start
from applications.applying.models import (
    Answer,
    Application,
    Attachment,
    EarlierAnswer,
    Submission,
    readable_otherwise,
)
from applications.applying.rules import is_worth_keeping, size
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
    if not call.window.is_open(now) or lock_to_start(call, by):
        raise NotAllowed(_("This call is not open for applications."))
    mine = Application.objects.of(by).filter(call=call)
    same = mine.filter(startup=startup) if startup else mine.filter(startup__name__iexact=name)
    if (known := same.first()) is not None:
        return known
    if could_read(call, by):
        raise NotAllowed(
            _(
                "You could read what others have submitted to this call, because of your role in the programme. So you "
                "cannot apply to it yourself."
            )
        )
    new: list[Model] = []
    if startup is None:
        startup = Startup(name=name, created_at=now)
        new = [startup, TeamMember(startup=startup, user=by, is_owner=True, joined_at=now)]
    filled = {
        question.key: value
        for question in call.listed_questions
        if question.fills and (value := getattr(startup, question.fills))
    }
    application = Application(call=call, startup=startup, started_by=by, started_at=now, saved_at=now)
    # No ranking can rest on a team that has only begun, so nothing has to hear of its member.
    at_once.insert(*new, application, *Answer.rows(application, filled))
    history.record("application.started", application, by=by, programme=call.programme, now=now)
    return application


def could_read(call: Call, person: User) -> bool:
    """Whether somebody could read submissions of others: as a manager since the first came in, also one whose role has
    ended by now, or as a reviewer."""
    came_in = Submission.objects.filter(application__call=call)
    first = came_in.order_by("received_at").values("received_at")[:1]
    managed = Role.objects.filter(user=person, programme=call.programme_id, kind=Role.Kind.MANAGER)
    could = Q(Exists(managed.filter(Q(ended_at=None) | Q(ended_at__gt=Subquery(first)))))
    submitted = Application.objects.filter(call=call).submitted()
    for ids_for in readable_otherwise:
        could |= Q(Exists(submitted.filter(pk__in=ids_for(person))))
    return Call.objects.filter(Exists(came_in), could, pk=call.pk).exists()


# --- Writing ------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Saved:
    """What became of a save.

    `agreed`: keys whose answer now stands as it was sent. `conflicts`: key → the answer of somebody else, which stands
    in the draft. In neither is what the person did not change and somebody else did.
    """

    application: Application
    agreed: set[str]
    conflicts: dict[str, Answer]
    rows: dict[str, Answer]  # key → each answer of the draft as it stands now, with its author
    writes: int = 0  # by how much it raised the draft's version


def mark(value) -> str:
    """A short sign of an answer, by which a page names the text that it shows; "" for none."""
    return receipts.digest([value])[:12] if size(value) else ""


def marks(answers: Mapping) -> dict[str, str]:
    return {key: mark(value) for key, value in answers.items()}


def save_draft(
    application: Application,
    answers: Mapping,
    *,
    by: User,
    now: datetime,
    version: int = 0,
    seen: Mapping[str, str] | None = None,
    keeps_all: bool = False,
    is_sent: bool = False,
) -> Saved:
    """Keep these answers (key → value, None for an emptied one). No text of somebody else is overwritten unseen.

    `seen` holds the marks of the texts that the page showed. By them each answer is judged by itself: what only one of
    two people changed is kept; where both did, the text that was saved first stands, the other is set aside, and the
    caller learns of the conflict. Without marks, everything that was changed after the draft's `version` is one.
    With `keeps_all`, every text that gives way becomes an earlier version. `is_sent` says that the same press submits.
    """
    with late.on_record(application, by=by, now=now, is_sent=is_sent):
        return _save(application, answers, by, now, version, seen, keeps_all)


@transaction.atomic
def _save(
    application: Application,
    answers: Mapping,
    by: User,
    now: datetime,
    version: int,
    seen: Mapping[str, str] | None,
    keeps_all: bool,
) -> Saved:
    current = lock_for_change(application, now)
    rows = {answer.key: answer for answer in current.answer_rows.select_related("by")}
    before = {key: row.value for key, row in rows.items()}
    agreed: set[str] = set()
    changed: dict = {}
    conflicts: dict[str, Answer] = {}
    for key, mine in answers.items():
        row = rows.get(key)
        theirs = row.value if row else None
        if mine == theirs or not (size(mine) or size(theirs)):
            agreed.add(key)
            continue
        if seen is None:
            they_changed, i_changed = row is not None and row.version > version, True
        else:
            shown = seen.get(key, "")
            they_changed, i_changed = row is not None and shown != mark(theirs), shown != mark(mine)
        if row is None or not they_changed:
            changed[key] = mine
        elif i_changed:
            conflicts[key] = row
    if changed:
        _write(current, now, *_fill_startup(current, changed))
        rows |= _write_answers(current, rows, changed, by=by, now=now, keeps_all=keeps_all)
        current.answers = {key: value for key, value in (before | changed).items() if value is not None}
    _set_aside(current, {key: answers[key] for key in conflicts}, by=by, now=now)
    return Saved(current, agreed | set(changed), conflicts, rows, writes=int(bool(changed)))


def bring_back(earlier: EarlierAnswer, *, seen: str, by: User, now: datetime) -> Saved:
    """Make an earlier text the answer again, where the person has seen what stands there now (its mark)."""
    with late.on_record(earlier.application, by=by, now=now):
        return _bring_back(earlier, seen, by, now)


@transaction.atomic
def _bring_back(earlier: EarlierAnswer, seen: str, by: User, now: datetime) -> Saved:
    application, key = earlier.application, earlier.key
    saved = _save(application, {key: earlier.value}, by, now, version=0, seen={key: seen}, keeps_all=True)
    if saved.writes:
        history.record(
            "application.answer_brought_back",
            application,
            by=by,
            programme=application.call.programme,
            now=now,
            question=key,
        )
    return saved


def _write_answers(
    current: Application,
    rows: Mapping[str, Answer],
    changed: Mapping,
    *,
    by: User,
    now: datetime,
    keeps_all: bool,
) -> dict[str, Answer]:
    """Each changed answer with its author; what is worth keeping of the texts before becomes an earlier version."""
    earlier, written = [], []
    for key, value in changed.items():
        row = rows.get(key)
        opened_at = now
        if row is not None and size(row.value):
            was_submitted = row.version <= (current.submitted_draft_version or 0)
            same_author = row.by_id == by.pk
            if keeps_all or is_worth_keeping(
                row.value,
                value,
                same_author=same_author,
                opened_at=row.opened_at,
                now=now,
                was_submitted=was_submitted,
            ):
                earlier.append(
                    EarlierAnswer(application=current, key=key, value=row.value, by=row.by, at=row.at)
                )
            else:
                opened_at = row.opened_at
        written.append(
            Answer(
                application=current,
                key=key,
                value=value,
                version=current.draft_version,
                by=by,
                opened_at=opened_at,
                at=now,
            )
        )
    if earlier:
        EarlierAnswer.objects.bulk_create(earlier)
    Answer.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["application", "key"],
        update_fields=["value", "version", "by", "opened_at", "at"],
    )
    return {answer.key: answer for answer in written}


def _set_aside(current: Application, texts: Mapping, *, by: User, now: datetime) -> None:
    """Texts that met somebody else's are kept too, each once, so that a closed page costs nobody a word."""
    for key, value in texts.items():
        if size(value) and not current.earlier_answers.filter(key=key, value=value).exists():
            EarlierAnswer.objects.create(
                application=current, key=key, value=value, by=by, at=now, was_set_aside=True
            )


def attach_file(
    application: Application, question_key: str, checked: checking.CheckedFile, *, by: User, now: datetime
) -> Attachment:
    """Keep an upload as the answer to a question. The file before it stays, for the versions that named it."""
    startup = application.startup
    with transaction.atomic():
        quota.hold(startup)
        quota.check(startup, checked.size, now)
        stored = storage.store(checked, startup=startup, by=by, now=now)
    try:
        with late.on_record(application, by=by, now=now, file=stored.name):
            return _attach(application, question_key, stored, by, now)
    except NotAllowed:
        storage.discard(stored)
        raise


@transaction.atomic
def _attach(
    application: Application, question_key: str, stored: StoredFile, by: User, now: datetime
) -> Attachment:
    current = lock_for_change(application, now)
    before = current.attachments.filter(question_key=question_key, replaced_at=None)
    _write(current, now, (before, {"replaced_at": now}))
    attachment = Attachment.objects.create(application=current, question_key=question_key, file=stored)
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
    return attachment


def _write(application: Application, now: datetime, *besides: tuple[QuerySet, dict]) -> None:
    """The draft's next version, with what else changes."""
    application.draft_version += 1
    application.saved_at = now
    own = {"draft_version": application.draft_version, "saved_at": now}
    at_once.update(*besides, (Application.objects.filter(pk=application.pk), own))


def _fill_startup(application: Application, changed: Mapping) -> list[tuple[QuerySet, dict]]:
    """The startup's own columns follow the answers that fill them, where those are sound: what is to be written."""
    asked = [q for q in application.call.listed_questions if q.fills and changed.get(q.key) is not None]
    columns = call_form.startup_columns(changed, asked)
    for name, value in columns.items():
        setattr(application.startup, name, value)
    return [(Startup.objects.filter(pk=application.startup_id), columns)] if columns else []


# --- Reading ------------------------------------------------------------------------------------------
def read_contents(application: Application) -> dict:
    """Read its answers and its files, in one query: the files as `attached_files` gives them."""
    names, sql = _contents()
    with connection.cursor() as cursor:
        cursor.execute(sql, [application.pk, application.pk])
        rows = sorted(cursor.fetchall(), key=itemgetter(0))
    application.answers = {key: json.loads(value) for _pk, key, value, *_rest in rows if value is not None}
    files = [
        (key, replaced_at, StoredFile.from_db(connection.alias, names, file))
        for _pk, key, value, replaced_at, *file in rows
        if value is None
    ]
    return _by_question(reversed(files))


@cache
def _contents() -> tuple[list[str], str]:
    """Written once by each process: the ORM takes longer to write two of these than PostgreSQL to answer them."""
    fields = StoredFile._meta.concrete_fields
    file = ", ".join(f"file.{field.column}" for field in fields)
    no_file = ", ".join("NULL" for _field in fields)
    sql = f"""
        SELECT own.id, own.question_key, NULL::jsonb, own.replaced_at, {file}
          FROM {Attachment._meta.db_table} own JOIN {StoredFile._meta.db_table} file ON file.id = own.file_id
         WHERE own.application_id = %s
        UNION ALL
        SELECT id, key, value, NULL, {no_file}
          FROM {Answer._meta.db_table}
         WHERE application_id = %s AND value IS NOT NULL
    """
    return [field.attname for field in fields], sql


def attached_files(application: Application) -> dict:
    """Question key → the stored file that answers it now, with the `earlier` ones that it took the place of."""
    attachments = application.attachments.select_related("file").order_by("-pk")
    return _by_question((one.question_key, one.replaced_at, one.file) for one in attachments)


def _by_question(newest_first: Iterable[tuple[str, datetime | None, StoredFile]]) -> dict:
    current, earlier = {}, defaultdict(list)
    for key, replaced_at, file in newest_first:
        if replaced_at is None:
            current[key] = file
        else:
            earlier[key].append(file)
    for key, file in current.items():
        file.earlier = tuple(earlier[key])
    return current
