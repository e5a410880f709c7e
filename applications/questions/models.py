"""What a call asks. Questions are data; the form is built from them (applications/questions/form.py)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator.records.fields import LocalisedTextField
from applications.calls.models import Call
from applications.questions import kinds


class Section(models.Model):
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="sections")
    key = models.SlugField()
    title = LocalisedTextField()
    intro = LocalisedTextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["call", "key"], name="a_section_is_listed_once")]

    def __str__(self) -> str:
        return str(self.title)


class Question(models.Model):
    """One question. Its key is stable: answers are stored under it, for ever."""

    class SeenBy(models.TextChoices):
        REVIEWERS = "reviewers", _("reviewers and managers")
        MANAGERS = "managers", _("managers alone")

    FILLS = ["name", "website", "country", "founded_year", "one_line"]  # columns of the startup

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField()
    kind = models.CharField(max_length=12, choices=kinds.choices)
    label = LocalisedTextField()
    help = LocalisedTextField()
    required = models.BooleanField(default=True)
    max_words = models.PositiveSmallIntegerField(null=True, blank=True)
    max_characters = models.PositiveSmallIntegerField(null=True, blank=True)
    minimum = models.IntegerField(null=True, blank=True)
    maximum = models.IntegerField(null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Digits that a number may have after the point, at most 2."
    )
    max_megabytes = models.PositiveSmallIntegerField(null=True, blank=True)
    max_pages = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Pages that a file may have; more are taken and said, unless they are refused.",
    )
    refuses_more_pages = models.BooleanField(default=False, db_default=False)
    choices = models.JSONField(default=list, blank=True, help_text='[{"value": "…", "label": {"en": "…"}}]')
    fills = models.CharField(
        max_length=20, blank=True, help_text="The startup's own column that the answer fills."
    )
    unit = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="What a number counts; of money its currency, such as EUR.",
    )
    shown_if = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text='{"question": "stage", "answers": ["seed"]}: asked only of whoever gave one of these answers.',
    )
    row_columns = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text='Of a table: [{"key": "name", "label": {"en": "…"}, "kind": "text", "required": true, "choices": []}]',
    )
    min_rows = models.PositiveSmallIntegerField(null=True, blank=True)
    max_rows = models.PositiveSmallIntegerField(null=True, blank=True)
    seen_by = models.CharField(
        max_length=10,
        choices=SeenBy,
        default=SeenBy.REVIEWERS,
        db_default=SeenBy.REVIEWERS,
        help_text="Who reads the answers beside the team. Founders are told when it is the managers alone.",
    )
    is_personal = models.BooleanField(
        _("personal"),
        default=False,
        db_default=False,
        help_text="About a person rather than the startup: left out of files for partners.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["section__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "key"], name="a_question_has_its_own_key"),
            models.CheckConstraint(
                condition=Q(fills__in=["", "name", "website", "country", "founded_year", "one_line"]),
                name="a_question_fills_a_column_of_the_startup",
            ),
            # With three, "1.234" could be read in two ways, and what is kept could not be shown as it is read.
            models.CheckConstraint(condition=Q(decimals__lte=2), name="a_number_has_at_most_two_decimals"),
        ]

    def __str__(self) -> str:
        return str(self.label)

    @property
    def is_for_managers(self) -> bool:
        return self.seen_by == self.SeenBy.MANAGERS

    @property
    def is_file(self) -> bool:
        return kinds.of(self).is_file
