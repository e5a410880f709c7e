"""What a member wants to have reached by the end."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.models import User
from cohorts.admission.models import Membership


class Goal(models.Model):
    """Something a startup wants to have reached by the end."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="goals")
    text = models.CharField(_("goal"), max_length=300)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=clock.now)
    reached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["set_at", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_reached(self) -> bool:
        return self.reached_at is not None
