"""The one mail that a founder gets who was imported, where the manager wishes it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accelerator.messages import kinds, outbox
from accelerator.models import User
from applications.applying.models import Application

kinds.name_kinds("applications", imported=_("An application was brought in"))


def imported(application: Application, *, by: User, now: datetime) -> None:
    outbox.enqueue(
        "applications.imported",
        key=f"imported:{application.pk}",
        to=application.started_by,
        programme=application.call.programme,
        about=application,
        now=now,
        context={
            "application": application,
            "startup": application.startup.name,
            "call": application.call,
            "by": by,
            "link": outbox.absolute(application.get_absolute_url()),
        },
    )
