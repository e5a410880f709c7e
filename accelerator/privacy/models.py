"""Copies of one's own data, accounts that are to be closed, and the certificates of what was emptied."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accelerator.records.fields import PublicIdField
from accelerator.records.people import User
from accelerator.records.programmes import Programme


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


class AccountClosing(models.Model):
    """Somebody asked that their account be closed. It is done fourteen days later, unless they say otherwise."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="closings")
    asked_at = models.DateTimeField(help_text="On the programme's clock, as all of these.")
    due_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True, help_text="Of the link that undoes it.")
    undone_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(undone_at=None, done_at=None),
                name="an_account_is_closed_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(undone_at=None, done_at=None), name="accounts_to_close"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, due {self.due_at}"


class Certificate(models.Model):
    """What was emptied, what stays and why: of one account, or of what a call no longer keeps. Names nobody."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("an account was closed")
        TIME = "time", _("the time to keep it was over")

    public_id = PublicIdField()
    kind = models.CharField(max_length=8, choices=Kind)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    made_at = models.DateTimeField(help_text="The programme's clock.")
    document = models.JSONField()
    sha256 = models.CharField(max_length=64, help_text="Of the canonical JSON of the document.")

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="certificates_about_one_object")]

    def __str__(self) -> str:
        return f"{self.public_id}, {self.get_kind_display()}"
