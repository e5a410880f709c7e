"""Forms to give a table, and to say what its columns mean."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accelerator.files.uploads import LostUpload
from accelerator.imports import reading
from accelerator.imports.tables import NotATable, ReadTable
from applications.importing.columns import Target, targets
from applications.importing.days import is_read_in_two_ways
from applications.importing.models import TableToImport
from applications.setup.wall_times import day_field

Of = TableToImport.Of
EXAMPLE = 60  # signs of a cell beside its column


class ColumnField(forms.ChoiceField):
    """What one column says; leaving it out is an answer too."""

    is_judged = True


class DroppedTableForm(forms.Form):
    """A file or what was pasted. Cleans to `table`, a ReadTable, and `name`."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV, or a workbook (XLSX, XLS, ODS), as the other tool exports it."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods"}),
        required=False,
        allow_empty_file=True,
    )
    pasted = forms.CharField(
        label=_("Or paste it"),
        help_text=_("Copied from a spreadsheet, with its headings in the first line."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        strip=False,
        required=False,
    )

    def clean(self):
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        file, pasted = cleaned.get("file"), cleaned.get("pasted") or ""
        if not file and not pasted.strip():
            raise ValidationError(_("Choose a file, or paste a table."))
        try:
            cleaned["table"] = self._read(file, pasted)
        except NotATable as refusal:
            self.add_error("file" if file else "pasted", str(refusal))
        cleaned["name"] = file.name if file else ""
        return cleaned

    @staticmethod
    def _read(file: Any, pasted: str) -> ReadTable:
        if not file:
            return reading.pasted(pasted)
        if isinstance(file, LostUpload):
            raise NotATable(_("The file did not arrive whole. Please try again in a moment."))
        return reading.read(file.read(reading.LARGEST + 1))


class ColumnsForm(forms.Form):
    """What each column says. Cleans to `wishes`, as a TableToImport keeps them."""

    day_first = forms.ChoiceField(
        label=_("Days such as 03/04/2023"),
        choices=[("day", _("The day comes first: 3 April")), ("month", _("The month comes first: 4 March"))],
        widget=forms.RadioSelect,
    )
    clock = forms.ChoiceField(
        label=_("Times without a zone"),
        choices=[("call", _("On the clock of the call")), ("utc", _("In UTC"))],
        widget=forms.RadioSelect,
    )
    received_on = day_field(
        _("Where the table does not say when"),
        required=False,
        help_text=_("The day on which these were submitted. While the call is open, empty means now."),
    )
    without_unfit = forms.BooleanField(
        label=_("Leave out answers that do not fit a question, and import the rest of the line"),
        required=False,
    )
    tells = forms.BooleanField(
        label=_("Write to the founders that their application is here now"),
        help_text=_("Otherwise nobody gets a mail because of this import."),
        required=False,
    )
    OPTIONS = ("day_first", "clock", "received_on", "without_unfit", "tells")

    def __init__(self, *args, stored: TableToImport, **kwargs):
        self.stored, self.table = stored, stored.table
        self.offered: list[Target] = targets(stored.call, stored.of)
        options = stored.wishes.get("options", {})
        shown = {
            **options,
            "day_first": "day" if options.get("day_first", True) else "month",
            **{
                f"column_{at}": stored.wishes.get("columns", {}).get(heading, "")
                for at, heading in enumerate(self.table.headings)
            },
        }
        super().__init__(*args, **{**kwargs, "initial": shown})
        if stored.of != Of.APPLICATIONS:
            for name in self.OPTIONS:
                del self.fields[name]
        choices = [("", _("Leave it out")), *((one.key, str(one.label)) for one in self.offered)]
        for at, heading in enumerate(self.table.headings):
            self.fields[f"column_{at}"] = ColumnField(
                label=heading, choices=choices, required=False, help_text=self._example(at)
            )

    def _example(self, at: int) -> str:
        said = next((line.cells[at] for line in self.table.lines if line.cells[at]), "")
        said = " ".join(said.split())
        if not said:
            return ""
        return _("such as “%(said)s”") % {"said": said if len(said) <= EXAMPLE else f"{said[: EXAMPLE - 1]}…"}

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{at}"] for at in range(len(self.table.headings))]

    @property
    def options(self) -> list[forms.BoundField]:
        return [self[name] for name in self.OPTIONS if name in self.fields]

    @property
    def is_doubtful(self) -> bool:
        """Whether some day could be read in two ways."""
        said = self.stored.wishes.get("columns", {})
        return any(
            said.get(heading) and is_read_in_two_ways(line.cells[at] for line in self.table.lines)
            for at, heading in enumerate(self.table.headings)
        )

    def missing(self) -> list[str]:
        """What no column says yet, as the table is matched now, and has to."""
        said = set(self.stored.wishes.get("columns", {}).values())
        return [str(one.label) for one in self.offered if one.is_needed and one.key not in said]

    def clean(self):
        cleaned = super().clean() or {}
        known = {one.key: one for one in self.offered}
        columns: dict[str, str] = {}
        for at, heading in enumerate(self.table.headings):
            key = cleaned.get(f"column_{at}")
            if not key:
                continue
            if key in columns.values() and not known[key].takes_several:
                self.add_error(
                    f"column_{at}",
                    _("Another column says that already: %(what)s.") % {"what": known[key].label},
                )
            columns[heading] = key
        options = {name: cleaned.get(name) for name in self.OPTIONS if name in self.fields}
        if options:
            options["day_first"] = options["day_first"] != "month"
            day = options["received_on"]
            options["received_on"] = day.isoformat() if day else ""
        cleaned["wishes"] = {"columns": columns, "options": options}
        return cleaned


class ImportForm(forms.Form):
    """`seen` is the fingerprint of what the page said."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
