"""The rules by which a call selects, sealed with a hash, and what managers propose to amend in them.

A deadline is no part of the rules. Versions are rows that the database lets nobody change, and while there is one, it lets
nothing change what the rules say but the verbs of `setup/amendments.py`.
"""

import json
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accelerator.models import User
from accelerator.transitions import HasStatus
from applications.calls.models import Call


class SealedProtocol(models.Model):
    """The rules of a call as they were sealed, or as an amendment left them; the one with the highest number holds.

    A trigger refuses every change of a row.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="sealed_protocols")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(help_text="Canonical JSON, as it is published.")
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    sealed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: the clock."
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="versions_of_rules_are_numbered")
        ]

    def __str__(self) -> str:
        return f"{self.call}, rules {self.number}"

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.text)


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def waiting(self):
        return self.filter(status=Amendment.Status.PROPOSED)

    def made(self):
        """Those that came into force, whether they were undone since or not."""
        return self.filter(made__isnull=False)


class Amendment(HasStatus):
    """A change of sealed rules: proposed by one manager, in force once another without a conflict has confirmed it."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second person")
        IN_FORCE = "in_force", _("in force")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        UNDONE = "undone", _("undone")

    TRANSITIONS = {
        Status.PROPOSED: {Status.IN_FORCE, Status.REFUSED, Status.WITHDRAWN},
        Status.IN_FORCE: {Status.UNDONE},
    }
    PILLS = {Status.PROPOSED: "now", Status.IN_FORCE: "good", Status.REFUSED: "bad"}

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="amendments")
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    against = models.ForeignKey(
        SealedProtocol,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The rules that it would change.",
    )
    wanted = models.JSONField(help_text="The whole document as it would be.")
    asks_earlier = models.BooleanField(
        default=False, help_text="A criterion that it adds is asked of those who have reviewed, too."
    )
    reason = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="", help_text="Why it was refused.")
    is_alone = models.BooleanField(
        default=False, help_text="Nobody else could confirm it, so who proposed it went on."
    )
    made = models.OneToOneField(
        SealedProtocol, on_delete=models.PROTECT, null=True, blank=True, related_name="made_by"
    )
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    restored = models.OneToOneField(
        SealedProtocol, on_delete=models.PROTECT, null=True, blank=True, related_name="restored_by"
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(status="proposed"), name="one_amendment_waits_for_each_call"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["in_force", "undone"])
                | Q(is_alone=True, answered_by=F("proposed_by"))
                | (Q(is_alone=False, answered_by__isnull=False) & ~Q(answered_by=F("proposed_by"))),
                name="an_amendment_takes_two_people_or_says_so",
            ),
            models.CheckConstraint(
                condition=Q(made__isnull=False) | ~Q(status__in=["in_force", "undone"]),
                name="an_amendment_in_force_made_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call}, {self.get_status_display()}"

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.PROPOSED

    @property
    def is_in_force(self) -> bool:
        return self.status == self.Status.IN_FORCE
