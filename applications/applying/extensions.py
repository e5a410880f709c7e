"""More time, as rows: extensions of a deadline, the incidents that they follow, and what founders wrote after the close."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator.models import User
from accelerator.transitions import HasStatus
from applications.applying.models import Application
from applications.calls.models import Call


class Incident(models.Model):
    """Something of ours that went wrong between two instants, with the record of our own health in that time."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="incidents")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    reason = models.TextField(help_text="What went wrong, as founders are told.")
    health = models.JSONField(help_text="What accelerator/watching had kept of these minutes.")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(began_at__lt=models.F("ended_at")), name="an_incident_begins_before_it_ends"
            )
        ]

    def __str__(self) -> str:
        return f"{self.call}, {self.began_at} – {self.ended_at}"


class ExtensionQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(taken_back_at=None)


class Extension(models.Model):
    """More time for one application, or for everybody in a call. Rows are added; one that was a mistake is taken back.

    The columns `extended_until` of window and application repeat the latest that stands, so that nobody has to look
    here to know a deadline. applications/applying/deadlines.py alone writes both, under the lock of the window.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="extensions")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="extensions"
    )
    until = models.DateTimeField(help_text="Exclusive, as every deadline.")
    reason = models.TextField(help_text="As those are told whom it concerns.")
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, null=True, blank=True, related_name="extensions"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("at")), name="an_extension_ends_after_it_was_granted"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application or self.call}, until {self.until}"


class ExtensionRequest(HasStatus):
    """What a founder wrote after the close: that more time is needed, or what went wrong. Kept, and answered once."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")

    TRANSITIONS = {Status.WAITING: {Status.GRANTED, Status.DECLINED}}

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="extension_requests")
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(status="waiting"), name="one_request_waits_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.text[:60]}"

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING
