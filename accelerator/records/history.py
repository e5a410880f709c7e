"""Who did what to which object, when, and why. Rows are added, never changed; the database sees to it.

The rows of one object are a chain: each carries a hash over itself and over the one before. What may have to be erased
one day, reasons and what stood in a field, stands in a row beside, of which the chain holds a salted digest only.
"""

from typing import Any

from django.db import models
from django.db.models import Q

from accelerator.records.people import User
from accelerator.records.programmes import Programme


class HistoryEntryQuerySet(models.QuerySet):
    def about(self, about: models.Model):
        return self.filter(object_type=about._meta.label_lower, object_id=about.pk)

    def to_be_read(self):
        """With what `reason`, `changes` and the actor's name need, in the same query."""
        return self.select_related("actor", "side")


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
    details = models.JSONField(default=dict, blank=True, help_text="Ids, names of fields and figures.")
    place = models.PositiveIntegerField(
        null=True, help_text="In the chain of its object; empty until it is chained."
    )
    hash = models.CharField(max_length=64, db_default="", default="", help_text="Of it and the one before.")
    side_digest = models.CharField(
        max_length=64, db_default="", default="", help_text="Of the salt and the words in the row beside."
    )

    objects = HistoryEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "place"], name="one_history_entry_at_a_place"
            ),
            models.CheckConstraint(
                condition=Q(place=None, hash="") | Q(place__gt=0, hash__regex="^[0-9a-f]{64}$"),
                name="a_chained_history_entry_has_place_and_hash",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"

    @property
    def reason(self) -> str:
        return self.side.reason if hasattr(self, "side") else ""

    @property
    def changes(self) -> dict[str, list]:
        """Field → [before, after]; [before] alone where a version of Slipway before kept no more. Empty when erased."""
        return self._value("changes", {})

    @property
    def name(self) -> str:
        """What an object that was deleted was called, or a file that was refused."""
        return self._value("name", "")

    def _value(self, key: str, otherwise: Any) -> Any:
        return self.side.values.get(key, otherwise) if hasattr(self, "side") else otherwise


class HistorySide(models.Model):
    """The words of an entry: they may name somebody, so they can be erased, and the chain holds without them."""

    entry = models.OneToOneField(
        HistoryEntry, on_delete=models.PROTECT, related_name="side", primary_key=True
    )
    salt = models.CharField(
        max_length=64, help_text="Random, so that no digest can be guessed back; empty when erased."
    )
    reason = models.TextField(blank=True)
    values = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = "words of a history entry"
        verbose_name_plural = "words of history entries"

    def __str__(self) -> str:
        return f"words of entry {self.entry_id}"

    @property
    def is_erased(self) -> bool:
        return not self.salt


class HistoryChain(models.Model):
    """How many entries one object has, and the hash of the last: locked while another is added."""

    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    length = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["object_type", "object_id"], name="one_history_chain_per_object")
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}: {self.length}"
