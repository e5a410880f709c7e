"""What founders hear by the clock, and when a call is sealed. The panel's part is in panel_reminders.py."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from django.db.models import Q

from accelerator import clock, outbox, reminders, wording
from accelerator.models import OutboxMessage, TeamMember
from applications import panel_reminders, selection, submission
from applications.models import Application, Call

DEADLINE_NEARS = "applications.deadline_nears"


@reminders.notices
def of_calls(since: datetime, until: datetime) -> Iterator[reminders.Notice]:
    """Everything about calls from one look at those that are not over: the tick asks every few seconds."""
    window = Q(window__sealed_at__isnull=True) | Q(window__sealed_at__gt=since)
    calls = Call.objects.filter(window | Q(release__isnull=True)).order_by("pk")
    for call in calls.select_related("programme", "window", "release"):
        yield from deadline_nears(call, since, until)
        yield from panel_reminders.call_closed(call, since, until)
        yield from panel_reminders.reviews_due(call, since, until)


def deadline_nears(call: Call, since: datetime, until: datetime) -> Iterator[reminders.Notice]:
    """Drafts are told that they are not submitted yet; each reminder is useless once the next one is due.

    Only whoever was writing when the moment came is told: who starts in the evening does not get the morning's mail.
    """
    if call.window.closes_at <= since:
        return
    for due_at, useless_after in reminder_moments(call):
        if since < due_at <= until:
            yield from _to_those_writing(call, due_at, useless_after)


def reminder_moments(call: Call) -> list[tuple[datetime, datetime]]:
    """When drafts are reminded, and until when each reminder is of use: until the next, or the deadline."""
    window = call.window
    moments = {reminder.moment() for reminder in call.reminders.all()}
    within = sorted(moment for moment in moments if window.opens_at <= moment < window.closes_at)
    return list(pairwise([*within, window.closes_at]))


def _to_those_writing(call: Call, due_at: datetime, useless_after: datetime) -> Iterator[reminders.Notice]:
    writing = TeamMember.objects.filter(
        left_at=None,
        joined_at__lte=due_at,
        startup__applications__call=call,
        startup__applications__status=Application.Status.DRAFT,
        startup__applications__started_at__lte=due_at,
    ).select_related("user", "startup")
    drafts = {d.startup_id: d for d in call.applications.drafts().select_related("startup")}
    for member in writing.order_by("pk"):
        if (draft := drafts.get(member.startup_id)) is None:
            continue
        yield reminders.Notice(
            kind=DEADLINE_NEARS,
            key=f"deadline:{call.pk}:{draft.pk}:{due_at:%Y%m%dT%H%MZ}:{member.user_id}:{_version(call)}",
            to=member.user,
            programme=call.programme,
            about=draft,
            due_at=due_at,
            useless_after=useless_after,
            context={
                "application": draft,
                "call": call,
                "when": wording.until(call.window.closes_at, max(due_at, clock.now()), call.zone),
                "link": outbox.absolute(draft.get_absolute_url()),
            },
        )


def _version(call: Call) -> str:
    """The deadline that a reminder speaks of; a moved one makes new reminders and takes back the old."""
    return f"{call.window.closes_at:%Y%m%dT%H%MZ}"


@outbox.still_wanted(DEADLINE_NEARS)
def still_a_draft(message: OutboxMessage) -> str:
    draft = Application.objects.select_related("call__window").get(pk=message.object_id)
    if not draft.is_draft:
        return "It was submitted or withdrawn in the meantime."
    if not message.dedupe_key.endswith(_version(draft.call)):
        return "The deadline was moved; other reminders take its place."
    if not draft.startup.members.filter(user=message.recipient_id, left_at=None).exists():
        return "This person has left the team."
    return ""


@outbox.still_wanted(*selection.LETTERS)
def still_in_the_team(message: OutboxMessage) -> str:
    """A letter of decision is held for weeks; whoever has left by then does not get it."""
    application = Application.objects.select_related("startup").get(pk=message.object_id)
    if not application.startup.team.filter(user=message.recipient_id).exists():
        return "This person has left the team."
    return ""


@reminders.jobs
def sealing(since: datetime, until: datetime) -> Iterator[reminders.Job]:
    """Two minutes after its deadline a call is sealed; also long after, when the clockwork was down for weeks."""
    closed = Call.objects.filter(
        window__sealed_at=None, window__closes_at__lte=until - submission.SEALED_AFTER
    ).select_related("programme", "window")
    for call in closed:
        yield reminders.Job(
            "applications.seal",
            due_at=call.window.closes_at + submission.SEALED_AFTER,
            run=lambda now, call=call: submission.seal_call(call, now=now),
        )
