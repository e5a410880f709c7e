"""What everybody in the cohort does together: kick-off, workshops, check-ins, mid-term, demo day."""

from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator.models import Partner, Programme
from accelerator.records.fields import LocalisedTextField, PublicIdField
from applications.models import Call
from cohorts.admission.models import Cohort

INVITED_AHEAD = timedelta(weeks=4)


class EventQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(call__cohort__in=Cohort.objects.visible_to(user))

    def standing(self):
        """Those that are to take place, or did."""
        return self.filter(cancelled_at__isnull=True)

    def binding(self):
        """Those at which everybody of the cohort is expected; at a dinner nobody has to be."""
        return self.standing().exclude(kind=Event.Kind.SOCIAL)


class Event(models.Model):
    """An entry in the cohort's calendar. It hangs on the call, so that it can be planned before anybody is in."""

    class Kind(models.TextChoices):
        KICK_OFF = "kick_off", _("kick-off")
        WORKSHOP = "workshop", _("workshop")
        CHECK_IN = "check_in", _("check-in")
        MID_TERM = "mid_term", _("mid-term review")
        DEMO_DAY = "demo_day", _("demo day")
        SOCIAL = "social", _("meeting up")

    public_id = PublicIdField()
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    title = LocalisedTextField()
    about = LocalisedTextField()
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    calendar_sequence = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True, default="", db_default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["call", "starts_at", "kind"], name="an_event_is_planned_once")
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("cohorts:event", args=[self.public_id])

    @property
    def ends_at(self):
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def programme(self) -> Programme:
        return self.call.programme

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def binds(self) -> bool:
        """Whether everybody is expected; at a dinner nobody has to be."""
        return self.kind != self.Kind.SOCIAL

    def is_in_calendars_from(self) -> datetime:
        """When the invitations to it are written at the latest."""
        return self.starts_at - INVITED_AHEAD

    def is_changeable(self, now: datetime) -> bool:
        """Until it begins."""
        return not self.is_cancelled and now < self.starts_at


MILESTONES = [Event.Kind.KICK_OFF, Event.Kind.MID_TERM, Event.Kind.DEMO_DAY]
