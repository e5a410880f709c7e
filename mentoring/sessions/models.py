"""Sessions between one mentor and one startup. The database lets nobody be in two places at once."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator import clock, wording
from accelerator.models import Programme, Startup, User
from accelerator.records.fields import PublicIdField
from accelerator.transitions import HasStatus
from cohorts.admission.models import Membership
from mentoring.mentors.availability import Slot
from mentoring.mentors.models import Mentor


class SessionRange(Func):
    """[starts_at, ends_at) as PostgreSQL sees it."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


_TAKES_TIME = Q(status__in=["booked", "held"])
_ALONE = _TAKES_TIME & Q(overlap_note="")  # one that is said to overlap another may
LATE = timedelta(hours=24)  # whoever cancels less than this before it begins, cancels late
_TIME = (SessionRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS)


class MentoringSessionQuerySet(models.QuerySet):
    def occupying(self):
        """Sessions that take somebody's time: booked or held."""
        return self.filter(_TAKES_TIME)

    def meeting(self, mentor: Mentor, membership: Membership, slot: Slot):
        """What takes the time of one of these two while this lasts, in whatever programme."""
        either = Q(mentor__user=mentor.user_id) | Q(membership__startup=membership.startup_id)
        return self.occupying().filter(either, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)

    def of_mentor(self, user):
        return self.filter(mentor__user_id=user.pk or 0)

    def of_person(self, user):
        """One's own, from either side."""
        return self.filter(
            Q(mentor__user_id=user.pk or 0) | Q(membership__startup__in=Startup.objects.of(user))
        ).distinct()

    def with_both_sides(self):
        """What pages and mails about a session always show."""
        return self.select_related(
            "mentor__user",
            "mentor__partner",
            "mentor__programme",
            "membership__startup",
            "membership__cohort__call__programme",
        )

    def visible_to(self, user):
        """Its mentor, its startup's team, and the programme's managers without a conflict with it."""
        return self.filter(
            Q(mentor__user_id=user.pk or 0)
            | Q(membership__startup__in=Startup.objects.of(user))
            | Q(membership__in=Membership.objects.managed_by(user))
        ).distinct()

    def upcoming(self, now: datetime):
        return self.filter(status=MentoringSession.Status.BOOKED, ends_at__gt=now)

    def not_begun(self, now: datetime):
        """Booked, and still to be moved or cancelled."""
        return self.filter(status=MentoringSession.Status.BOOKED, starts_at__gt=now)

    def coming_and_cancelled(self, now: datetime):
        return self.filter(status=MentoringSession.Status.CANCELLED, starts_at__gt=now)

    def begun_and_unlogged(self, now: datetime):
        return self.filter(status=MentoringSession.Status.BOOKED, starts_at__lte=now)

    def awaiting_log(self, now: datetime):
        return self.filter(status=MentoringSession.Status.BOOKED, ends_at__lte=now)


