"""Whom managers can write to about mentoring: mentors, one of them, and those who have not said how a session was."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accelerator import clock, wording
from accelerator.groups import audiences
from accelerator.groups.audiences import Addressee
from accelerator.messages import outbox
from accelerator.models import Programme, User
from applications.models import Call
from cohorts.admission.models import Cohort, Membership
from mentoring.mentors.models import Mentor
from mentoring.sessions import hours

OF_MENTOR = {"link": _("the address of their page")}


def _serving(among: QuerySet[Mentor], only: User | None) -> Iterator[Addressee]:
    found = among.select_related("user", "programme").order_by("user__name", "pk")
    for mentor in found if only is None else found.filter(user=only):
        yield Addressee(mentor.user, mentor, {"link": outbox.absolute(mentor.get_absolute_url())})


def _mentors(by: User, programme: Programme, only: User | None) -> Iterator[Addressee]:
    return _serving(Mentor.objects.serving().filter(programme=programme), only)


def _one_mentor(by: User, mentor: Mentor, only: User | None) -> Iterator[Addressee]:
    return _serving(Mentor.objects.serving().filter(pk=mentor.pk), only)


def _logs_owed(by: User, cohort: Cohort, only: User | None) -> Iterator[Addressee]:
    """Each with the oldest session of which they have not said how it was; none with a member that was a conflict."""
    owed = hours.without_log(cohort, clock.now()).filter(membership__in=Membership.objects.managed_by(by))
    for session in owed if only is None else owed.filter(mentor__user=only):
        yield Addressee(
            session.mentor.user,
            session,
            {
                "startup": session.startup.name,
                "day": wording.day(session.starts_at, cohort.programme.zone),
                "link": outbox.absolute(session.get_absolute_url()),
            },
        )


audiences.declare(
    "mentoring.mentors",
    _("Mentors"),
    because=_("you are a mentor of this programme"),
    places=Programme.objects.managed_by,
    people=_mentors,
    placeholders=OF_MENTOR,
    read_by=lambda user: Mentor.objects.serving().filter(user=user).values("programme"),
)
audiences.declare(
    "mentoring.one_mentor",
    _("The mentor %(place)s"),
    because=_("you are a mentor of this programme"),
    places=lambda user: Mentor.objects.filter(
        programme__in=Programme.objects.managed_by(user)
    ).select_related("user", "programme"),
    people=_one_mentor,
    placeholders=OF_MENTOR,
    is_listed=False,
)
audiences.declare(
    "mentoring.logs_owed",
    _("Mentors who have not said how a session was"),
    because=_("a session of yours has no log yet"),
    places=lambda user: Cohort.objects.filter(call__in=Call.objects.managed_by(user)).select_related(
        "call__programme"
    ),
    people=_logs_owed,
    placeholders={
        "startup": _("the startup of the oldest such session"),
        "day": _("when that session was"),
        "link": _("the address of its log"),
    },
)
