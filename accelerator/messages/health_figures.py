"""How the outbox and the tick stand, for the health report."""

from django.db.models import Count, Min, Q

from accelerator import clock
from accelerator.messages.models import OutboxMessage, Trouble
from accelerator.watching import health


@health.figures
def of_the_outbox() -> dict[str, int]:
    """Messages that are due and unsent, and those that could not be delivered."""
    now, real = clock.now(), clock.real_now()
    due = OutboxMessage.objects.due(now).aggregate(
        oldest=Min("due_at"),
        waiting=Count("pk"),
        backing_off=Count("pk", filter=Q(attempts__gt=0, next_try_at__gt=real)),
    )
    age = (now - due["oldest"]).total_seconds() if due["oldest"] else 0
    return {
        "oldest_due_message_seconds": max(0, round(age)),
        "waiting_messages": due["waiting"],
        "messages_backing_off": due["backing_off"],
        "undelivered_messages": OutboxMessage.objects.filter(status=OutboxMessage.Status.DEAD).count(),
    }


@health.figures
def of_the_tick() -> dict[str, int]:
    """What the tick could not do."""
    return {"troubles": Trouble.objects.count()}
