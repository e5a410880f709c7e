"""When a planned message to a group leaves."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from accelerator.groups import notices
from accelerator.groups.models import GroupMessage
from accelerator.messages import reminders


def _planned(since: datetime, until: datetime):
    planned = GroupMessage.objects.filter(
        status=GroupMessage.Status.PLANNED, due_at__gt=since, due_at__lte=until
    )
    return planned.select_related("programme", "sender").order_by("due_at", "pk")


@reminders.moments(of=_planned)
def to_groups(message: GroupMessage, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    assert message.due_at is not None
    yield reminders.Moment(
        notices.TO_GROUP, about=message, due_at=message.due_at, notices=partial(notices.to_each, message)
    )
