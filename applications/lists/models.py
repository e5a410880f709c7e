"""What the search of applications reads."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from applications.applying.models import Application


class SubmittedWords(models.Model):
    """The words of the version that counts, for the search alone: a trigger writes them with each version, and empties
    them with it. So no draft's words are here, and no page can read a text of it."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, primary_key=True, related_name="submitted_words"
    )
    number = models.PositiveSmallIntegerField(help_text="Of the version.")
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="words_of_submissions")]

    def __str__(self) -> str:
        return f"{self.application_id}, version {self.number}"
