"""What the tick remembers: whose turn it is, which moments are over, and what it could not do."""

from django.db import models

from accelerator import clock


class Turn(models.Model):
    """Who does the work that one process at a time is to do. A lease on the machine's clock, not a lock of a session:
    a pooler may give each transaction another session."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.UUIDField()
    lease_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.lease_until}"


class DoneMoment(models.Model):
    """A moment whose notices are written, so that no tick asks again who should have had them."""

    key = models.CharField(max_length=200, primary_key=True)
    due_at = models.DateTimeField(db_index=True, help_text="The programme's clock.")

    def __str__(self) -> str:
        return self.key


class Trouble(models.Model):
    """Something that the tick could not do for one object, until it can; everything else went on."""

    what = models.CharField(max_length=100, help_text="The declaration, or the kind of the notice or job.")
    about = models.CharField(max_length=100, blank=True, help_text="Model and key of the object.")
    error = models.CharField(max_length=500)
    since = models.DateTimeField(default=clock.real_now)
    last_seen_at = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["what", "about"], name="a_trouble_is_named_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.about}: {self.error}"
