"""Emptying an application: its words and files go for good; the row, marks, decision and hashes stay.

So it goes when its time is over, and when the last of its team closes their account. What is sealed is emptied through
one function of the database, which alone the triggers let pass (migration 0027). What higher rooms keep of the startup,
they empty themselves:

    @emptying.startup_emptied
    def own_goals(startup, now): yield Emptied(_("goals"), 3)

and what packages above this one keep of the application: `@emptying.application_emptied`, of (application, now).
"""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.models import (
    Announcement,
    GroupMessage,
    HistoryEntry,
    OutboxMessage,
    Reading,
    Startup,
    StoredFile,
    TeamMember,
    User,
)
from accelerator.privacy import tombstones, words
from accelerator.privacy.certificates import Emptied
from accelerator.registry import Registry
from applications.applying.extensions import Extension, ExtensionRequest
from applications.applying.models import Application, Attachment, Recusal, SubmitTicket
from applications.applying.questions_back import QuestionBack
from applications.reviewing.audiences import ONE_TEAM
from applications.reviewing.models import Assignment, Review
from applications.selecting.acts import BoardAct, LetterVersion, NamedException, ProposedAct
from applications.selecting.models import Decision, Letter, Offer

GONE = "–"  # where the database wants some word
TOMBSTONE = "application"
startup_emptied = Registry()
application_emptied = Registry()


@transaction.atomic
def empty(application: Application, *, why: str, now: datetime, by: User | None = None) -> list[Emptied]:
    """Everything that somebody wrote in it or about it. `why` is "time" or "account". Doing it again does nothing."""
    current = (
        Application.objects.select_for_update(of=("self",))
        .select_related("startup", "call__programme")
        .get(pk=application.pk)
    )
    if current.emptied_at is not None:
        return []
    done = [*_submissions(current), *_writing(current), *_selection(current)]
    done += [one for package in application_emptied for one in package(current, now)]
    is_last = not current.startup.applications.filter(emptied_at=None).exclude(pk=current.pk).exists()
    if is_last:
        done += [one for room in startup_emptied for one in room(current.startup, now)]
    done += _said_elsewhere(current, is_last)
    if is_last:
        _forget_startup(current.startup)
    Application.objects.filter(pk=current.pk).update(emptied_at=now, eligibility_reason="")
    public_id = current.public_id
    transaction.on_commit(lambda: tombstones.set_up(TOMBSTONE, public_id, now))
    history.record("application.emptied", current, by=by, programme=current.call.programme, now=now, why=why)
    return done


