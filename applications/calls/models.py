"""A call is one intake of a programme. Its window is a row of its own, so that editing texts delays no submit."""

from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator.models import Programme, Role, TeamMember, User
from accelerator.records.fields import LocalisedTextField
from accelerator.records.people import validate_time_zone
from applications.calls import kept_questions, window


def applicants(**of):
    """Team members who applied: they are in the team of an application, or were when it was written.

    `of` narrows them down: `applicants(startup__applications__call=call)`.
    """
    then_or_now = Q(left_at__isnull=True) | Q(left_at__gt=F("startup__applications__started_at"))
    return TeamMember.objects.filter(Q(startup__applications__isnull=False, **of) & then_or_now)


def applied_to_by(user):
    """The ids of the calls to which this person applied; having left the team since makes nobody impartial. Few tables,
    because every page asks it."""
    return applicants(user_id=user.pk or 0).values("startup__applications__call")


class CallQuerySet(models.QuerySet["Call"]):
    def managed_by(self, user):
        """Calls of the programmes that this person manages, without those to which they applied themselves."""
        programmes = Role.objects.held_by(user, Role.Kind.MANAGER).values("programme")
        return self.filter(programme__in=programmes).not_applied_to_by(user)

    def not_applied_to_by(self, user):
        return self.exclude(pk__in=applied_to_by(user))

    def visible_to(self, user):
        """Calls that this person may see from inside: their managers', and those they review for."""
        return self.filter(
            Q(programme__in=Programme.objects.managed_by(user)) | Q(reviewers__user_id=user.pk or 0)
        ).distinct()

    def announced(self):
        """Those that have been opened, whatever their dates say; of a draft only those hear who set it up."""
        return self.filter(is_draft=False)

    def open_at(self, now: datetime):
        return self.announced().with_deadline().filter(window__opens_at__lte=now, deadline__gt=now)

    def with_deadline(self):
        """Each with `deadline`, the one that `CallWindow.deadline` says; PostgreSQL's greatest leaves out what is empty."""
        return self.annotate(deadline=Greatest("window__closes_at", "window__extended_until"))

    def current(self, now: datetime):
        """Of one programme's calls the one that people ask about: the latest that has opened, until its cohort ends and
        another is announced; before the first, the next to open. None where there is no call yet.
        """
        calls = self.announced().select_related("window", "release").order_by("window__opens_at")
        opened = [call for call in calls if call.window.opens_at <= now]
        coming = [call for call in calls if call.window.opens_at > now]
        if opened and (not coming or now.astimezone(opened[-1].zone).date() <= opened[-1].ends_on):
            return opened[-1]
        return coming[0] if coming else None

    @transaction.atomic
    def announce(self, *, opens_at, closes_at, **fields):
        """A call and its window in one act; the database refuses the one without the other."""
        call = self.create(**fields)
        CallWindow.objects.create(call=call, opens_at=opens_at, closes_at=closes_at)
        return call


