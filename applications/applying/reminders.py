"""Reminders of a deadline to founders, what a closed call tells founders and managers, and when a call is sealed.

Reminded is everybody for whom something is not in: teams with a draft, and teams that changed something after they
submitted. Each mail names what is missing, or what is not in the version that counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import clock, wording
from accelerator.messages import kinds, outbox, reminders
from accelerator.models import OutboxMessage, TeamMember, User
from applications.applying import receipt_lists, standing, tickets
from applications.applying import sealing as seals
from applications.applying.conflict_rows import managers_outside, why_not_told
from applications.applying.models import Application, ApplicationQuerySet, SubmitTicket
from applications.applying.notices import DEADLINE_CHANGED, MORE_TIME_ASKED, deadline_version
from applications.calls import window
from applications.calls.models import Call

DEADLINE_NEARS = "applications.deadline_nears"
CALL_CLOSED = "applications.call_closed"
CHANGES_NOT_IN = "applications.changes_not_in"
NOT_SUBMITTED = "applications.not_submitted"
PAGE = 500  # applications read at a time
LAST_HOURS = (timedelta(hours=3), timedelta(minutes=45))  # besides the offsets of the call
MOST_NAMED = 12  # answers in one mail; more are counted

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Granted(TypedDict):
        granted_at: datetime

    class _ToSeal(TypedDict):
        to_seal: datetime

    _Extended = WithAnnotations[Application, _Granted]
    _Closed = WithAnnotations[Call, _ToSeal]


def _unsealed_calls(since: datetime, _until: datetime):
    sealing = Q(window__sealed_at__isnull=True) | Q(window__sealed_at__gt=since)
    calls = Call.objects.announced().filter(sealing).order_by("pk")
    return calls.select_related("programme", "window").prefetch_related("reminders")


@reminders.moments(of=_unsealed_calls)
def of_calls(call: Call, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """All from one query, since the tick asks every few seconds."""
    yield from deadline_nears(call, since)
    yield from call_closed(call)


def deadline_nears(call: Call, since: datetime) -> Iterator[reminders.Moment]:
    """Who has something that is not in is told; each reminder is useless once the next one is due.

    Only whoever was writing when the moment came is told: who starts in the evening does not get the morning's mail.
    """
    deadline = call.window.deadline
    if deadline <= since:
        return
    on_time = call.applications.exclude(extended_until__gt=deadline)
    for due_at, useless_after in reminder_moments(call, deadline, call.window.deadline_set_at):
        yield reminders.Moment(
            DEADLINE_NEARS,
            about=call,
            due_at=due_at,
            version=deadline_version(deadline),
            notices=partial(_to_all_writing, call, on_time, deadline, due_at, useless_after),
        )


def _with_more_time(since: datetime, _until: datetime):
    """What ends later than its call does, with when that was granted."""
    longer = Application.objects.filter(extended_until__gt=since, sealed_at=None)
    granted = Max("extensions__at", filter=Q(extensions__taken_back_at=None))
    return (
        longer.select_related("call__programme", "call__window").annotate(granted_at=granted).order_by("pk")
    )


@reminders.moments(of=_with_more_time)
def of_extended(application: "_Extended", since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """The same reminders before a deadline of one's own; those due before it was granted are not sent after all."""
    if not application.has_more_time:
        return
    call, deadline = application.call, application.deadline
    only_this = call.applications.filter(pk=application.pk)
    for due_at, useless_after in reminder_moments(call, deadline, application.granted_at):
        yield reminders.Moment(
            DEADLINE_NEARS,
            about=application,
            due_at=due_at,
            version=deadline_version(deadline),
            notices=partial(_to_all_writing, call, only_this, deadline, due_at, useless_after),
        )


