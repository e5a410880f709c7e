"""What calendars and the picture of the season show of the programme itself."""

from collections.abc import Iterator

from django.db.models import Q

from accelerator.calendar import answers, showing
from accelerator.calendar.answers import Answerable
from accelerator.calendar.showing import Appointment, Looking, Subject
from accelerator.models import Programme
from accelerator.ui.drawing.season import Point
from applications.calls import season
from cohorts.admission.models import Membership
from cohorts.events import notices, planning
from cohorts.events.appointments import appointment
from cohorts.events.models import MILESTONES, Event


@season.points
def milestones(call):
    for event in call.events.standing().filter(kind__in=MILESTONES):
        yield Point(str(event), event.starts_at)


@showing.entries
def events(looking: Looking) -> Iterator[Appointment]:
    """Of the cohorts that this person sees: theirs, or those of whose calendar they look at."""
    found, subject = Event.objects.visible_to(looking.user), looking.subject
    if subject.kind == "startup":
        found = found.filter(call__cohort__memberships__startup__public_id=subject.key)
    elif subject != showing.MINE:
        found = found.filter(call__programme__slug=subject.programme)
    if looking.cancelled_since is None:
        found = found.standing()
    else:
        found = found.filter(Q(cancelled_at=None) | Q(cancelled_at__gte=looking.cancelled_since))
    found = found.filter(starts_at__gte=looking.since, starts_at__lt=looking.until)
    for event in found.select_related("call__programme").distinct():
        yield appointment(event)


@showing.subjects
def programmes_and_startups(user) -> Iterator[Subject]:
    """For those who manage them, without what they have a conflict with."""
    programmes = Programme.objects.managed_by(user).filter(calls__cohort__isnull=False)
    for programme in programmes.order_by("name").distinct():
        yield Subject("programme", programme.slug, programme.name, programme.slug)
    members = Membership.objects.managed_by(user).select_related("startup", "cohort__call__programme")
    startups = {one.startup_id: one for one in members.order_by("startup__name", "pk")}
    for one in startups.values():
        yield Subject("startup", one.startup.public_id, one.startup.name, one.programme.slug)


answers.can_answer(
    Answerable(
        "event",
        Event,
        load=lambda events: events.select_related("call__programme", "call__cohort"),
        title=str,
        people=notices.people,
        role=notices.role_of,
        answered=planning.answered,
    )
)