class Call(models.Model):
    class MarksThatCount(models.TextChoices):
        """Which of a reviewer's marks the ranking rests on, where they were changed after seeing the others'."""

        BEFORE = "before", _("before discussion")
        AFTER = "after", _("after discussion")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="calls")
    slug = models.SlugField()
    name = models.CharField(max_length=120)
    seats = models.PositiveSmallIntegerField()
    reserve = models.PositiveSmallIntegerField(help_text="How many wait, in order, behind the chosen.")
    reviews_per_application = models.PositiveSmallIntegerField(default=3)
    marks_that_count = models.CharField(
        max_length=6,
        choices=MarksThatCount,
        default=MarksThatCount.BEFORE,
        db_default=MarksThatCount.BEFORE,
        help_text="Of a review that was changed after its reviewer had seen the others’. How lenient reviewers are, and how "
        "far they agree, is always told from the marks before.",
    )
    reviews_due_on = models.DateField()
    decision_on = models.DateField()
    offer_days = models.PositiveSmallIntegerField(help_text="Days in which an offer can be accepted.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    is_draft = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Nobody outside knows of it, and nothing of it runs, until it is opened.",
    )
    who_may_apply = models.JSONField(default=list, help_text="Sentences, each a text by language.")
    next_call = LocalisedTextField()
    time_zone = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        validators=[validate_time_zone],
        help_text="Where it differs from the programme’s; AoE is anywhere on earth.",
    )
    findings_version = models.PositiveBigIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Raised by every change of what its ranking rests on.",
    )
    questions_version = models.PositiveBigIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Raised by every change of what it asks.",
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "slug"], name="a_call_has_its_own_slug"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="a_call_has_a_seat"),
            models.CheckConstraint(
                condition=Q(starts_on__lt=F("ends_on")), name="a_cohort_starts_before_it_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.name}"

    def save(self, *args, **kwargs) -> None:
        """Leaves out the versions and whether it is a draft: either may have changed since this object was read."""
        if not self._state.adding and kwargs.get("update_fields") is None:
            columns = [field.name for field in self._meta.concrete_fields if not field.primary_key]
            kwargs["update_fields"] = set(columns) - {"findings_version", "questions_version", "is_draft"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("public:programme", args=[self.programme.slug])

    @property
    def zone(self):
        """The zone in which its dates are meant and said: its own, else the programme's."""
        return ZoneInfo(self.time_zone) if self.time_zone else self.programme.zone

    @property
    def zone_beside(self):
        """The programme's, where the call has one of its own: a deadline is said in both."""
        return self.programme.zone if self.time_zone else None

    @cached_property
    def listed_questions(self) -> kept_questions.Questions:
        """Its questions in the order of the form, each with its section; shared with others, so not to be changed."""
        return kept_questions.of_call(self)

    @property
    def managers(self):
        """Those who run it now."""
        live = Role.objects.live().filter(programme=self.programme_id, kind=Role.Kind.MANAGER)
        return User.objects.filter(roles__in=live).order_by("pk")

    @property
    def applicants(self):
        """Whoever applied to it, those included who have left their team since."""
        return applicants(startup__applications__call=self)

    @property
    def is_released(self) -> bool:
        """Letters are out; what was decided may show."""
        return hasattr(self, "release")


class CallWindow(models.Model):
    """When a call is open: opens_at <= now < closes_at, instants in UTC. A submit locks this row FOR SHARE."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="window", primary_key=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField(help_text="Exclusive: at this instant it is over.")
    extended_until = models.DateTimeField(
        null=True, blank=True, help_text="The latest extension of the whole call; `Extension` says why."
    )
    deadline_set_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was last moved or extended for everybody."
    )
    sealed_at = models.DateTimeField(null=True, blank=True)
    seal_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 over the sealed list.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="a_window_opens_before_it_closes"
            )
        ]

    def __str__(self) -> str:
        return f"{self.opens_at} – {self.deadline}"

    @property
    def deadline(self) -> datetime:
        """Exclusive, for whoever was granted nothing of their own: the advertised end, or an extension for everybody."""
        return window.latest(self.closes_at, self.extended_until)

    def state(self, now: datetime) -> window.State:
        return window.state(self.opens_at, self.deadline, now)

    def is_open(self, now: datetime) -> bool:
        return self.state(now) is window.State.OPEN


class CallReminder(models.Model):
    """When drafts are reminded: days before the last day at a wall time, or hours before the instant."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.TimeField(null=True, blank=True)
    hours_before = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days_before__isnull=False, at__isnull=False, hours_before__isnull=True)
                | Q(days_before__isnull=True, at__isnull=True, hours_before__isnull=False),
                name="a_reminder_is_by_day_or_by_hour",
            )
        ]

    def __str__(self) -> str:
        return (
            f"{self.hours_before} h before"
            if self.hours_before is not None
            else f"{self.days_before} d, {self.at}"
        )

    def moment(self, deadline: datetime | None = None):
        """The instant at which it is due, in UTC: before the call's deadline, or before another that was granted."""
        return window.reminder_moment(
            deadline or self.call.window.deadline,
            self.call.zone,
            days_before=self.days_before,
            at=self.at,
            hours_before=self.hours_before,
        )


class EligibilityCheck(models.Model):
    """One line of the manager's screening checklist; eligibility is a verdict apart from merit."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="eligibility_checks")
    key = models.SlugField()
    text = LocalisedTextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], name="an_eligibility_check_is_listed_once")
        ]

    def __str__(self) -> str:
        return str(self.text)
