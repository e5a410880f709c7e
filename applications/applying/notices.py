"""Mails to founders about their application, one to each member of the team."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator import wording
from accelerator.messages import kinds, outbox
from accelerator.models import TeamMember, User
from applications.applying.conflict_rows import impartial_managers
from applications.applying.models import Application, Submission

if TYPE_CHECKING:
    from applications.applying.extensions import ExtensionRequest  # a verb's rows, above this file
    from applications.applying.questions_back import QuestionBack

DEADLINE_CHANGED = "applications.deadline_changed"
MORE_TIME_ASKED = "applications.more_time_asked"
QUESTION_ANSWERED = "applications.question_answered"
QUESTION_ASKED = "applications.question_asked"
QUESTION_LONGER = "applications.question_longer"

kinds.name_kinds(
    "applications",
    call_closed=_("The call has closed"),
    changes_not_in=_("Changes are not in the version that counts"),
    deadline_changed=_("The deadline has changed"),
    deadline_nears=_("The deadline is near"),
    join_asked=_("Somebody asks to join a team"),
    more_time_asked=_("A founder wrote after the close"),
    more_time_declined=_("An answer to what a founder wrote"),
    not_submitted=_("A draft was not submitted"),
    question_answered=_("A team answered a question"),
    question_asked=_("A question about an application"),
    question_longer=_("More time to answer a question"),
    question_nears=_("The time to answer a question ends"),
    question_taken_back=_("A question about an application was taken back"),
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


def withdrawn(application: Application, *, by: User, now: datetime, reason: str = "") -> None:
    """The reason is for those who run the call, unless one of them did it for the team: then the team reads it."""
    is_for_team = not application.startup.team.filter(user=by).exists()
    _tell_team(
        "applications.withdrawn",
        application,
        key=f"withdrawn:{application.pk}:{application.draft_version}:{now:%Y%m%dT%H%M%S}",
        now=now,
        by=by,
        reason=reason if is_for_team else "",
        link=outbox.absolute(application.get_absolute_url()),
    )


def deadline_changed(
    applications: QuerySet[Application],
    before: datetime | None,
    *,
    reason: str,
    change: int | str,
    now: datetime,
    is_extension: bool = False,
) -> None:
    """To everybody who writes or has submitted, once each: which deadline holds, and which one no longer does.

    It also corrects what an earlier mail said. `before` is the deadline that held until now, where it was the same for
    all of them. Written many at a time, because the window of the call is locked meanwhile; the key leaves out the
    application, so that whoever has two is told once.
    """
    found = list(
        applications.exclude(status=Application.Status.WITHDRAWN)
        .select_related("call__programme", "call__window", "startup")
        .order_by("pk")
    )
    messages = []
    teams = TeamMember.objects.filter(left_at=None, startup__in=[one.startup_id for one in found])
    members: dict[int, list[User]] = {}
    for member in teams.select_related("user").order_by("pk"):
        members.setdefault(member.startup_id, []).append(member.user)
    for application in found:
        call = application.call
        said = {
            "application": application,
            "startup": application.startup.name,
            "call": call,
            "deadline": wording.deadline(application.deadline, call),
            "before": wording.deadline(before, call) if before else "",
            "reason": reason,
            "is_extension": is_extension,
            "is_over": application.deadline <= now,
            "is_later": before is None or application.deadline > before,
            "link": outbox.absolute(application.get_absolute_url()),
        }
        messages += [
            outbox.made(
                DEADLINE_CHANGED,
                key=f"deadline-changed:{call.pk}:{change}:{person.pk}",
                to=person,
                programme=call.programme,
                about=application,
                version=deadline_version(application.deadline),
                now=now,
                context=said,
            )
            for person in members.get(application.startup_id, [])
        ]
    outbox.write(messages)


def more_time_asked(request: "ExtensionRequest", *, now: datetime) -> None:
    """To the managers, but those who must keep away from this application."""
    application = request.application
    call = application.call
    for manager in impartial_managers(application):
        outbox.enqueue(
            MORE_TIME_ASKED,
            key=f"more-time-asked:{request.pk}:{manager.pk}",
            to=manager,
            programme=call.programme,
            about=application,
            now=now,
            context={
                "application": application,
                "call": call,
                "asked": request,
                "link": outbox.absolute(reverse("setup:window", args=[call.pk])),
            },
        )


def more_time_declined(request: "ExtensionRequest", *, now: datetime) -> None:
    _tell_team(
        "applications.more_time_declined",
        request.application,
        key=f"more-time-declined:{request.pk}",
        now=now,
        asked=request,
        link=outbox.absolute(request.application.get_absolute_url()),
    )


# --- A question about a sealed application ----------------------------------------------------------------
def question_asked(question: "QuestionBack", *, now: datetime) -> None:
    _about_question(QUESTION_ASKED, question, now=now, useless_after=question.answer_by)


def question_longer(question: "QuestionBack", *, now: datetime) -> None:
    _about_question(QUESTION_LONGER, question, now=now, useless_after=question.answer_by)


def question_taken_back(question: "QuestionBack", *, now: datetime) -> None:
    _about_question("applications.question_taken_back", question, now=now)


def _about_question(
    kind: str, question: "QuestionBack", *, now: datetime, useless_after: datetime | None = None
) -> None:
    """To the whole team as it is now."""
    application = question.application
    for member in application.startup.team:
        outbox.enqueue(
            kind,
            key=f"{kind}:{question.as_shown}:{member.user_id}",
            to=member.user,
            programme=application.call.programme,
            about=application,
            version=question.as_shown,
            useless_after=useless_after,
            now=now,
            context=question_context(question),
        )


def question_context(question: "QuestionBack") -> dict:
    application = question.application
    return {
        "application": application,
        "call": application.call,
        "question": question,
        "deadline": wording.deadline(question.answer_by, application.call),
        "link": outbox.absolute(question.get_absolute_url()),
    }


def question_answered(question: "QuestionBack", *, now: datetime) -> None:
    """To the manager who asked; to all of the call's where that one no longer may hear of it."""
    application = question.application
    managers = impartial_managers(application)
    path = reverse("reviewing:ask_team", args=[application.call_id, application.public_id])
    for manager in managers.filter(pk=question.by_id) or managers:
        outbox.enqueue(
            QUESTION_ANSWERED,
            key=f"question-answered:{question.pk}:{manager.pk}",
            to=manager,
            programme=application.call.programme,
            about=application,
            now=now,
            context={**question_context(question), "link": outbox.absolute(path)},
        )


def deadline_version(deadline: datetime) -> str:
    """The deadline that a message speaks of; a moved one makes new messages and takes back the old."""
    return f"{deadline:%Y%m%dT%H%MZ}"


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
