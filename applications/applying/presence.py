"""Who has the form of an application open. Each page says so as it asks for news; nothing relies on it."""

from datetime import datetime, timedelta

from accelerator.models import User
from applications.applying.models import Application, Presence

LASTS = timedelta(seconds=25)  # a page asks every ten seconds, and may miss once


def arrive(application: Application, user: User, *, now: datetime) -> list[User]:
    """Say that this person is here, and learn who else is. `now` is the machine's clock."""
    here = Presence(application=application, user=user, seen_at=now)
    Presence.objects.bulk_create(
        [here], update_conflicts=True, unique_fields=["application", "user"], update_fields=["seen_at"]
    )
    others = application.present.filter(seen_at__gt=now - LASTS).exclude(user=user).select_related("user")
    return [presence.user for presence in others.order_by("pk")]
