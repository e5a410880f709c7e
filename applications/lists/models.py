"""What the search of applications reads, and what managers set beside one: labels, who looks after it, notes, views."""

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


class ApplicationNote(models.Model):
    """What a manager writes beside an application for the others. Never for founders or reviewers, and never for
    somebody with a conflict: whoever may not see the application has no page on which it stands."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    named = models.ManyToManyField(
        User, related_name="+", help_text="Who was written to, because it names them."
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application_id}, {self.at}"


class SavedView(models.Model):
    """A search, a state, an order and columns under a name: somebody's own, or shared with the managers of the call. It
    holds what to look for, never what was found, so everybody sees in it what they may see."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="saved_views")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=4000, help_text="Of the list's address.")
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "call", "person", Lower("name"), name="somebody_saves_a_view_of_a_call_once_by_its_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
