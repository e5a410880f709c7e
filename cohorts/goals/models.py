"""What a member wants to have reached by the end."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.models import User
from cohorts.admission.models import Membership


class GoalQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(dropped_at__isnull=True)

    def dropped(self):
        """The latest first."""
        return self.filter(dropped_at__isnull=False).order_by("-dropped_at", "-pk")


class Goal(models.Model):
    """Something a startup wants to have reached by the end."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="goals")
    text = models.CharField(_("goal"), max_length=300)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=clock.now)
    reached_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="Kept, so that it can be brought back."
    )

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["set_at", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_reached(self) -> bool:
        return self.reached_at is not None
