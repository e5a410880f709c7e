"""The startups that were chosen in one call."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accelerator import clock
from accelerator.models import Programme, Role, Startup
from accelerator.records.fields import PublicIdField
from applications.calls import window
from applications.models import Application, Call, Offer


class CohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The members' teams, and everybody with a role in the programme but its reviewers."""
        roles = Role.objects.held_by(user, Role.Kind.MANAGER, Role.Kind.MENTOR, Role.Kind.PARTNER_VIEWER)
        return self.filter(
            Q(memberships__startup__in=Startup.objects.of(user)) | Q(call__programme__roles__in=roles)
        ).distinct()


class Cohort(models.Model):
    public_id = PublicIdField()
    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="cohort")
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lt=F("ends_on")), name="a_cohort_begins_before_it_ends"
            )
        ]

    def __str__(self) -> str:
        return str(self.call)

    def get_absolute_url(self) -> str:
        return reverse("cohorts:cohort", args=[self.public_id])

    @property
    def programme(self) -> Programme:
        return self.call.programme

    @property
    def starts_at(self) -> datetime:
        """The first instant of its first day, in the programme's zone."""
        return window.end_of_day(self.starts_on - timedelta(days=1), self.programme.zone)

    @property
    def ends_at(self) -> datetime:
        """Exclusive: the midnight after its last day."""
        return window.end_of_day(self.ends_on, self.programme.zone)

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends_at


class MembershipQuerySet(models.QuerySet):
    def of(self, user):
        return self.filter(startup__in=Startup.objects.of(user))

    def managed_by(self, user):
        """What a manager reads of members; nothing of one that they had a conflict with, or whose call they applied to."""
        return self.filter(offer__application__in=Application.objects.managed_by(user))

    def latest_first(self):
        return self.order_by("-cohort__starts_on", "-pk")

    def visible_to(self, user):
        return self.filter(cohort__in=Cohort.objects.visible_to(user))


class Membership(models.Model):
    """A startup in a cohort: it accepted its offer."""

    public_id = PublicIdField()
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="memberships")
    startup = models.ForeignKey(Startup, on_delete=models.PROTECT, related_name="cohort_memberships")
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="membership")
    topics = models.JSONField(default=list, blank=True, help_text="Keys of the programme's topics.")
    joined_at = models.DateTimeField(default=clock.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "startup"], name="a_startup_joins_a_cohort_once")
        ]

    def __str__(self) -> str:
        return self.startup.name

    def get_absolute_url(self) -> str:
        return reverse("cohorts:member", args=[self.public_id])

    @property
    def programme(self) -> Programme:
        return self.cohort.programme
