"""Every message the system sends is a row that can be looked up, read as it was, and traced to its cause; and what the
tick remembers: whose turn it is, which moments are over, what it could not do."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.records.fields import BulkBinaryField, PublicIdField
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.transitions import HasStatus


class OutboxQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(status__in=[OutboxMessage.Status.WAITING, OutboxMessage.Status.SENDING])

    def due(self, now: datetime):
        return self.unsent().filter(due_at__lte=now)

    def readable_by(self, user):
        """Managers read their programme's messages; sign-in codes are read by nobody."""
        return self.filter(programme__in=Programme.objects.managed_by(user))


class OutboxMessage(HasStatus):
    """One mail to one person.

    `dedupe_key` names event, object and version of the thing announced, so that nothing is said twice.
    `due_at` and `useless_after` are on the programme's clock; lease, next try and sent are on the machine's.
    """

    class Status(models.TextChoices):
        HELD = "held", _("held")
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("on its way")
        SENT = "sent", _("sent")
        SKIPPED = "skipped", _("skipped")
        CANCELLED = "cancelled", _("cancelled")
        DEAD = "dead", _("not delivered")

    TRANSITIONS = {
        Status.HELD: {Status.WAITING, Status.CANCELLED},
        Status.WAITING: {Status.SENDING, Status.SKIPPED, Status.CANCELLED, Status.DEAD},
        Status.SENDING: {Status.SENT, Status.SKIPPED, Status.WAITING, Status.DEAD},
        Status.DEAD: {Status.WAITING},
    }

    public_id = PublicIdField()
    kind = models.CharField(max_length=60)
    dedupe_key = models.CharField(max_length=200, unique=True)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    recipient = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    to_email = models.EmailField(help_text="Where it goes; asked again when it leaves, unless it is fixed.")
    address_is_fixed = models.BooleanField(
        default=False,
        db_default=False,
        help_text="It goes to this very address, whatever address its recipient has by then.",
    )
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    version = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text="Which state of its object it announces: a time, a number.",
    )
    reference = models.CharField(
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text="Of the request that wrote it, as in the log.",
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was skipped or cancelled.")
    is_secret = models.BooleanField(
        default=False, help_text="Sign-in codes: encrypted until sent, erased after."
    )

    created_at = models.DateTimeField(help_text="The programme's clock.")
    due_at = models.DateTimeField(help_text="The programme's clock.")
    useless_after = models.DateTimeField(null=True, blank=True, help_text="The programme's clock.")
    sent_on_programme_clock = models.DateTimeField(null=True, blank=True)

    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True, help_text="An iCalendar object, sent as text/calendar.")
    calendar_method = models.CharField(max_length=10, blank=True)
    mime = BulkBinaryField(default=b"", blank=True, help_text="The finished bytes, the same at every try.")

    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.real_now)
    last_error = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    may_have_arrived_twice = models.BooleanField(default=False)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                F("is_secret").desc(),
                "due_at",
                "id",
                condition=Q(status__in=["waiting", "sending"]),
                name="messages_in_order_of_claim",
            ),
            models.Index(fields=["object_type", "object_id"], name="messages_about_one_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_email}"

    @property
    def is_editable(self) -> bool:
        return self.status == self.Status.HELD

    @property
    def is_undelivered(self) -> bool:
        return self.status == self.Status.DEAD


class Turn(models.Model):
    """Who does the work that one process at a time is to do. A lease on the machine's clock, not a lock of a session:
    a pooler may give each transaction another session."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.UUIDField()
    lease_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.lease_until}"


class DoneMoment(models.Model):
    """A moment whose notices are written, so that no tick asks again who should have had them."""

    key = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField(db_index=True, help_text="The programme's clock.")

    def __str__(self) -> str:
        return self.key


class Trouble(models.Model):
    """Something that the tick could not do for one object, until it can; everything else went on."""

    what = models.CharField(max_length=100, help_text="The declaration, or the kind of the notice or job.")
    about = models.CharField(max_length=100, blank=True, help_text="Model and key of the object.")
    error = models.CharField(max_length=500)
    since = models.DateTimeField(default=clock.real_now)
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["what", "about"], name="a_trouble_is_named_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.about}: {self.error}"


class OwnWording(models.Model):
    """A version of the words of one kind of mail, as a programme has them in one language. The latest counts; one that
    is `as_shipped` goes back to ours."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="wordings")
    kind = models.CharField(max_length=60)
    language = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    as_shipped = models.BooleanField(default=False)
    subject = models.CharField(max_length=150, blank=True)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: a file."
    )
    written_at = models.DateTimeField(help_text="The programme's clock.")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "language", "number"], name="a_version_of_words_is_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(as_shipped=True, text="") | (Q(as_shipped=False) & ~Q(text="")),
                name="own_words_have_a_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language}), {self.number}"