def _to_all_writing(
    call: Call, among: ApplicationQuerySet, deadline: datetime, due_at: datetime, useless_after: datetime
) -> Iterator[reminders.Notice]:
    @cache
    def words(now: datetime) -> dict[str, str]:  # the same for thousands
        return {
            "when": wording.until(deadline, max(due_at, now), call.zone),
            "deadline": wording.deadline(deadline, call),
        }

    unsubmitted = among.with_something_not_in().filter(started_at__lte=due_at)
    for stands, team in _with_teams(call, unsubmitted, due_at):
        if stands.application.is_draft or stands.changes:
            for member in team:
                if member.joined_at <= due_at:
                    yield _to_somebody_writing(member.user, stands, due_at, useless_after, words)


def reminder_moments(
    call: Call, deadline: datetime, set_at: datetime | None = None
) -> list[tuple[datetime, datetime]]:
    """When founders are reminded of a deadline, and until when each reminder is of use: until the next, or the deadline.

    A deadline that was moved or granted was announced when it was set, so what would have been due by then is left out.
    """
    since = max([call.window.opens_at, *([set_at] if set_at else [])])
    moments = {reminder.moment(deadline) for reminder in call.reminders.all()}
    moments |= {deadline - before for before in LAST_HOURS}
    within = sorted(moment for moment in moments if since <= moment < deadline)
    return list(pairwise([*within, deadline]))


def _with_teams(
    call: Call, applications: QuerySet[Application], now: datetime
) -> Iterator[tuple[standing.ApplicationStanding, list[TeamMember]]]:
    """How each stands, with whoever writes it, read page by page: ten thousand in memory would slow the rest."""
    in_order = applications.select_related("startup").order_by("pk")
    found = list(in_order[:PAGE])
    while found:
        teams: dict[int, list[TeamMember]] = defaultdict(list)
        writing = TeamMember.objects.filter(left_at=None, startup__in=[one.startup_id for one in found])
        for member in writing.select_related("user").order_by("pk"):
            teams[member.startup_id].append(member)
        for application in found:
            application.call = call
        for stands in standing.of_each(found, now):
            yield stands, teams[stands.application.startup_id]
        found = list(in_order.filter(pk__gt=found[-1].pk)[:PAGE]) if len(found) == PAGE else []


def _to_somebody_writing(
    person: User,
    stands: standing.ApplicationStanding,
    due_at,
    useless_after,
    words: Callable[[datetime], dict[str, str]],
) -> reminders.Notice:
    application, call = stands.application, stands.application.call
    version = deadline_version(application.deadline)
    kind, name = (DEADLINE_NEARS, "deadline") if application.is_draft else (CHANGES_NOT_IN, "changes")
    return reminders.Notice(
        kind=kind,
        key=f"{name}:{call.pk}:{application.pk}:{due_at:%Y%m%dT%H%MZ}:{person.pk}:{version}",
        to=person,
        version=version,
        programme=call.programme,
        about=application,
        due_at=due_at,
        useless_after=useless_after,
        context=lambda: {
            "application": application,
            "call": call,
            **_named(stands),
            **words(clock.now()),
            "link": outbox.absolute(application.get_absolute_url()),
        },
    )


def _named(stands: standing.ApplicationStanding) -> dict:
    """What is missing and what is not in, by the questions' labels, and how many more there are of each."""
    missing = [problem.label for problem in stands.missing]
    changes = [change.label for change in stands.changes]
    return {
        "missing": missing[:MOST_NAMED],
        "more_missing": len(missing[MOST_NAMED:]),
        "changes": changes[:MOST_NAMED],
        "more_changes": len(changes[MOST_NAMED:]),
        "number": stands.last.number if stands.last else 0,
    }


@kinds.still_wanted(DEADLINE_NEARS)
def still_a_draft(message: OutboxMessage) -> str:
    draft = _reminded(message)
    if draft is None or not draft.is_draft:
        return _("It was submitted or withdrawn in the meantime.")
    return _no_longer_for(message, draft)


@kinds.still_wanted(CHANGES_NOT_IN)
def still_not_in(message: OutboxMessage) -> str:
    application = _reminded(message)
    if application is None or not standing.of(application, clock.now()).changes:
        return _("The changes were submitted, taken back or withdrawn in the meantime.")
    return _no_longer_for(message, application)


