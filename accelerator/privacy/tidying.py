"""What goes by itself on the machine's clock, once an hour: sessions that ran out, mails with codes, old copies, and files
that nothing points at. A room adds its own:

    @tidying.tidied
    def orphans(real): return 3   # how many
"""

import uuid
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from accelerator import clock
from accelerator.messages.models import OutboxMessage, Turn
from accelerator.privacy import exports
from accelerator.privacy.notices import ACCOUNT_CLOSED
from accelerator.registry import Registry

NAME = "tidying"
EVERY = timedelta(hours=1)
SECRETS_KEPT = timedelta(days=30)  # long enough to find out why a code did not arrive
AT_ONCE = 500
tidied = Registry()


def is_due(real: datetime) -> bool:
    turn = Turn.objects.filter(name=NAME).first()
    return turn is None or turn.lease_until <= real


def tidy(real: datetime) -> int:
    """One portion of everything; the next hour takes more. Returns how many rows and files went."""
    Turn.objects.update_or_create(
        name=NAME, defaults={"holder": uuid.UUID(int=0), "lease_until": real + EVERY}
    )
    count = _delete(Session.objects.filter(expire_date__lt=real))
    count += _delete(_secrets().filter(next_try_at__lt=real - SECRETS_KEPT))
    count += _delete(_secrets().filter(kind=ACCOUNT_CLOSED))
    count += exports.remove_old(real)
    return count + sum(of_room(real) for of_room in tidied)


def _secrets():
    unsent = [OutboxMessage.Status.HELD, OutboxMessage.Status.WAITING, OutboxMessage.Status.SENDING]
    return OutboxMessage.objects.filter(is_secret=True).exclude(status__in=unsent)


def _delete(rows) -> int:
    with transaction.atomic():
        return rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:AT_ONCE])).delete()[0]


def tidy_if_due() -> int:
    real = clock.real_now()
    return tidy(real) if is_due(real) else 0
