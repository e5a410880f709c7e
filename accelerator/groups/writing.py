"""Writing to a group: kept, tried on oneself, sent or planned, held, put aside, stopped."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accelerator import as_seen, history
from accelerator.groups import notices
from accelerator.groups.audiences import Addressee, Group
from accelerator.groups.models import GroupMessage
from accelerator.messages import outbox
from accelerator.messages.models import OutboxMessage
from accelerator.records.people import User
from accelerator.transitions import NotAllowed, WrongValue

Status = GroupMessage.Status
BEFORE_IT_LEAVES = timedelta(minutes=1)  # so long what is sent at once can be held
LONGEST_WAIT = timedelta(days=366)
TESTS_A_DAY = 60


@transaction.atomic
def write(group: Group, *, subject: str, text: str, by: User, now: datetime) -> GroupMessage:
    """Begin a message, as a draft."""
    message = GroupMessage.objects.create(
        programme=group.programme,
        audience=group.audience.name,
        place_id=group.place.pk,
        subject=subject,
        text=text,
        written_by=by,
        written_at=now,
    )
    history.record("groupmessage.written", message, by=by, programme=group.programme, now=now)
    return message


@transaction.atomic
def change(message: GroupMessage, *, subject: str, text: str, seen: str, by: User, now: datetime) -> None:
    """Give a draft other words. Raises SomebodyWasFirst where the page showed older ones."""
    before = {"subject": message.subject, "text": message.text}
    wanted = {"subject": subject, "text": text}
    changes = {name: (before[name], wanted[name]) for name in wanted if before[name] != wanted[name]}
    as_seen.must_be(message, seen, by=by)
    _must_be_draft(message)
    if not changes:
        return
    GroupMessage.objects.filter(pk=message.pk).update(**wanted)
    message.subject, message.text = subject, text
    history.record(
        "groupmessage.changed", message, by=by, programme=message.programme, now=now, changes=changes
    )


def test(message: GroupMessage, people: list[Addressee], *, by: User, now: datetime) -> int:
    """Send whoever presses what these people would get. Returns how many mails."""
    group = message.group(by)
    if group is None:
        raise NotAllowed(_("You may no longer write to this group."))
    since = now - timedelta(days=1)
    sent = OutboxMessage.objects.filter(kind=notices.TEST, recipient=by, created_at__gt=since).count()
    if sent + len(people) > TESTS_A_DAY:
        raise NotAllowed(_("That were many tests for one day. Go on tomorrow."))
    with transaction.atomic():
        for one in people:
            notices.test(message, group, one, to=by, now=now)
    return len(people)


@transaction.atomic
def plan(message: GroupMessage, *, at: datetime | None, seen: str, by: User, now: datetime) -> None:
    """Let it leave at a moment, or in a minute, in which it can be held. What the page did not show is not sent."""
    as_seen.must_be(message, seen, by=by)
    _must_be_draft(message)
    group = message.group(by)
    if group is None:
        raise NotAllowed(_("You may no longer write to this group."))
    if not group.people(by):
        raise NotAllowed(_("Nobody is in this group now."))
    if at is not None and at <= now:
        raise WrongValue("day", _("That moment is over. Choose a later one, or send it now."))
    if at is not None and at > now + LONGEST_WAIT:
        raise WrongValue("day", _("That is more than a year ahead."))
    if message.mails.exists():
        raise NotAllowed(_("Some of it has left already. Take its words for a new message."))
    due_at = at or now + BEFORE_IT_LEAVES
    message.move_to(Status.PLANNED, due_at=due_at, sender=by)
    history.record(
        "groupmessage.planned",
        message,
        by=by,
        programme=message.programme,
        now=now,
        changes={"due_at": (None, due_at)},
    )


@transaction.atomic
def hold(message: GroupMessage, *, by: User, now: datetime) -> None:
    """Take back that it leaves, until the moment has come; it is a draft again."""
    if message.has_left(now):
        raise NotAllowed(_("It has left. What is still under way can be stopped."))
    before = message.due_at
    message.move_to(Status.DRAFT, due_at=None, sender=None)
    history.record(
        "groupmessage.held",
        message,
        by=by,
        programme=message.programme,
        now=now,
        changes={"due_at": (before, None)},
    )


@transaction.atomic
def drop(message: GroupMessage, *, by: User, now: datetime) -> None:
    """Put a draft aside; it can be taken up again."""
    message.move_to(Status.DROPPED)
    history.record("groupmessage.dropped", message, by=by, programme=message.programme, now=now)


@transaction.atomic
def take_up(message: GroupMessage, *, by: User, now: datetime) -> None:
    """Go on with what was put aside."""
    if message.status != Status.DROPPED:
        raise NotAllowed(_("It is not put aside."))
    message.move_to(Status.DRAFT)
    history.record("groupmessage.taken_up", message, by=by, programme=message.programme, now=now)


@transaction.atomic
def stop(message: GroupMessage, *, by: User, now: datetime) -> int:
    """Withdraw the mails that have not gone out. Returns how many."""
    stopped = outbox.cancel(message.mails, reason=_("Stopped by %(who)s.") % {"who": by})
    if stopped:
        history.record(
            "groupmessage.stopped", message, by=by, programme=message.programme, now=now, mails=stopped
        )
    return stopped


def how_it_goes(mails) -> dict[str, int]:
    """How many of these mails were delivered, wait, failed, or did not leave after all."""
    outcome = OutboxMessage.Status
    return mails.aggregate(
        whole=Count("pk"),
        sent=Count("pk", filter=Q(status=outcome.SENT)),
        waiting=Count("pk", filter=Q(status__in=[outcome.WAITING, outcome.SENDING, outcome.HELD])),
        failed=Count("pk", filter=Q(status=outcome.DEAD)),
        left_out=Count("pk", filter=Q(status__in=[outcome.SKIPPED, outcome.CANCELLED])),
    )


def _must_be_draft(message: GroupMessage) -> None:
    message.refresh_from_db()
    if not message.is_editable:
        raise NotAllowed(_("It is no longer being written. Hold it first."))