def _submissions(application: Application) -> Iterator[Emptied]:
    hashes = tuple(application.submissions.values_list("content_hash", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT empty_application(%s)", [application.pk])
    yield Emptied(_("submitted versions"), len(hashes), hashes)


def _writing(application: Application) -> Iterator[Emptied]:
    yield Emptied(_("answers"), application.answer_rows.all().delete()[0])
    yield Emptied(_("earlier answers"), application.earlier_answers.all().delete()[0])
    yield Emptied(_("files"), empty_files(Attachment.objects.filter(application=application)))
    SubmitTicket.objects.filter(application=application).update(outcome="")
    asked = ExtensionRequest.objects.filter(application=application)
    yield Emptied(_("messages after the close"), asked.update(text="", answer=""))
    questions = QuestionBack.objects.filter(application=application)
    yield Emptied(_("questions about it and their answers"), questions.update(text="", answer=""))
    Extension.objects.filter(application=application).update(reason="")
    Recusal.objects.filter(application=application).update(reason="")
    application.present.all().delete()
    Reading.objects.filter(object_type=application._meta.label_lower, object_id=application.pk).delete()


def empty_files(attachments: models.QuerySet[Attachment]) -> int:
    """Nothing points at them any more; the hourly tidying deletes what nothing points at, and then its row."""
    files = list(attachments.values_list("file", flat=True))
    attachments.delete()
    StoredFile.objects.filter(pk__in=files).update(name="")
    return len(files)


def _selection(application: Application) -> Iterator[Emptied]:
    reviews = Review.objects.filter(assignment__application=application)
    comments = reviews.exclude(comment_for_panel="", comment_for_applicant="")
    yield Emptied(_("comments of reviewers"), comments.update(comment_for_panel="", comment_for_applicant=""))
    Assignment.objects.filter(application=application).update(**_reasons_of(Assignment))
    Decision.objects.filter(application=application).update(reason="")
    letters = Letter.objects.filter(application=application)
    LetterVersion.objects.filter(letter__in=letters).update(subject="", text="")
    yield Emptied(_("letters"), letters.update(subject="", text=""))
    ProposedAct.objects.filter(application=application).update(reason="", refusal="")
    NamedException.objects.filter(application=application).update(reason=GONE)
    Offer.objects.filter(application=application).update(accepted_name="", decline_reason="")
    _board_acts(application)


def _reasons_of(model: type[models.Model]) -> dict[str, str]:
    """Free words that this model may have beside what its own package fills."""
    return {field.name: "" for field in model._meta.concrete_fields if field.name.endswith("reason")}


def _board_acts(application: Application) -> None:
    """They keep decisions with their reasons, so that an act can be undone; that is long over."""
    key = str(application.pk)
    for act in BoardAct.objects.filter(
        Q(application=application) | Q(before__has_key=key) | Q(after__has_key=key)
    ):
        for side in (act.before, act.after):
            side.pop(key, None)
        act.letters = [] if act.application_id == application.pk else act.letters
        act.save(update_fields=["before", "after", "letters"])


def _said_elsewhere(application: Application, is_last: bool) -> Iterator[Emptied]:
    """Mails about it, and what the history says of it; with the last one of a startup, wherever its name stands."""
    startup = application.startup
    about = Q(object_type=Application._meta.label_lower, object_id=application.pk)
    for model in (Offer, Letter, Decision, Assignment, Recusal, ExtensionRequest, Extension, Attachment):
        rows = model._default_manager.filter(application=application)
        about |= Q(object_type=model._meta.label_lower, object_id__in=rows.values("pk"))
    reviews = Review.objects.filter(assignment__application=application)
    about |= Q(object_type=Review._meta.label_lower, object_id__in=reviews.values("pk"))
    to_team = GroupMessage.objects.filter(audience=ONE_TEAM, place_id=application.pk)
    about |= Q(object_type=GroupMessage._meta.label_lower, object_id__in=to_team.values("pk"))
    yield Emptied(_("mails about it"), words.empty_mails(OutboxMessage.objects.filter(about)))
    yield Emptied(_("messages to its team"), to_team.update(subject="", text=""))
    yield Emptied(_("reasons and values"), words.erase_words(HistoryEntry.objects.filter(about)))
    if is_last:
        names = [startup.name]
        of_programme = OutboxMessage.objects.filter(
            Q(programme=application.call.programme) | Q(programme=None)
        )
        yield Emptied(
            _("mails that name it"), words.replace_in_mails(of_programme, names, _startup_that_left())
        )
        to_groups = GroupMessage.objects.filter(programme=application.call.programme)
        named = words.replace_in_group_messages(to_groups, names, _startup_that_left())
        yield Emptied(_("messages to groups that name it"), named)
        announced = words.replace_in_announcements(
            Announcement.objects.filter(programme=application.call.programme), names, _startup_that_left()
        )
        yield Emptied(_("announcements that name it"), announced)
        of_call = words.entries_that_say(names).filter(programme=application.call.programme)
        yield Emptied(_("reasons and values"), words.erase_words(of_call))


def _startup_that_left() -> str:
    return _("A startup that left")


def _forget_startup(startup: Startup) -> None:
    empty_columns = {"website": "", "country": "", "one_line": "", "founded_year": None}
    Startup.objects.filter(pk=startup.pk).update(name=_startup_that_left(), **empty_columns)
    TeamMember.objects.filter(startup=startup).update(title="")


@tombstones.replays(TOMBSTONE)
def empty_anew(public_id: str, now: datetime) -> bool:
    """After a restore of a database from before."""
    application = Application.objects.filter(public_id=public_id, emptied_at=None).first()
    return bool(application and empty(application, why="time", now=now))
