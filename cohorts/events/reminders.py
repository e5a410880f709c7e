"""The invitations to an event, four weeks before, and the reminder on the day before."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import clock, wording
from accelerator.calendar.models import CalendarEntry
from accelerator.messages import kinds, outbox, reminders
from accelerator.models import OutboxMessage, Role, TeamMember, User
from cohorts.events import planning
from cohorts.events.models import INVITED_AHEAD, Event
from cohorts.events.notices import answer_address, mentors, people

EVENT_TOMORROW = "cohorts.event_tomorrow"
AHEAD = timedelta(hours=24)

kinds.name_kinds("cohorts", event_tomorrow=gettext_lazy("An event is tomorrow"))


def _coming_events(since: datetime, until: datetime):
    events = Event.objects.binding().filter(
        starts_at__gt=since + AHEAD, starts_at__lte=until + AHEAD, call__cohort__isnull=False
    )
    return events.select_related("call__programme", "call__cohort")


def _not_in_every_calendar(since: datetime, until: datetime):
    """Coming events that somebody lacks in their calendar from four weeks before, or still has although they left."""
    held = CalendarEntry.objects.filter(object_type=Event._meta.label_lower)
    known = held.exclude(state=CalendarEntry.State.CANCELLED).filter(
        object_id=OuterRef(OuterRef("pk")), recipient=OuterRef("user")
    )
    team = TeamMember.objects.filter(left_at=None, startup__cohort_memberships__cohort__call=OuterRef("call"))
    roles = Role.objects.live().filter(kind=Role.Kind.MENTOR, programme=OuterRef("call__programme"))
    lacks = Exists(team.filter(~Exists(known))) | Exists(roles.filter(~Exists(known)))
    theirs = {"user": OuterRef("recipient")}
    in_team = TeamMember.objects.filter(
        left_at=None, startup__cohort_memberships__cohort__call=OuterRef(OuterRef("call")), **theirs
    )
    a_mentor = Role.objects.live().filter(
        kind=Role.Kind.MENTOR, programme=OuterRef(OuterRef("call__programme")), **theirs
    )
    stays = held.filter(object_id=OuterRef("pk"), state=CalendarEntry.State.INVITED)
    left = Exists(stays.filter(~Exists(in_team), ~Exists(a_mentor)))
    coming = Event.objects.standing().filter(starts_at__gt=clock.now(), call__cohort__isnull=False)
    return coming.filter(Q(starts_at__lte=until + INVITED_AHEAD) & Q(lacks) | Q(left)).select_related(
        "call__programme"
    )


@reminders.jobs(of=_not_in_every_calendar)
def into_calendars(event: Event) -> reminders.Job:
    """Who came or left since is found in the same way, by whichever tick is next."""
    return reminders.Job(
        "cohorts.into_calendars",
        about=event,
        due_at=event.is_in_calendars_from(),
        run=lambda now: planning.bring_into_calendars(event, now=now),
    )


@reminders.moments(of=_coming_events)
def event_tomorrow(event: Event, since: datetime, until: datetime) -> Iterator[reminders.Moment]:
    """To the teams of all members and to the mentors, 24 hours before; a dinner needs no reminder."""
    yield reminders.Moment(
        EVENT_TOMORROW,
        about=event,
        due_at=event.starts_at - AHEAD,
        version=_version(event),
        notices=partial(_to_everybody, event),
    )


def _to_everybody(event: Event) -> Iterator[reminders.Notice]:
    in_cohort = TeamMember.objects.filter(
        left_at=None, startup__cohort_memberships__cohort__call=event.call_id, joined_at__lt=event.starts_at
    )
    team = [member.user for member in in_cohort.select_related("user").order_by("pk")]
    for person in {person.pk: person for person in [*team, *mentors(event)]}.values():
        yield _notice(event, person)


def _notice(event: Event, person: User) -> reminders.Notice:
    due_at, programme = event.starts_at - AHEAD, event.call.programme
    return reminders.Notice(
        kind=EVENT_TOMORROW,
        key=f"event-tomorrow:{event.pk}:u{person.pk}:{_version(event)}",
        version=_version(event),
        to=person,
        programme=programme,
        about=event,
        due_at=due_at,
        useless_after=event.starts_at,
        context=lambda: {
            "event": event,
            "distance": wording.distance(event.starts_at, max(due_at, clock.now()), programme.zone),
            "url": outbox.absolute(event.get_absolute_url()),
            "answer_url": answer_address(event),
        },
    )


def _version(event: Event) -> str:
    """When a reminder says that it is; a moved event makes new reminders and takes back the old."""
    return f"{event.starts_at:%Y%m%dT%H%MZ}"


@kinds.still_wanted(EVENT_TOMORROW)
def still_planned(message: OutboxMessage) -> str:
    event = Event.objects.select_related("call").filter(pk=message.object_id or 0).first()
    if event is None:
        return _("The event was taken out of the calendar.")
    if message.version not in ("", _version(event)):  # one written without a version is of the one before
        return _("The event was moved; other reminders take its place.")
    if event.is_cancelled:
        return _("The event was cancelled.")
    if message.recipient_id not in {person.pk for person in people(event)}:
        return _("This person has left the team.")
    return ""
