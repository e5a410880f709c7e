"""Who hears of an answer, and the answer to it."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.messages import kinds, outbox, subjects
from accelerator.messages.models import OutboxMessage
from accelerator.records.people import Role, User
from accelerator.threads.models import Reply

REPLY_CAME = "accelerator.reply_came"
ANSWER = "accelerator.answer"

kinds.name_kinds(
    "accelerator",
    answer=gettext_lazy("Answer of a manager"),
    reply_came=gettext_lazy("Somebody wrote back"),
)


def reply_came(reply: Reply, *, now: datetime) -> None:
    """To the managers who may read the mail that it answers. Its words stay in the dashboard."""
    message = reply.message
    assert message.programme is not None
    roles = Role.objects.live().filter(programme=message.programme, kind=Role.Kind.MANAGER)
    for role in roles.select_related("user"):
        if subjects.readable_by(role.user).filter(pk=message.pk).exists():
            outbox.enqueue(
                REPLY_CAME,
                key=f"reply-came:{reply.pk}:{role.user_id}",
                to=role.user,
                context={"url": outbox.absolute(reverse("threads:reply_page", args=[reply.public_id]))},
                programme=message.programme,
                about=subjects.object_of(message),
                version=str(reply.pk),
                now=now,
            )


@kinds.still_wanted(REPLY_CAME)
def still_waits(mail: OutboxMessage) -> str:
    reply = Reply.objects.filter(pk=mail.version or 0).first()
    return "" if reply and reply.settled_at is None else _("It was settled in the meantime.")


def answer(reply: Reply, text: str, *, by: User, now: datetime) -> None:
    """To the person who wrote, about the same thing."""
    message = reply.message
    assert message.recipient is not None
    subject, words = outbox.in_words(
        ANSWER,
        {"person": message.recipient, "before": message.subject, "text": text, "by": by},
        message.programme,
    )
    outbox.enqueue(
        ANSWER,
        key=f"answer:{reply.pk}:{now:%Y%m%dT%H%M%S%f}",
        to=message.recipient,
        words=(subject, words),
        programme=message.programme,
        about=subjects.object_of(message),
        now=now,
    )
