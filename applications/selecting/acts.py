"""What people do on the board, kept so that it can be undone, proposed and named: rows without rules of their own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator.models import User
from applications.applying.models import Application
from applications.calls.models import Call


class BoardActQuerySet(models.QuerySet):
    def standing(self):
        """Those that nobody has undone."""
        return self.filter(undone_at=None)


class BoardAct(models.Model):
    """One act of a person on the board or on a letter: what stood before it, and what it made.

    It can be undone while what it made still stands (`undoing.why_not`).
    """

    class Kind(models.TextChoices):
        PICKED = "picked", _("picked")
        RESERVED = "reserved", _("put in the reserve")
        LEFT_OUT = "left_out", _("not selected")
        OTHERS_LEFT_OUT = "others_left_out", _("all others: not selected")
        TAKEN_BACK = "taken_back", _("decision taken back")
        REORDERED = "reordered", _("moved in the reserve")
        LETTER_EDITED = "letter_edited", _("letter changed")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="board_acts")
    application = models.ForeignKey(
        Application,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="board_acts",
        help_text="Empty for an act on all others.",
    )
    kind = models.CharField(max_length=16, choices=Kind)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(default=dict, help_text="By application: the decision that stood, or nothing.")
    after = models.JSONField(default=dict, help_text="By application: the mark of what stands since.")
    letters = models.JSONField(default=list, help_text="Letters that it put aside.")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BoardActQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["call", "by"], name="board_acts_of_somebody")]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_kind_display()}, {self.application or self.call}"


class LetterVersion(models.Model):
    """Words that a letter had before somebody changed it, under the number that they had."""

    letter = models.ForeignKey("applications.Letter", on_delete=models.CASCADE, related_name="earlier")
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="versions_of_a_letter_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.letter}, version {self.number}"


class ProposedActQuerySet(models.QuerySet):
    def waiting(self):
        """Neither confirmed, nor refused, nor withdrawn."""
        return self.filter(confirmed_at=None, refused_at=None, withdrawn_at=None)


class ProposedAct(models.Model):
    """What somebody would decide or publish, until another person confirms it.

    So decides a manager with a conflict in the call, and so goes out a release with something amiss.
    """

    class Act(models.TextChoices):
        PICK = "pick", _("pick")
        RESERVE = "reserve", _("put in the reserve")
        LEAVE_OUT = "leave_out", _("leave out")
        TAKE_BACK = "take_back", _("take the decision back")
        RELEASE = "release", _("publish the decisions")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="proposals")
    application = models.ForeignKey(
        Application,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="proposals",
        help_text="Empty for the release.",
    )
    act = models.CharField(max_length=10, choices=Act)
    reason = models.TextField(blank=True)
    seen = models.CharField(max_length=80, help_text="The mark of what stood when it was proposed.")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True, help_text="Why it was refused.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ProposedActQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(act="release") & Q(application__isnull=True))
                | (~Q(act="release") & Q(application__isnull=False)),
                name="a_proposal_names_its_application_or_the_release",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, refused_at=None)
                | Q(confirmed_at=None, withdrawn_at=None)
                | Q(refused_at=None, withdrawn_at=None),
                name="a_proposal_ends_once",
            ),
            models.UniqueConstraint(
                fields=["call", "application", "proposed_by"],
                condition=Q(confirmed_at=None, refused_at=None, withdrawn_at=None),
                nulls_distinct=False,
                name="one_proposal_of_a_person_waits_for_each_application",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposed_by}: {self.get_act_display()}, {self.application or self.call}"

    @property
    def is_waiting(self) -> bool:
        return not (self.confirmed_at or self.refused_at or self.withdrawn_at)

    @property
    def is_release(self) -> bool:
        return self.act == self.Act.RELEASE


class NamedException(models.Model):
    """Something that went on although a rule stood against it, with who let it and why. The dossier counts it by kind."""

    class Kind(models.TextChoices):
        IN_CONFLICT = (
            "in_conflict",
            _("decided by somebody with a conflict, because nobody without one was there"),
        )
        RELEASED_IN_CONFLICT = (
            "released_in_conflict",
            _("published by somebody with a conflict, because nobody without one was there"),
        )
        LETTER_OLDER = "letter_older", _("a letter older than the comments that it brings")
        BELOW_QUORUM = "below_quorum", _("a place for an application with too few reviews")
        LATE_CONFLICT = "late_conflict", _("a conflict of a reviewer that was found after the decision")
        OLDER_RULES = "older_rules", _("a place that was given before the rules were amended")
        NO_SECOND = "no_second", _("published with something amiss, and no second person was there")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="named_exceptions")
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.application or self.call}"
