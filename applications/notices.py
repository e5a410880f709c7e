"""Mails to founders about their application, one to each member of the team."""

from django.urls import reverse

from accelerator import outbox
from accelerator.models import User
from applications.models import Application, Submission


def receipt(version: Submission) -> None:
    """What was submitted and when, with the hash that proves it."""
    application = version.application
    path = reverse("receipt", args=[application.public_id, version.number])
    _tell_team(
        "applications.receipt",
        application,
        key=f"receipt:{application.pk}:{version.number}",
        now=version.received_at,
        version=version,
        link=outbox.absolute(path),
    )


def withdrawn(application: Application, *, by: User, now) -> None:
    _tell_team(
        "applications.withdrawn",
        application,
        key=f"withdrawn:{application.pk}:{application.draft_version}:{now:%Y%m%dT%H%M%S}",
        now=now,
        by=by,
        link=outbox.absolute(application.get_absolute_url()),
    )


def _tell_team(kind: str, application: Application, *, key: str, now, **context) -> None:
    for member in application.startup.team:
        outbox.enqueue(
            kind,
            key=f"{key}:{member.user_id}",
            to=member.user,
            programme=application.call.programme,
            about=application,
            now=now,
            context={"application": application, "call": application.call, **context},
        )
