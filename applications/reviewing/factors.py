"""Who could not open the dashboard when reviewing begins, because a second factor is missing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accelerator.models import Role
from applications.calls.models import Call

DAYS_BEFORE = 10


def missing(call: Call) -> QuerySet[Role]:
    """The roles of those who need one and have none."""
    return Role.objects.live().filter(programme=call.programme).without_second_factor()


def to_say(call: Call, now: datetime) -> int:
    """How many have none, from ten days before reviewing begins until the release."""
    if not settings.SECOND_FACTOR_REQUIRED or call.is_released:
        return 0
    if now < call.window.closes_at - timedelta(days=DAYS_BEFORE):
        return 0
    return missing(call).values("user").distinct().count()
