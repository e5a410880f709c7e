"""What founders are told by the clock, and when a call is sealed.

What reviewers and managers are told of the same calls, the reviewing package adds in its own `reminders.py`:

    @of_call
    def reviews_due(call, since): …
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial
from itertools import pairwise

from django.db.models import Q
from django.utils.translation import gettext as _

from accelerator import clock, wording
from accelerator.messages import outbox, reminders
from accelerator.models import OutboxMessage, TeamMember, User
from accelerator.registry import Registry
from applications.applying import sealing as seals
from applications.applying.models import Application
from applications.calls.models import Call
from applications.selecting import selection

DEADLINE_NEARS = "applications.deadline_nears"
PAGE = 500  # drafts read at a time
of_call = Registry()


def _unfinished_calls(since: datetime, _until: datetime):
    window = Q(window__sealed_at__isnull=True) | Q(window__sealed_at__gt=since)
    calls = Call.objects.filter(window | Q(release__isnull=True)).order_by("pk")
    return calls.select_related("programme", "window", "release").prefetch_related("reminders")


@reminders.moments(of=_unfinished_calls)
def of_calls(call: Call, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """Everything about a call from one query for it: the tick asks every few seconds."""
    for moments_of in of_call:
        yield from moments_of(call, since)


@of_call
def deadline_nears(call: Call, since: datetime) -> Iterator[reminders.Moment]:
    """Drafts are told that they are not submitted yet; each reminder is useless once the next one is due.

    Only whoever was writing when the moment came is told: who starts in the evening does not get the morning's mail.
    """
    if call.window.closes_at <= since:
        return
    for due_at, useless_after in reminder_moments(call):
        yield reminders.Moment(
            DEADLINE_NEARS,
            about=call,
            due_at=due_at,
            version=_version(call),
            notices=partial(_to_all_writing, call, due_at, useless_after),
        )


def _to_all_writing(call: Call, due_at: datetime, useless_after: datetime) -> Iterator[reminders.Notice]:
    closes_at = call.window.closes_at

    @cache
    def words(now: datetime) -> dict[str, str]:  # the same for thousands
        return {
            "when": wording.until(closes_at, max(due_at, now), call.zone),
            "deadline": wording.deadline(closes_at, call.programme),
        }

    for draft, team in _drafts_with_teams(call):
        if draft.started_at <= due_at:
            for member in team:
                if member.joined_at <= due_at:
                    yield _to_somebody_writing(member.user, draft, due_at, useless_after, words)


def reminder_moments(call: Call) -> list[tuple[datetime, datetime]]:
    """When drafts are reminded, and until when each reminder is of use: until the next, or the deadline."""
    window = call.window
    moments = {reminder.moment() for reminder in call.reminders.all()}
    within = sorted(moment for moment in moments if window.opens_at <= moment < window.closes_at)
    return list(pairwise([*within, window.closes_at]))


def _drafts_with_teams(call: Call) -> Iterator[tuple[Application, list[TeamMember]]]:
    """Every draft of a call with whoever writes it, read page by page: ten thousand in memory would slow the rest."""
    in_order = call.applications.drafts().select_related("startup").order_by("pk")
    drafts = list(in_order[:PAGE])
    while drafts:
        teams: dict[int, list[TeamMember]] = defaultdict(list)
        writing = TeamMember.objects.filter(left_at=None, startup__in=[draft.startup_id for draft in drafts])
        for member in writing.select_related("user").order_by("pk"):
            teams[member.startup_id].append(member)
        for draft in drafts:
            draft.call = call
            yield draft, teams[draft.startup_id]
        drafts = list(in_order.filter(pk__gt=drafts[-1].pk)[:PAGE]) if len(drafts) == PAGE else []


def _to_somebody_writing(
    person: User, draft: Application, due_at, useless_after, words: Callable[[datetime], dict[str, str]]
) -> reminders.Notice:
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
            **words(clock.now()),
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
    if not team.filter(user=message.recipient_id).exists():
        return _("This person has left the team.")
    return ""


def _closed_calls(_since: datetime, until: datetime):
    closed = Call.objects.filter(window__sealed_at=None, window__closes_at__lte=until - seals.SEALED_AFTER)
    return closed.select_related("programme", "window")


@reminders.jobs(of=_closed_calls)
def sealing(call: Call) -> reminders.Job:
    """Two minutes after its deadline a call is sealed; also long after, when the clockwork was down for weeks."""
    return reminders.Job(
        "applications.seal",
        about=call,
        due_at=call.window.closes_at + seals.SEALED_AFTER,
        run=lambda now: seals.seal_call(call, now=now),
    )