def _reminded(message: OutboxMessage) -> Application | None:
    known = Application.objects.select_related("call__programme", "call__window", "startup")
    return known.filter(pk=message.object_id or 0).first()


def _no_longer_for(message: OutboxMessage, application: Application) -> str:
    if message.version not in ("", deadline_version(application.deadline)):  # "" of an earlier release
        return _("The deadline was moved; other reminders take its place.")
    team = TeamMember.objects.filter(startup=application.startup_id, left_at=None)
    if not team.filter(user=message.recipient_id).exists():
        return _("This person has left the team.")
    return ""


@kinds.still_wanted(DEADLINE_CHANGED)
def still_the_deadline(message: OutboxMessage) -> str:
    found = Application.objects.select_related("call__window").filter(pk=message.object_id or 0).first()
    if found is None or found.is_withdrawn:
        return _("It was withdrawn in the meantime.")
    if message.version != deadline_version(found.deadline):
        return _("The deadline was moved once more; another message says so.")
    return ""


# --- The end of a call ----------------------------------------------------------------------------------
def _sealings_with_drafts(since: datetime, until: datetime):
    """One draft of each sealing that left some behind: its call and its instant are what counts. Whoever had more time,
    before the close or after it, is sealed later than the others."""
    left_behind = Application.objects.drafts().filter(sealed_at__gt=since, sealed_at__lte=until)
    one_of_each = left_behind.order_by("call_id", "sealed_at", "pk").distinct("call_id", "sealed_at")
    return one_of_each.select_related("call__programme", "call__window")


