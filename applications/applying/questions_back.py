"""Questions that managers ask a team about its sealed application, as rows: one at a time, each with its own deadline."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accelerator.models import User
from accelerator.records.fields import PublicIdField
from applications.applying.models import Application


class QuestionBackQuerySet(models.QuerySet):
    def unanswered(self):
        """Also those whose time is over: a manager can still give more."""
        return self.filter(answered_at=None, taken_back_at=None)

    def waiting(self, now: datetime):
        """Those that a team can answer now."""
        return self.unanswered().filter(answer_by__gt=now, application__status=Application.Status.SUBMITTED)


class QuestionBack(models.Model):
    """One question about one application, and the team's answer. The application itself stays as it was sealed."""

    public_id = PublicIdField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="questions_back")
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer_by = models.DateTimeField(help_text="Exclusive, as every deadline.")
    answer_by_set_at = models.DateTimeField(help_text="When it was asked, or last given more time.")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionBackQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None, taken_back_at=None),
                name="one_question_to_a_team_waits_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(taken_back_at=None),
                name="a_question_is_answered_or_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(answer_by__gt=models.F("at")), name="a_question_leaves_time_to_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("applying:answer_question", args=[self.application.public_id, self.public_id])

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_taken_back(self) -> bool:
        return self.taken_back_at is not None

    @property
    def is_unanswered(self) -> bool:
        return not self.is_answered and not self.is_taken_back

    def is_waiting(self, now: datetime) -> bool:
        """Whether its team can answer it now."""
        return self.is_unanswered and now < self.answer_by and self.application.is_submitted

    @property
    def as_shown(self) -> str:
        """What a page of it carries, and a mail of it speaks of: which question, and until when it waits."""
        state = "answered" if self.is_answered else "gone" if self.is_taken_back else "waits"
        return f"{self.pk}:{self.answer_by:%Y%m%dT%H%MZ}:{state}"
