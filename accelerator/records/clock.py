"""The programme's clock."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ClockSetting(models.Model):
    """At most one row: how far a rehearsal's clock is shifted, or where it stands. Empty in production."""

    shift = models.DurationField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="the_clock_is_one_row"),
            models.CheckConstraint(
                condition=Q(shift__isnull=True) | Q(frozen_at__isnull=True),
                name="a_clock_is_shifted_or_frozen_not_both",
            ),
        ]

    def __str__(self) -> str:
        return f"frozen at {self.frozen_at}" if self.frozen_at else f"shifted by {self.shift or 0}"

    @staticmethod
    def allowed() -> bool:
        return settings.CLOCK_ADJUSTABLE
