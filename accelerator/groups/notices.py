"""The mails of a message to a group: one to each of its people, and tests to whoever writes it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.groups.audiences import Addressee, Group
from accelerator.groups.models import GroupMessage
from accelerator.messages import kinds, outbox, placeholders, reminders
from accelerator.messages.models import OutboxMessage
from accelerator.records.people import User

TO_GROUP = "accelerator.group_message"
TEST = "accelerator.group_message_test"
OF_USE = timedelta(days=7)
AT_ONCE = 50  # so many fall due together, so that other mails go in between
PAUSE = timedelta(seconds=10)

kinds.name_kinds(
    "accelerator",
    group_message=gettext_lazy("Message to a group"),
    group_message_test=gettext_lazy("Test of a message to a group"),
)


def to_each(message: GroupMessage) -> Iterator[reminders.Notice]:
    """To everybody of the group whom its sender may write to, as both are now."""
    assert message.sender is not None
    assert message.due_at is not None
    group = message.group(message.sender)
    if group is None:
        return
    useless_after = message.due_at + OF_USE
    for number, one in enumerate(group.people(message.sender)):
        yield reminders.Notice(
            TO_GROUP,
            key=f"{message.key}{one.person.pk}",
            to=one.person,
            programme=message.programme,
            about=one.about,
            version=str(message.pk),
            due_at=message.due_at + PAUSE * (number // AT_ONCE),
            useless_after=useless_after,
            context=partial(_context, message, group, one, message.sender),
        )


def _context(message: GroupMessage, group: Group, one: Addressee, sender: User) -> dict:
    return {
        "subject": placeholders.filled(message.subject, one.values),
        "text": placeholders.filled(message.text, one.values),
        "because": group.audience.because,
        "sender": sender,
    }


def in_words(message: GroupMessage, group: Group, one: Addressee, sender: User) -> tuple[str, str]:
    """Subject and text as this person will read them."""
    context = {"person": one.person, **_context(message, group, one, sender)}
    return outbox.in_words(TO_GROUP, context, message.programme)


def test(message: GroupMessage, group: Group, one: Addressee, *, to: User, now: datetime) -> None:
    """What this person would get, to whoever writes it. About the same object, so that nobody else reads it here."""
    subject, text = in_words(message, group, one, to)
    outbox.enqueue(
        TEST,
        key=f"group-test:{message.pk}:{to.pk}:{one.person.pk}:{now:%Y%m%dT%H%M%S%f}",
        to=to,
        words=(_("Test: %(subject)s") % {"subject": subject}, text),
        programme=message.programme,
        about=one.about,
        useless_after=now + timedelta(hours=1),
        now=now,
    )


@kinds.still_wanted(TO_GROUP)
def still_meant(mail: OutboxMessage) -> str:
    """Why a mail does not leave after all; asked again at the last moment."""
    message = GroupMessage.objects.select_related("sender").filter(pk=mail.version or 0).first()
    if message is None or message.status != GroupMessage.Status.PLANNED or message.sender is None:
        return _("It was held back.")
    group = message.group(message.sender)
    if group is None:
        return _("Whoever sent it may no longer write to this group.")
    if mail.recipient is None or not group.people(message.sender, mail.recipient):
        return _("This person is no longer in the group.")
    return ""
