"""What the search of applications reads, and what managers set beside one: labels, and who looks after it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Lower

from accelerator import clock
from accelerator.models import User
from applications.applying.models import Application
from applications.calls.models import Call


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


class Label(models.Model):
    """A word that the managers of a call sort its applications by. Founders and reviewers never see it."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=40)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("call", Lower("name"), name="a_label_is_there_once_in_a_call")]

    def __str__(self) -> str:
        return self.name


class ApplicationLabel(models.Model):
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="labels")
    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "label"], name="an_application_bears_a_label_once")
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.label_id}"


class Charge(models.Model):
    """The manager who looks after an application among themselves. It gives no right and takes none."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, primary_key=True, related_name="charge"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.application_id}: {self.person_id}"
