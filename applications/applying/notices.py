"""Mails to founders about their application, one to each member of the team."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator.messages import kinds, outbox
from accelerator.models import TeamMember, User
from applications.applying.models import Application, Submission

kinds.name_kinds(
    "applications",
    call_closed=_("The call has closed"),
    deadline_nears=_("The deadline is near"),
    join_asked=_("Somebody asks to join a team"),
    receipt=_("Receipt of a submission"),
    team_handed_over=_("A team has a new owner"),
    team_left=_("A founder left the team"),
    team_removed=_("A founder was taken out of the team"),
    withdrawn=_("An application was withdrawn"),
)


def receipt(version: Submission) -> None:
    """What was submitted and when, with the hash that proves it."""
    application = version.application
    path = reverse("applying:receipt", args=[application.public_id, version.number])
    _tell_team(
        "applications.receipt",
        application,
        key=f"receipt:{application.pk}:{version.number}",
        now=version.received_at,
        version=version,
        link=outbox.absolute(path),
    )


def withdrawn(application: Application, *, by: User, now: datetime) -> None:
    _tell_team(
        "applications.withdrawn",
        application,
        key=f"withdrawn:{application.pk}:{application.draft_version}:{now:%Y%m%dT%H%M%S}",
        now=now,
        by=by,
        link=outbox.absolute(application.get_absolute_url()),
    )


def removed_from_team(member: TeamMember, *, now: datetime) -> None:
    """A short letter to whoever was taken out; nothing in it leads back in."""
    _tell_one("team_removed", member, to=member.user, now=now)


def left_team(member: TeamMember, *, now: datetime) -> None:
    """To the owner, who may want to ask somebody else in."""
    owner = member.startup.team.filter(is_owner=True).first()
    if owner:
        _tell_one("team_left", member, to=owner.user, now=now)


def became_owner(member: TeamMember, *, by: User, now: datetime) -> None:
    _tell_one("team_handed_over", member, to=member.user, by=by, now=now)


def asked_to_join(application: Application, *, by: User, now: datetime) -> None:
    """To the owner, who knows whether this is somebody of theirs."""
    owner = application.startup.team.filter(is_owner=True).first()
    if owner:
        outbox.enqueue(
            "applications.join_asked",
            key=f"join-asked:{application.pk}:{by.pk}",
            to=owner.user,
            programme=application.call.programme,
            about=application,
            now=now,
            context={
                "startup": application.startup,
                "member": by,
                "link": outbox.absolute(reverse("applying:team", args=[application.public_id])),
            },
        )


def _tell_one(name: str, member: TeamMember, *, to: User, now: datetime, **context) -> None:
    """About a change of the team, in the name of the programme to which the startup applied last."""
    application = member.startup.applications.select_related("call__programme").order_by("started_at").last()
    outbox.enqueue(
        f"applications.{name}",
        key=f"{name.replace('_', '-')}:{member.pk}:{to.pk}:{now:%Y%m%dT%H%M%S%f}",
        to=to,
        programme=application.call.programme if application else None,
        about=application,
        now=now,
        context={
            "startup": member.startup,
            "member": member.user,
            "link": outbox.absolute(reverse("applying:team", args=[application.public_id]))
            if application
            else "",
            **context,
        },
    )


def _tell_team(kind: str, application: Application, *, key: str, now: datetime, **context) -> None:
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
