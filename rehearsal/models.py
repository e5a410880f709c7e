"""The marker of a rehearsed database, and how far its guide has come."""

from django.db import models
from django.db.models import Q


class Rehearsal(models.Model):
    """One row: this database holds a rehearsal, and may be emptied and filled again."""

    seed = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(help_text="The rehearsed moment at which it was opened.")
    stops_seen = models.JSONField(default=list, blank=True)
    walking_to = models.DateTimeField(null=True, blank=True, help_text="The moment a jump is on its way to.")
    stopped_at = models.DateTimeField(null=True, blank=True, help_text="Where the last jump broke off.")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="a_database_holds_one_rehearsal")]

    def __str__(self) -> str:
        return f"Rehearsal {self.seed}"
