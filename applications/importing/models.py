"""Tables that wait to be imported, how a call's columns were matched, and where an imported application came from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accelerator import clock
from accelerator.imports.tables import ReadLine, ReadTable
from accelerator.models import User
from accelerator.records.fields import PublicIdField
from applications.applying.models import Application
from applications.calls.models import Call


class TableToImport(models.Model):
    """A table that a manager dropped or pasted. Its lines go once it is imported, and the row within days."""

    class Of(models.TextChoices):
        APPLICATIONS = "applications", _("applications")
        REVIEWERS = "reviewers", _("reviewers")
        MENTORS = "mentors", _("mentors")
        CONFLICTS = "conflicts", _("conflicts of interest")

    public_id = PublicIdField()
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="tables_to_import")
    of = models.CharField(max_length=12, choices=Of)
    name = models.CharField(max_length=200, blank=True, help_text="Of the file; empty where it was pasted.")
    sha256 = models.CharField(max_length=64)
    headings = models.JSONField(default=list)
    lines = models.JSONField(default=list, help_text="[number, [cell, …]] each.")
    wishes = models.JSONField(default=dict, help_text="Which column says what, and how it is read.")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(default=clock.real_now, help_text="By the machine's clock.")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name or str(_("a pasted table"))

    @property
    def table(self) -> ReadTable:
        lines = tuple(ReadLine(number, tuple(cells)) for number, cells in self.lines)
        return ReadTable(tuple(self.headings), lines)


class ColumnMapping(models.Model):
    """Which heading said what when somebody last imported into this call: the next file begins with it."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="column_mappings")
    of = models.CharField(max_length=12, choices=TableToImport.Of)
    wishes = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "of"], name="a_call_keeps_one_mapping_of_columns")
        ]

    def __str__(self) -> str:
        return f"{self.call_id}, {self.of}"


class ImportedApplication(models.Model):
    """Where an application came from that was not written here, and who brought it in."""

    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, primary_key=True, related_name="imported"
    )
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="+")
    their_id = models.CharField(max_length=200, blank=True, help_text="By which the other tool knows it.")
    file_name = models.CharField(max_length=200, blank=True)
    line = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "their_id"],
                condition=~Q(their_id=""),
                name="what_another_tool_holds_is_imported_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name}, {self.line}"
