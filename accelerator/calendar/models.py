"""What the calendar at each address holds of the things that its owner was invited to, and where calendars are read."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator.records.fields import PublicIdField


class CalendarEntry(models.Model):
    """One thing in the calendar at one address of one person.

    `invited` and `cancelled` count from the moment the mail is written: it has arrived, may have, or still can. When
    it cannot any more (withdrawn, refused for good), `accelerator/calendar/invites.py` goes back to what the last mail
    that could left there. `starts_at`, `ends_at` and `place` are those of the last invitation, which a cancellation
    repeats. `sequence` is the highest number ever written to this address and never falls.
    """

    class State(models.TextChoices):
        NOTHING = "nothing", _("nothing")
        INVITED = "invited", _("invited")
        CANCELLED = "cancelled", _("cancelled")

    object_type = models.CharField(max_length=60, help_text="Of the thing, as messages name it.")
    object_id = models.BigIntegerField()
    recipient = models.ForeignKey(
        "accelerator.User", on_delete=models.PROTECT, related_name="calendar_entries"
    )
    address = models.EmailField(
        help_text="In lower case. People change theirs; a calendar stays where it was."
    )
    state = models.CharField(max_length=10, choices=State, default=State.NOTHING)
    uid = models.CharField(max_length=255, blank=True)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    place = models.TextField(blank=True)
    message = models.ForeignKey(
        "accelerator.OutboxMessage",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The mail that brought it to this state.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "recipient", "address"],
                name="a_calendar_holds_a_thing_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="invited")
                | Q(sequence__isnull=False, starts_at__isnull=False, ends_at__isnull=False),
                name="an_invitation_says_which_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id} at {self.address}: {self.state}"

    @property
    def is_held(self) -> bool:
        return self.state == self.State.INVITED

    def raise_to(self, sequence: int) -> None:
        """A calendar believes the highest number alone. Raises ValueError when this one would not be."""
        if self.sequence is not None and sequence <= self.sequence:
            raise ValueError(f"{self}: SEQUENCE {sequence} after {self.sequence}")
        self.sequence = sequence

    def hold(self, *, uid: str, starts_at: datetime, ends_at: datetime, place: str) -> None:
        self.state, self.uid = self.State.INVITED, uid
        self.starts_at, self.ends_at, self.place = starts_at, ends_at, place

    def empty(self) -> None:
        """Nothing that was written can have arrived, or still will."""
        self.state, self.message = self.State.NOTHING, None


class CalendarFeed(models.Model):
    """A private address at which one person's calendar application reads a calendar that they may look at.

    `subject` is whose, as `accelerator/calendar/showing.py` names it. `secret` is the half of the address that is kept.
    """

    user = models.ForeignKey("accelerator.User", on_delete=models.PROTECT, related_name="calendar_feeds")
    subject = models.CharField(max_length=100)
    secret = PublicIdField()
    made_at = models.DateTimeField(help_text="The programme's clock.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "subject"], name="one_address_for_a_calendar_of_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.subject} for {self.user}"
