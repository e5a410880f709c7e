"""What a programme promises and asks in writing, in numbered versions, and who agreed to which."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.records.fields import LocalisedTextField
from accelerator.records.people import Role, User
from accelerator.records.programmes import Programme


class PolicyQuerySet(models.QuerySet):
    def current(self):
        """Of each programme and kind the latest version."""
        return self.order_by("programme", "kind", "-number").distinct("programme", "kind")

    def owed_by(self, user):
        """The undertakings that this person has still to give: of each programme whose reviewer or mentor they are."""
        asked = Role.objects.live().filter(user=user, kind__in=Policy.ASKED_OF)
        latest = self.filter(kind=Policy.Kind.UNDERTAKING, programme__in=asked.values("programme")).current()
        return self.filter(pk__in=latest.values("pk")).exclude(acceptances__person=user).order_by("pk")


class Policy(models.Model):
    """One version of one text of a programme; a version never changes, because somebody may have agreed to it."""

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("privacy notice")
        UNDERTAKING = "undertaking", _("undertaking of reviewers and mentors")
        CONDUCT = "conduct", _("code of conduct")
        IMPRINT = "imprint", _("imprint")

    ASKED_OF: ClassVar[list[str]] = [Role.Kind.REVIEWER, Role.Kind.MENTOR]

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="policies")
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.PositiveSmallIntegerField()
    text = LocalisedTextField()
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering: ClassVar[list[str]] = ["programme", "kind", "number"]
        constraints: ClassVar[list] = [
            models.UniqueConstraint(
                fields=["programme", "kind", "number"], name="a_version_of_a_policy_is_numbered_once"
            ),
            models.CheckConstraint(condition=~Q(text={}), name="a_policy_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.programme}, {self.number}"


class PolicyAcceptance(models.Model):
    """A person agreed to a version, or took note of it, under this name."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="policy_acceptances")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="acceptances")
    name = models.CharField(max_length=120, blank=True, help_text="As they wrote it, where they sign.")
    accepted_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar[list] = [
            models.UniqueConstraint(fields=["person", "policy"], name="a_policy_is_accepted_once")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.policy}"


class ConductContact(models.Model):
    """Somebody who reads what is sent by the private line of the code of conduct, and nobody else does."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="conduct_contacts")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("contact for the code of conduct")
        verbose_name_plural = _("contacts for the code of conduct")
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list] = [
            models.UniqueConstraint(fields=["programme", "email"], name="a_contact_is_named_once")
        ]

    def __str__(self) -> str:
        return self.name
