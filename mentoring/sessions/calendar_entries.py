"""Sessions in calendars: the reader's own in the programme's, and what they may see of anybody's."""

from collections.abc import Iterator

from django.db.models import OuterRef, Q, Subquery

from accelerator.calendar import answers, showing
from accelerator.calendar.answers import Answerable
from accelerator.calendar.showing import Appointment, Looking, Subject
from accelerator.models import HistoryEntry, Programme
from accelerator.ui.drawing.calendar import CalendarItem
from cohorts.admission.models import Cohort
from cohorts.events import programme_calendar
from mentoring.mentors import public_holidays
from mentoring.mentors.availability import whole_day
from mentoring.mentors.models import BookingTerms, Mentor
from mentoring.sessions import booking, notices
from mentoring.sessions.appointments import appointment
from mentoring.sessions.models import MentoringSession, MentoringSessionQuerySet


@programme_calendar.entries
def own_sessions(cohort, user, since, until):
    sessions = MentoringSession.objects.of_person(user).occupying().with_both_sides()
    for session in sessions.filter(membership__cohort=cohort, starts_at__gte=since, starts_at__lt=until):
        is_mine_to_give = session.mentor.user_id == user.pk
        yield CalendarItem(
            at=session.starts_at,
            end=session.ends_at,
            title=str(session.startup if is_mine_to_give else session.mentor),
            note=session.topic,
            url=session.get_absolute_url(),
            kind="session",
        )


@showing.entries
def sessions(looking: Looking) -> Iterator[Appointment]:
    """One's own, or of whose calendar one looks at those that one may see."""
    found = _of(looking).filter(starts_at__gte=looking.since, starts_at__lt=looking.until)
    stands = ~Q(status=MentoringSession.Status.CANCELLED)
    if looking.cancelled_since is not None:
        stands |= Q(cancelled_at__gte=looking.cancelled_since)
    reader = looking.user if looking.subject == showing.MINE else None
    for session in found.annotate(cancelled_at=_cancelled_at()).filter(stands).with_both_sides():
        cancelled_at = session.cancelled_at if session.is_cancelled else None
        yield appointment(session, reader=reader, cancelled_at=cancelled_at)


@showing.entries
def holidays(looking: Looking) -> Iterator[Appointment]:
    """Of the programme's place, on which nobody is offered a session; other calendars have their own."""
    if looking.cancelled_since is not None:
        return
    zone = looking.user.zone
    first, last = looking.since.astimezone(zone).date(), looking.until.astimezone(zone).date()
    told = set()
    for programme in _programmes(looking):
        usual = BookingTerms.of(programme)
        for day, name in public_holidays.between(usual.country, usual.region, programme.zone, first, last):
            whole = whole_day(day, zone)
            if (day, name) not in told and whole.starts_at < looking.until:
                told.add((day, name))
                yield Appointment(
                    uid=f"holiday-{programme.slug}-{day}",
                    kind=showing.HOLIDAY,
                    title=name,
                    starts_at=whole.starts_at,
                    ends_at=whole.ends_at,
                    url="",
                    changed_at=whole.starts_at,
                    zone=programme.zone,
                    is_whole_day=True,
                )


def _programmes(looking: Looking):
    found = Programme.objects.select_related("booking_terms").order_by("slug")
    if looking.subject != showing.MINE:
        return found.filter(slug=looking.subject.programme)
    return found.filter(calls__cohort__in=Cohort.objects.visible_to(looking.user)).distinct()


def _of(looking: Looking) -> MentoringSessionQuerySet:
    subject = looking.subject
    if subject == showing.MINE:
        return MentoringSession.objects.of_person(looking.user)
    seen = MentoringSession.objects.visible_to(looking.user).filter(mentor__programme__slug=subject.programme)
    if subject.kind == "startup":
        return seen.filter(membership__startup__public_id=subject.key)
    return seen.filter(mentor__public_id=subject.key) if subject.kind == "mentor" else seen


def _cancelled_at() -> Subquery:
    """When it was cancelled, as the history says."""
    acts = HistoryEntry.objects.filter(
        object_type=MentoringSession._meta.label_lower, object_id=OuterRef("pk"), action="session.cancelled"
    )
    return Subquery(acts.order_by("-pk").values("happened_at")[:1])


@showing.subjects
def mentors(user) -> Iterator[Subject]:
    """For those who manage their programme."""
    managed = Mentor.objects.filter(programme__in=Programme.objects.managed_by(user))
    for mentor in managed.select_related("user", "programme").order_by("user__name", "pk"):
        yield Subject("mentor", mentor.public_id, str(mentor), mentor.programme.slug)


answers.can_answer(
    Answerable(
        "session",
        MentoringSession,
        load=lambda sessions: sessions.with_both_sides(),
        title=lambda session: session.title,
        people=notices.people,
        role=notices.role_of,
        answered=booking.answered,
    )
)
