"""Who of the staff opened what, and how often in a day. No history: it is counted up, chained to nothing, and may be
deleted when it is of no more use."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accelerator.records.people import User


class Reading(models.Model):
    class What(models.TextChoices):
        APPLICATION = "application", _("the application")
        FILE = "file", _("a file of it")
        LETTER = "letter", _("its letter")
        SCORE = "score", _("how its score comes about")
        LETTERS = "letters", _("the list of letters")
        BOARD = "board", _("the selection")
        AGREEMENT = "agreement", _("how far reviewers agree")
        RANKING = "ranking", _("the ranking")
        DOSSIER = "dossier", _("the dossier of the selection")
        EXPORT = "export", _("a line in an exported list")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20, choices=What.choices)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    day = models.DateField(help_text="In UTC.")
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-day", "-count", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "day", "person", "what"],
                name="readings_of_a_day_are_one_row",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.what} {self.day}: {self.count}"
