"""What was agreed to or taken back after a submission, each time as a row of its own."""

from django.db import models

from accelerator.models import User
from applications.applying.models import Application


class ConsentChange(models.Model):
    """A consent given or taken back on *My data*. What was ticked in the form is in the submission that it came with."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="consent_changes")
    key = models.SlugField(help_text="Of the question.")
    is_given = models.BooleanField()
    version = models.PositiveSmallIntegerField(help_text="The submission whose words it is about.")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application}, {self.key}: {self.is_given}"
