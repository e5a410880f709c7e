"""A copy of one's own data that a worker makes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accelerator.records.fields import PublicIdField
from accelerator.records.people import User


def export_path(export, name: str) -> str:
    """Random and meaningless, as that of any file."""
    return f"exports/{export.public_id[:2]}/{export.public_id}.zip"


class DataExport(models.Model):
    """A copy of somebody's data, too large to be made while they wait. All moments are on the machine's clock."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        MAKING = "making", _("being made")
        READY = "ready", _("ready")

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_exports")
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    goes_at = models.DateTimeField(null=True, blank=True, help_text="When the file is deleted.")
    content = models.FileField(upload_to=export_path, max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0, help_text="bytes")

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(status__in=["waiting", "making"]),
                name="one_copy_of_ones_data_is_made_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_status_display()}"

    @property
    def is_ready(self) -> bool:
        return self.status == self.Status.READY
