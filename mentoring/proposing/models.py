"""An hour that a manager proposes to a mentor and a startup, and that is booked once both have said yes."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.models import Programme, Startup, User
from accelerator.records.fields import PublicIdField
from cohorts.admission.models import Membership
from mentoring.mentors.models import Mentor
from mentoring.sessions.models import MentoringSession


class ProposedSessionQuerySet(models.QuerySet):
    def waiting(self, now: datetime):
        """Asked, and still to be answered by one side or by both."""
        return self.filter(session=None, declined_at=None, expires_at__gt=now)

    def with_both_sides(self):
        return self.select_related(
            "mentor__user",
            "mentor__partner",
            "mentor__programme",
            "membership__startup",
            "membership__cohort__call__programme",
            "session",
        )

    def asked_of(self, user: User):
        """Those that this person may answer: as the mentor, or as one of the team."""
        return self.filter(
            Q(mentor__user_id=user.pk or 0) | Q(membership__startup__in=Startup.objects.of(user))
        ).distinct()


class ProposedSession(models.Model):
    public_id = PublicIdField()
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="proposed_sessions")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="proposed_sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Exclusive: from then on nobody can say yes.")
    mentor_agreed_at = models.DateTimeField(null=True, blank=True)
    startup_agreed_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    session = models.OneToOneField(
        MentoringSession, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal"
    )

    objects = ProposedSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="a_proposed_session_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(session=None) | Q(declined_at=None), name="what_is_declined_is_not_booked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} · {self.mentor}"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:proposal", args=[self.public_id])

    @property
    def programme(self) -> Programme:
        return self.mentor.programme

    @property
    def startup(self) -> Startup:
        return self.membership.startup

    def is_waiting(self, now: datetime) -> bool:
        return self.session_id is None and self.declined_at is None and now < self.expires_at

    def is_mentor(self, user: User) -> bool:
        return self.mentor.user_id == user.pk

    def has_agreed(self, user: User) -> bool:
        """The side of this person."""
        return bool(self.mentor_agreed_at if self.is_mentor(user) else self.startup_agreed_at)

    def state(self, now: datetime) -> tuple[str, str]:
        """In words, and how its pill looks."""
        if self.session_id:
            return _("booked"), "good"
        if self.declined_at:
            return _("declined"), "bad"
        if now >= self.expires_at:
            return _("not answered in time"), "bad"
        if self.mentor_agreed_at:
            return _("waits for the startup"), "soon"
        return (_("waits for the mentor"), "soon") if self.startup_agreed_at else (_("asked"), "")

    def in_words(self, reader) -> str:
        return f"{self} · {wording.moment(self.starts_at, reader)}"
