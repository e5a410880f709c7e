"""What managers write to a group of people."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator.groups import audiences
from accelerator.messages.models import OutboxMessage
from accelerator.records.fields import PublicIdField
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.transitions import HasStatus


class GroupMessageQuerySet(models.QuerySet):
    def visible_to(self, user: User):
        """What is written to a group that this person may write to themselves."""
        return self.filter(audiences.may_write_to(user))


class GroupMessage(HasStatus):
    """One text to a group. Who is in it is asked when it leaves: then each of them gets a row of the outbox.

    A message that is planned can be held, and is a draft again; once `due_at` has come it is leaving or has left.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("being written")
        PLANNED = "planned", _("planned")
        DROPPED = "dropped", _("put aside")

    TRANSITIONS = {
        Status.DRAFT: {Status.PLANNED, Status.DROPPED},
        Status.PLANNED: {Status.DRAFT},
        Status.DROPPED: {Status.DRAFT},
    }

    public_id = PublicIdField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="group_messages")
    audience = models.CharField(max_length=60, help_text="The name of a declared audience.")
    place_id = models.BigIntegerField(help_text="The key of what the group is of, such as a call.")
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"))
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    due_at = models.DateTimeField(null=True, blank=True, help_text="The programme's clock.")
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(help_text="The programme's clock.")
    sender = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who sent it: only whom they may write to gets it.",
    )

    objects = GroupMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="planned", due_at__isnull=False, sender__isnull=False)
                | (~Q(status="planned") & Q(due_at__isnull=True, sender__isnull=True)),
                name="a_planned_message_has_a_moment_and_a_sender",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="planned"), name="group_messages_by_moment")
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_editable(self) -> bool:
        return self.status == self.Status.DRAFT

    def has_left(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now

    def group(self, reader: User) -> audiences.Group | None:
        return audiences.group(reader, self.audience, self.place_id)

    @property
    def key(self) -> str:
        """How the keys of its mails begin."""
        return f"group:{self.pk}:"

    @property
    def mails(self) -> models.QuerySet[OutboxMessage]:
        """One for each person, from the moment that it leaves."""
        return OutboxMessage.objects.filter(dedupe_key__startswith=self.key)
