"""Programmes, their partners, and the words of the public page."""

import zoneinfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accelerator.records.fields import LocalisedTextField
from accelerator.records.people import Role, validate_time_zone

_KEPT = [MinValueValidator(1), MaxValueValidator(120)]  # months


class ProgrammeQuerySet(models.QuerySet):
    def managed_by(self, user):
        return self.filter(pk__in=Role.objects.held_by(user, Role.Kind.MANAGER).values("programme"))

    def visible_to(self, user):
        """Programmes of which this person may see the inside."""
        return self.filter(pk__in=Role.objects.held_by(user).values("programme"))


class Programme(models.Model):
    """An accelerator programme; each year's intake of it is a call."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    place = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, validators=[validate_time_zone])
    language = models.CharField(max_length=10, default="en")
    statement = LocalisedTextField()
    summary = LocalisedTextField()
    contact = models.EmailField()
    accent = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        default="",
        db_default="",
        help_text=_("Such as #0a4b78; empty: Slipway’s own."),
    )
    sender_name = models.CharField(_("sender’s name"), max_length=120, blank=True, default="", db_default="")
    sender_email = models.EmailField(_("sender’s address"), blank=True, default="", db_default="")
    drafts_kept_months = models.PositiveSmallIntegerField(
        _("drafts are kept, in months"),
        default=3,
        db_default=3,
        validators=_KEPT,
        help_text=_("Never submitted; counted from the close."),
    )
    rejected_kept_months = models.PositiveSmallIntegerField(
        _("applications not chosen are kept, in months"),
        default=12,
        db_default=12,
        validators=_KEPT,
        help_text=_("Counted from the answer."),
    )
    agreed_kept_months = models.PositiveSmallIntegerField(
        _("applications kept for the next call, in months"),
        default=24,
        db_default=24,
        validators=_KEPT,
        help_text=_("Of teams that agreed to it; counted from the answer."),
    )
    members_kept_months = models.PositiveSmallIntegerField(
        _("what members wrote is kept, in months"),
        default=36,
        db_default=36,
        validators=_KEPT,
        help_text=_("Counted from the end of the programme."),
    )

    objects = ProgrammeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("public:programme", args=[self.slug])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def accent_key(self) -> str:
        """As the address of its sheet of colours has it."""
        return self.accent.removeprefix("#")


class Partner(models.Model):
    """An organisation that carries the programme: its people mentor and review, its perks are granted."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="partners")
    slug = models.SlugField()
    name = models.CharField(max_length=120)
    website = models.URLField(blank=True)
    gives = LocalisedTextField()
    about = LocalisedTextField()
    domains = models.JSONField(default=list, blank=True, help_text="E-mail domains of its people.")
    is_lead = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="a_partner_is_listed_once")]

    def __str__(self) -> str:
        return self.name


class Benefit(models.Model):
    """One thing that a chosen startup gets."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="benefits")
    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, null=True, blank=True, related_name="benefits"
    )
    title = LocalisedTextField()
    text = LocalisedTextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.title)


class FrequentQuestion(models.Model):
    """A question that founders ask, with its answer, for the public page."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="frequent_questions")
    question = LocalisedTextField()
    answer = LocalisedTextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return str(self.question)


class Topic(models.Model):
    """A field of expertise; applications, reviewers and mentors are tagged with the same ones."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="topics")
    key = models.SlugField()
    label = LocalisedTextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="a_topic_is_listed_once")]

    def __str__(self) -> str:
        return str(self.label)