class MentoringSession(HasStatus):
    class Status(models.TextChoices):
        BOOKED = "booked", _("booked")
        HELD = "held", _("held")
        NO_SHOW = "no_show", _("no-show")
        CANCELLED = "cancelled", _("cancelled")

    class Absent(models.TextChoices):
        STARTUP = "startup", _("the startup")
        MENTOR = "mentor", _("the mentor")
        BOTH = "both", _("both")

    PILLS = {Status.HELD: "good", Status.NO_SHOW: "soon", Status.CANCELLED: "bad"}
    TRANSITIONS = {
        Status.BOOKED: {Status.HELD, Status.NO_SHOW, Status.CANCELLED},
        Status.HELD: {Status.NO_SHOW},  # only as the correction of a log
        Status.NO_SHOW: {Status.HELD},
    }

    public_id = PublicIdField()
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="sessions")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="sessions")
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    topic = models.CharField(_("what it is about"), max_length=300, blank=True)
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    booked_at = models.DateTimeField(
        default=clock.now
    )  # when its present time was chosen: moving sets it anew
    was_booked = models.BooleanField(default=True, help_text="False for a session logged without a booking.")
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=300, blank=True)
    cancelled_late = models.BooleanField(
        default=False, db_default=False, help_text="By one of its two sides, less than a day before."
    )
    absent = models.CharField(
        max_length=8, choices=Absent, blank=True, default="", db_default="", help_text="Of a no-show."
    )
    overlap_note = models.CharField(
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text="Why it took place at the same time as another; logged without a booking.",
    )
    calendar_uid = models.UUIDField(default=uuid.uuid4, editable=False, help_text="One for life.")
    calendar_sequence = models.PositiveSmallIntegerField(default=0)

    objects = MentoringSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="a_session_starts_before_it_ends"
            ),
            ExclusionConstraint(
                name="a_mentor_is_in_one_session_at_a_time",
                expressions=[("mentor", RangeOperators.EQUAL), _TIME],
                condition=_ALONE,
            ),
            ExclusionConstraint(
                name="a_startup_is_in_one_session_at_a_time",
                expressions=[("membership", RangeOperators.EQUAL), _TIME],
                condition=_ALONE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} with {self.membership}, {self.starts_at}"

    def get_absolute_url(self) -> str:
        return reverse("mentoring:session", args=[self.public_id])

    @property
    def programme(self) -> Programme:
        return self.mentor.programme

    @property
    def startup(self) -> Startup:
        return self.membership.startup

    @property
    def title(self) -> str:
        return f"{self.startup} · {self.mentor}"

    @property
    def slot(self) -> Slot:
        return Slot(self.starts_at, self.ends_at)

    @property
    def minutes(self) -> int:
        return round((self.ends_at - self.starts_at).total_seconds() / 60)

    @property
    def is_booked(self) -> bool:
        return self.status == self.Status.BOOKED

    @property
    def is_held(self) -> bool:
        return self.status == self.Status.HELD

    @property
    def is_no_show(self) -> bool:
        return self.status == self.Status.NO_SHOW

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def who_was_absent(self) -> str:
        """Of a no-show; where nobody said so it was the startup."""
        return (self.absent or self.Absent.STARTUP) if self.is_no_show else ""

    @property
    def absence(self) -> str:
        """Who did not come, as a sentence."""
        if not self.is_no_show:
            return ""
        sentences = {
            self.Absent.STARTUP: _("Nobody of %(startup)s came."),
            self.Absent.MENTOR: _("%(mentor)s did not come."),
            self.Absent.BOTH: _("Neither %(startup)s nor %(mentor)s came."),
        }
        said = sentences[self.Absent(self.who_was_absent)]
        return said % {"startup": self.startup, "mentor": self.mentor}

    def is_late_to_cancel(self, now: datetime) -> bool:
        return self.starts_at - now < LATE

    def in_words(self, reader) -> str:
        """Who and when, on the reader's clock: for questions and for lists of sentences."""
        return f"{self.title} · {wording.moment(self.starts_at, reader)}"

    def previous_logged(self) -> "MentoringSession | None":
        """The last session of the same two that was held, with its log."""
        before = MentoringSession.objects.filter(
            mentor=self.mentor_id,
            membership=self.membership_id,
            status=self.Status.HELD,
            starts_at__lt=self.starts_at,
        )
        return before.select_related("log").order_by("-starts_at").first()

    def is_changeable(self, now: datetime) -> bool:
        """Until it begins it can be moved or cancelled; after that it is logged."""
        return self.is_booked and now < self.starts_at

    def is_loggable(self, now: datetime) -> bool:
        """From the moment it begins, so that a mentor can log while saying goodbye."""
        return self.is_booked and now >= self.starts_at


class SessionLog(models.Model):
    """What happened: written by the mentor, who may correct it for two weeks. The private note is for mentor and
    managers only."""

    CORRECTABLE_FOR = timedelta(days=14)

    session = models.OneToOneField(MentoringSession, on_delete=models.CASCADE, related_name="log")
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0, validators=[MaxValueValidator(600)])
    notes = models.TextField(_("notes, shared with the startup"), blank=True)
    private_note = models.TextField(_("private note, for the managers"), blank=True)
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.session}: {self.minutes} min"

    @property
    def correctable_until(self) -> datetime:
        """Exclusive."""
        return self.logged_at + self.CORRECTABLE_FOR

    def is_correctable(self, now: datetime) -> bool:
        return now < self.correctable_until


class ActionItemQuerySet(models.QuerySet):
    def still_open(self):
        return self.filter(done_at__isnull=True)

    def carried_into(self, session):
        """What this startup took on before, with whichever mentor, and has not done."""
        return self.still_open().filter(
            session__membership=session.membership_id, session__starts_at__lt=session.starts_at
        )


class ActionItem(models.Model):
    """Something that a startup has to do; carried into its next session, with whomever, while it is open."""

    session = models.ForeignKey(MentoringSession, on_delete=models.CASCADE, related_name="action_items")
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_done(self) -> bool:
        return self.done_at is not None
