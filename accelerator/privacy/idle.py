"""Accounts that nobody has used for long and on which nothing hangs any more: they are closed as if asked for, with the
same fourteen days to say no. Rooms say what still hangs on one:

    @idle.holding
    def kept_applications(): return User.objects.filter(…)   # of whom something is kept
"""

from datetime import datetime

from django.db.models import Q

from accelerator.privacy import closing, sweeping
from accelerator.privacy.models import AccountClosing
from accelerator.privacy.periods import later
from accelerator.records.people import Role, User
from accelerator.registry import Registry

MONTHS = 24  # since somebody signed in
AT_ONCE = 50
holding = Registry()


def unused(now: datetime):
    """Neither signed in for so long, nor with a role, nor with anything that is kept, nor asked within that time."""
    since = later(now, -MONTHS)
    silent = Q(last_login__lt=since) | Q(last_login=None, joined_at__lt=since)
    asked = AccountClosing.objects.filter(Q(undone_at=None) | Q(undone_at__gt=since))
    found = User.objects.filter(silent, is_active=True, is_superuser=False)
    found = found.exclude(pk__in=Role.objects.live().values("user")).exclude(pk__in=asked.values("user"))
    for room in holding:
        found = found.exclude(pk__in=room().values("pk"))
    return found.order_by("pk")


@sweeping.swept
def idle_accounts(now: datetime) -> bool:
    found = list(unused(now)[:AT_ONCE])
    free = [user for user in found if not closing.why_not(user, now)]
    for user in free:
        closing.ask(user, now=now, is_idle=True)
    return len(found) < AT_ONCE or not free
