"""What founders hear by the clock, and when a call is sealed. The panel's part is in panel_reminders.py."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from django.db.models import Q
from django.utils.translation import gettext as _

from accelerator import clock, outbox, reminders, wording
from accelerator.models import OutboxMessage, TeamMember, User
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
    moments = [(due_at, useless) for due_at, useless in reminder_moments(call) if since < due_at <= until]
    drafts = _drafts_with_teams(call) if moments else []
    for due_at, useless_after in moments:
        for draft, team in drafts:
            if draft.started_at <= due_at:
                for member in team:
                    if member.joined_at <= due_at:
                        yield _to_somebody_writing(member.user, draft, due_at, useless_after)


def reminder_moments(call: Call) -> list[tuple[datetime, datetime]]:
    """When drafts are reminded, and until when each reminder is of use: until the next, or the deadline."""
    window = call.window
    moments = {reminder.moment() for reminder in call.reminders.all()}
    within = sorted(moment for moment in moments if window.opens_at <= moment < window.closes_at)
    return list(pairwise([*within, window.closes_at]))


def _drafts_with_teams(call: Call) -> list[tuple[Application, list[TeamMember]]]:
    """Every draft of a call with whoever writes it."""
    drafts = list(call.applications.drafts().select_related("startup").order_by("pk"))
    teams: dict[int, list[TeamMember]] = defaultdict(list)
    writing = TeamMember.objects.filter(left_at=None, startup__in=[draft.startup_id for draft in drafts])
    for member in writing.select_related("user").order_by("pk"):
        teams[member.startup_id].append(member)
    for draft in drafts:
        draft.call = call
    return [(draft, teams[draft.startup_id]) for draft in drafts]


def _to_somebody_writing(person: User, draft: Application, due_at, useless_after) -> reminders.Notice:
    call = draft.call
    return reminders.Notice(
        kind=DEADLINE_NEARS,
        key=f"deadline:{call.pk}:{draft.pk}:{due_at:%Y%m%dT%H%MZ}:{person.pk}:{_version(call)}",
        to=person,
        version=_version(call),
        programme=call.programme,
        about=draft,
        due_at=due_at,
        useless_after=useless_after,
        context=lambda: {
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
    draft = Application.objects.select_related("call__window").filter(pk=message.object_id).first()
    if draft is None or not draft.is_draft:
        return _("It was submitted or withdrawn in the meantime.")
    if message.version not in (
        "",
        _version(draft.call),
    ):  # one written without a version is of the one before
        return _("The deadline was moved; other reminders take its place.")
    team = TeamMember.objects.filter(startup=draft.startup_id, left_at=None)
    if not team.filter(user=message.recipient_id).exists():
        return _("This person has left the team.")
    return ""


@outbox.still_wanted(*selection.LETTERS)
def still_in_the_team(message: OutboxMessage) -> str:
    """A letter may wait for its next try for hours; whoever has left by then does not get it."""
    team = TeamMember.objects.filter(startup__applications=message.object_id, left_at=None)
    member = team.filter(user=message.recipient_id).select_related("user").first()
    if member is None:
        return _("This person has left the team.")
    if not member.user.is_active:
        return _("This person’s account is closed.")
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
