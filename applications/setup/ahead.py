"""What a call will send: every line of its timeline, to whom each goes, and how it will read to each of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Model

from accelerator import clock
from accelerator.messages import outbox, reminders, subjects
from accelerator.messages.models import OutboxMessage
from accelerator.models import User
from applications.applying.models import Application
from applications.reviewing.models import Assignment, Reviewer
from applications.reviewing.sight import Sight

AHEAD = timedelta(days=400)


@dataclass(frozen=True)
class ToOne:
    """One mail that is ahead: planned, and made when its moment comes, or written already."""

    name: str
    about: str
    notice: reminders.Notice | None = None
    mail: int | None = None

    @property
    def object(self) -> Model | None:
        return self.notice.about if self.notice else None


@dataclass
class PlannedSending:
    """Everything of one kind that is due at one moment."""

    due_at: datetime
    kind: str
    mails: list[ToOne] = field(default_factory=list)

    @property
    def by_name(self) -> list[ToOne]:
        return sorted(self.mails, key=lambda one: (one.name.casefold(), one.about))


def lines(sight: Sight, reader: User, now: datetime) -> list[PlannedSending]:
    """In their order; without what rests on a conflict of the reader's."""
    found: dict[tuple[datetime, str], PlannedSending] = {}
    for due_at, kind, one in [*_planned(sight, now), *_written(sight, reader, now)]:
        found.setdefault((due_at, kind), PlannedSending(due_at, kind)).mails.append(one)
    return [found[key] for key in sorted(found)]


def _planned(sight: Sight, now: datetime) -> Iterator[tuple[datetime, str, ToOne]]:
    until = max(now, sight.call.window.deadline) + AHEAD
    for notice in reminders.planned_notices(now, until):
        if notice.programme == sight.call.programme and is_shown(notice.about, sight):
            one = ToOne(str(notice.to), str(notice.about), notice=notice)
            yield notice.due_at, notice.kind, one


def _written(sight: Sight, reader: User, now: datetime) -> Iterator[tuple[datetime, str, ToOne]]:
    waiting = subjects.readable_by(reader).filter(
        programme=sight.call.programme, status=OutboxMessage.Status.WAITING, due_at__gt=now
    )
    columns = ("due_at", "kind", "recipient__name", "to_email", "subject", "pk")
    for due_at, kind, name, address, subject, key in waiting.order_by().values_list(*columns):
        yield due_at, kind, ToOne(name or address, subject, mail=key)


def is_shown(about: Model | None, sight: Sight) -> bool:
    """Whether a reminder that is ahead rests on nothing that the reader has a conflict with: who is reminded of reviews
    tells how far a review has come."""
    if not sight.barred:
        return True
    if isinstance(about, Reviewer):
        unfinished = Assignment.objects.awaiting_review().of_eligible().filter(reviewer=about)
        return unfinished.exclude(application__in=sight.barred).exists()
    application = _application(about)
    if application is not None:
        return application.pk not in sight.barred
    startup = getattr(about, "startup", None)
    return startup is None or startup.pk not in _startups_of(sight)


def can_be_read(one: ToOne, sight: Sight) -> bool:
    """Whether its words may be shown. With a conflict only those about one other team: what is said to a reviewer, or to
    everybody, may rest on the application that is kept from the reader."""
    return not sight.barred or _application(one.object) is not None


def _application(about: Model | None) -> Application | None:
    return about if isinstance(about, Application) else getattr(about, "application", None)


def _startups_of(sight: Sight) -> set[int]:
    return set(Application.objects.filter(pk__in=sight.barred).values_list("startup_id", flat=True))


def in_words(notice: reminders.Notice) -> tuple[str, str]:
    """Subject and text as they would be if its moment were now and everything stood as it does. Nothing is kept of what
    is made on the way."""
    with clock.held(notice.due_at), transaction.atomic():
        words = outbox.in_words(notice.kind, {"person": notice.to, **notice.context()}, notice.programme)
        transaction.set_rollback(True)
    return words


def words_of(one: ToOne) -> tuple[str, str]:
    """Subject and text, of a planned mail as it would be now, else as it was written."""
    if one.notice:
        return in_words(one.notice)
    written = OutboxMessage.objects.filter(pk=one.mail or 0, is_secret=False)
    return written.values_list("subject", "text").first() or ("", "")
