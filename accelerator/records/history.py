"""Who did what to which object, when, and why. Rows are added, never changed; the database sees to it."""

from django.db import models

from accelerator.records.people import User
from accelerator.records.programmes import Programme


class HistoryEntry(models.Model):
    happened_at = models.DateTimeField(help_text="The programme's clock.")
    recorded_at = models.DateTimeField(help_text="The machine's clock.")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=60, help_text="Verb in the past, such as application.submitted")
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    reason = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="history_of_one_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"