@reminders.moments(of=_sealings_with_drafts)
def not_submitted(one_of_them: Application, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """To the teams whose draft was still a draft when it was sealed: it is over, and what they wrote is there."""
    assert one_of_them.sealed_at is not None
    yield reminders.Moment(
        NOT_SUBMITTED,
        about=one_of_them.call,
        due_at=one_of_them.sealed_at,
        version=f"{one_of_them.sealed_at:%f}",
        notices=partial(_to_all_left_behind, one_of_them.call, one_of_them.sealed_at),
    )


def _to_all_left_behind(call: Call, sealed_at: datetime) -> Iterator[reminders.Notice]:
    for stands, team in _with_teams(call, call.applications.drafts().filter(sealed_at=sealed_at), sealed_at):
        for member in team:
            yield _to_somebody_left_behind(member.user, stands, sealed_at)


def _to_somebody_left_behind(
    person: User, stands: standing.ApplicationStanding, due_at: datetime
) -> reminders.Notice:
    application, call = stands.application, stands.application.call
    return reminders.Notice(
        kind=NOT_SUBMITTED,
        key=f"not_submitted:{application.pk}:{deadline_version(application.deadline)}:{person.pk}",
        to=person,
        programme=call.programme,
        about=application,
        due_at=due_at,
        useless_after=window.end_of_day(call.reviews_due_on, call.zone),
        context=lambda: {
            "application": application,
            "call": call,
            **_named(stands),
            "deadline": wording.deadline(application.deadline, call),
            "link": outbox.absolute(application.get_absolute_url()),
        },
    )


@kinds.still_wanted(NOT_SUBMITTED)
def still_left_behind(message: OutboxMessage) -> str:
    application = _reminded(message)
    if application is None or not application.is_draft or not application.is_sealed:
        return _("It was given more time, or withdrawn, in the meantime.")
    return ""


def call_closed(call: Call) -> Iterator[reminders.Moment]:
    """To the managers, with the figures, as soon as the applications are sealed, but those that have more time."""
    sealed_at = call.window.sealed_at
    due_at = sealed_at or call.window.deadline + seals.SEALED_AFTER
    if sealed_at is None and due_at <= clock.now() and not call.applications.sealed().exists():
        return  # due, and not sealed yet: the message waits for the seal
    yield reminders.Moment(
        CALL_CLOSED,
        about=call,
        due_at=due_at,
        version=deadline_version(call.window.deadline),
        notices=partial(_to_managers, call, due_at),
    )


def _to_managers(call: Call, due_at: datetime) -> Iterator[reminders.Notice]:
    figures = cache(partial(_figures, call))  # counted once, and only when there is somebody to be told
    for manager in managers_outside(call):
        yield reminders.Notice(
            kind=CALL_CLOSED,
            key=f"call_closed:{call.pk}:{deadline_version(call.window.deadline)}:{manager.pk}",
            version=deadline_version(call.window.deadline),
            to=manager,
            programme=call.programme,
            about=call,
            due_at=due_at,
            useless_after=window.end_of_day(call.reviews_due_on, call.zone),
            context=figures,
        )


@kinds.still_wanted(CALL_CLOSED)
def still_runs_the_call(message: OutboxMessage) -> str:
    return why_not_told(message, Call.objects.filter(pk=message.object_id or 0).first())


@kinds.still_wanted(MORE_TIME_ASKED)
def still_impartial(message: OutboxMessage) -> str:
    return why_not_told(message, Application.objects.filter(pk=message.object_id or 0).first())


def _figures(call: Call) -> dict:
    last_day = window.last_day(call.window.deadline, call.zone)
    begins_at = window.end_of_day(last_day - timedelta(days=1), call.zone)
    status = Application.Status
    figures = call.applications.aggregate(
        submitted=Count("pk", filter=Q(status=status.SUBMITTED)),
        last_day=Count("pk", filter=Q(status=status.SUBMITTED, submitted_at__gte=begins_at)),
        drafts=Count("pk", filter=Q(status=status.DRAFT)),
        withdrawn=Count("pk", filter=Q(status=status.WITHDRAWN)),
    )
    return {"call": call, "url": outbox.absolute(reverse("reviewing:screening", args=[call.pk])), **figures}


def _closed_calls(_since: datetime, until: datetime):
    """Calls with something to seal, each with the first deadline after which that is."""
    closed = Call.objects.announced().filter(window__sealed_at=None).with_deadline()
    ends = Greatest("deadline", "applications__extended_until")
    first_end = Min(ends, filter=Q(applications__isnull=False, applications__sealed_at=None))
    ended = until - seals.SEALED_AFTER
    return (
        closed.filter(deadline__lte=ended)
        .annotate(to_seal=Coalesce(first_end, "deadline"))
        .filter(to_seal__lte=ended)
        .select_related("programme", "window")
        .order_by("pk")
    )


@reminders.jobs(of=_closed_calls)
def sealing(call: "_Closed") -> reminders.Job:
    """Two minutes after its deadline each application is sealed; also long after, when the clockwork was down for weeks."""
    return reminders.Job(
        "applications.seal",
        about=call,
        due_at=call.to_seal + seals.SEALED_AFTER,
        run=lambda now: seals.seal_call(call, now=now),
    )


def _tickets(_since: datetime, until: datetime):
    return tickets.to_settle(until)


@reminders.jobs(of=_tickets)
def settling_tickets(ticket: SubmitTicket) -> reminders.Job:
    """A press of Submit that reached us, whether the rest has followed or not. Due before its call can be sealed."""
    return reminders.Job(
        "applications.settle_ticket",
        about=ticket,
        due_at=ticket.stamped_at + tickets.WAITS_FOR_SUBMIT,
        run=lambda now: tickets.settle(ticket, now=now),
    )


def _sealed_without_a_list(_since: datetime, until: datetime):
    sealed = Call.objects.filter(window__sealed_at__lte=until, receipt_lists=None)
    return sealed.select_related("programme", "window")


@reminders.jobs(of=_sealed_without_a_list)
def publishing_list(call: Call) -> reminders.Job:
    """A call that was sealed before lists of receipts were published gets its own."""
    sealed_at = call.window.sealed_at
    assert sealed_at is not None  # those alone are looked for
    return reminders.Job(
        "applications.publish_receipt_list",
        about=call,
        due_at=sealed_at,
        run=lambda _now: receipt_lists.publish_missing(call),
    )
