"""How Slipway itself is doing: who works, and how things stood minute by minute."""

from django.db import models


class Heartbeat(models.Model):
    """When somebody last did their work, on the machine's clock: `tick`, `worker:<host>`, `drain:<host>`.

    One that ends in good order takes its row away; a row that grows old is somebody who died.
    """

    name = models.CharField(max_length=120, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}, {self.beat_at}"


class HealthMinute(models.Model):
    """How things stood in one minute, on the machine's clock; kept for thirty days (`health.KEPT`).

    `storage` and `mail` are None where there is nothing of the kind to ask.
    """

    at = models.DateTimeField(primary_key=True, help_text="The minute, without its seconds.")
    oldest_due_seconds = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField(help_text="Due and unsent, those that are backing off among them.")
    backing_off = models.PositiveIntegerField()
    dead = models.PositiveIntegerField()
    tick_age_seconds = models.PositiveIntegerField(null=True)
    broker = models.BooleanField(null=True)
    storage = models.BooleanField(null=True)
    mail = models.BooleanField(null=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at}: {self.waiting} waiting, the oldest for {self.oldest_due_seconds} s"
