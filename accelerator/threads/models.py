"""What came back: answers to our mails, and what managers note beside them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator.messages.models import OutboxMessage
from accelerator.records.fields import PublicIdField
from accelerator.records.people import User


class ReplyQuerySet(models.QuerySet):
    def about(self, messages: models.QuerySet[OutboxMessage]):
        """Answers to these messages: whoever may read a mail may read what came back."""
        return self.filter(message__in=messages.values("pk"))

    def waiting(self):
        return self.filter(settled_at=None).exclude(kind=Reply.Kind.AUTOMATIC)


class Reply(models.Model):
    """One answer to one mail. It waits until somebody settles it; what a machine wrote waits for nobody."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("answer")
        AUTOMATIC = "automatic", _("automatic answer")
        BOUNCE = "bounce", _("not delivered")

    public_id = PublicIdField()
    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="replies")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REPLY)
    text = models.TextField(blank=True)
    from_address = models.CharField(
        max_length=254, blank=True, help_text="Of a mail; empty where it came by the form."
    )
    mail_id = models.CharField(
        max_length=250, null=True, blank=True, unique=True, help_text="Its Message-ID."
    )
    came_at = models.DateTimeField(help_text="The programme's clock.")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="The programme's clock.")
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["came_at", "pk"]
        verbose_name_plural = _("replies")
        indexes = [models.Index(fields=["came_at"], condition=Q(settled_at=None), name="replies_that_wait")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.came_at}"

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether the mail came from another address than ours went to."""
        return bool(self.from_address) and self.from_address.lower() != self.message.to_email.lower()


class ThreadNote(models.Model):
    """What a manager notes beside a mail or what came back, for those who may read it; nobody else is told."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="The programme's clock.")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"note of {self.at}"
