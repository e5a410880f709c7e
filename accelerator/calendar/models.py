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


class CalendarAnswer(models.Model):
    """What somebody says to an invitation. It is about one time: what is moved since has not been answered."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("comes")
        TENTATIVE = "tentative", _("may come")
        DECLINED = "declined", _("cannot come")

    class Way(models.TextChoices):
        PAGE = "page", _("on its page")
        LINK = "link", _("by the link of a mail")
        CALENDAR = "calendar", _("from a calendar")

    object_type = models.CharField(max_length=60, help_text="Of the thing, as messages name it.")
    object_id = models.BigIntegerField()
    user = models.ForeignKey("accelerator.User", on_delete=models.PROTECT, related_name="calendar_answers")
    answer = models.CharField(max_length=10, choices=Answer)
    note = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField(help_text="The time that was answered.")
    way = models.CharField(max_length=10, choices=Way)
    answered_at = models.DateTimeField(help_text="The programme's clock.")
    stated_at = models.DateTimeField(null=True, blank=True, help_text="What a calendar says of when.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "user"], name="one_answer_of_a_person_to_an_invitation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.answer} {self.object_type} {self.object_id}"

    @property
    def partstat(self) -> str:
        """As calendars write it."""
        return self.answer.upper()


class CalendarReply(models.Model):
    """An answer that a calendar sent, and what became of it: the record of those that were refused."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("taken")
        FORGED = "forged", _("it came from another address than it speaks for")
        UNKNOWN = "unknown", _("it answers no invitation of ours")
        OUTDATED = "outdated", _("it answers an earlier state")
        REFUSED = "refused", _("it came too late, or from somebody who is not invited any more")
        UNREADABLE = "unreadable", _("it cannot be read")

    mail_id = models.CharField(
        max_length=250, null=True, blank=True, unique=True, help_text="Its Message-ID."
    )
    from_address = models.CharField(max_length=254, blank=True)
    uid = models.CharField(max_length=255, blank=True)
    said = models.CharField(max_length=20, blank=True, help_text="Its PARTSTAT.")
    outcome = models.CharField(max_length=10, choices=Outcome)
    user = models.ForeignKey(
        "accelerator.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    came_at = models.DateTimeField(help_text="The programme's clock.")

    class Meta:
        ordering = ["came_at", "pk"]
        verbose_name_plural = _("calendar replies")
        indexes = [models.Index(fields=["from_address", "came_at"], name="calendar_replies_of_somebody")]

    def __str__(self) -> str:
        return f"{self.said} from {self.from_address}: {self.outcome}"


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
