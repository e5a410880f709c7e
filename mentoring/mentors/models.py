"""Mentors belong to partners; their availability is wall time in the zone of their account."""

import zoneinfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator.models import Partner, Programme, Role, User
from accelerator.records.fields import PublicIdField
from cohorts.admission.models import Cohort
from mentoring.mentors.availability import Rule


class MentorQuerySet(models.QuerySet):
    def serving(self):
        """Those who still hold the role; the others are remembered with their sessions."""
        roles = Role.objects.live().filter(
            kind=Role.Kind.MENTOR, user=OuterRef("user"), programme=OuterRef("programme")
        )
        return self.filter(Exists(roles))

    def active(self):
        """Who takes new sessions."""
        return self.serving().filter(paused_at__isnull=True)

    def visible_to(self, user):
        """Members' teams and everybody inside the programme may look up its mentors."""
        cohorts = Cohort.objects.visible_to(user)
        return self.filter(Q(programme__calls__cohort__in=cohorts) | Q(user_id=user.pk or 0)).distinct()


class Mentor(models.Model):
    public_id = PublicIdField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="mentors")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mentoring")
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="mentors"
    )
    headline = models.CharField(_("headline"), max_length=160, blank=True)
    bio = models.TextField(_("about you"), blank=True)
    topics = models.JSONField(default=list, blank=True, help_text="Keys of the programme's topics.")
    session_minutes = models.PositiveSmallIntegerField(
        _("minutes per session"), default=45, validators=[MinValueValidator(15), MaxValueValidator(180)]
    )
    notice_hours = models.PositiveSmallIntegerField(_("hours of notice"), default=24)
    meeting_link = models.URLField(_("video link"), blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    objects = MentorQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "user"], name="a_mentor_is_listed_once")]

    def __str__(self) -> str:
        return str(self.user)

    def get_absolute_url(self) -> str:
        return reverse("mentoring:mentor", args=[self.public_id])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return self.user.zone

    @property
    def rules(self) -> list[Rule]:
        """The weekly hours as the pure rules want them."""
        return [Rule(row.weekday, row.starts, row.ends) for row in self.availability.all()]

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None


class Availability(models.Model):
    """A weekly rule: free on this weekday from one wall time to another, in the mentor's zone."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    mentor = models.ForeignKey(Mentor, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="free_time_starts_before_it_ends"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_week_has_seven_days"),
            models.UniqueConstraint(fields=["mentor", "weekday", "starts"], name="free_time_is_listed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"
