"""A table: a few columns, and a row for each founder, model or year. It is one answer, kept row by row: a list of rows, each
with what was given under the keys of its columns. A row in which nothing stands is none."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accelerator import wording
from accelerator.records.fields import localised
from accelerator.ui.fields import WordsField
from accelerator.ui.typed_fields import LinkField, NumberField
from applications.questions.kinds.base import Kind, given, labels, plain

MOST_COLUMNS, MOST_ROWS = 6, 50
USUAL_ROWS = 10  # unless the question says otherwise
LONGEST_CELL = 500
BLANK_ROWS = 2  # below what is there already, on a page without scripts
CELLS = {
    "text": gettext_lazy("text"),
    "number": gettext_lazy("number"),
    "link": gettext_lazy("link"),
    "choice": gettext_lazy("choice"),
}


class LineAnswer(WordsField):
    def to_python(self, value):
        return plain(super().to_python(value), in_one_line=True)


def _cell(column: Mapping[str, Any]) -> forms.Field:
    match column["kind"]:
        case "number":
            return NumberField(required=False, decimals=2)
        case "link":
            return LinkField(required=False, max_signs=2000)
        case "choice":
            offered = list(labels(column["choices"]).items())
            return forms.ChoiceField(required=False, choices=[("", "—"), *offered])
    return LineAnswer(required=False, max_signs=LONGEST_CELL, lines=1)


def posted(columns: list[dict], rows: Any) -> list[str]:
    """A stored table as a browser posts it: the values of all cells, row by row."""
    if not isinstance(rows, list):
        return []
    return [
        "" if row.get(column["key"]) is None else str(row[column["key"]])
        for row in rows
        if isinstance(row, dict)
        for column in columns
    ]


class RowsInput(forms.Widget):
    """All cells bear the name of the question, so that a page sends, keeps and compares the table as one answer."""

    template_name = "forms/rows.html"
    use_fieldset = True

    def __init__(self, *, columns: list[dict], least: int, most: int):
        self.columns, self.least, self.most = columns, least, most
        super().__init__()

    def id_for_label(self, id_):
        return ""

    def value_from_datadict(self, data, files, name):
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        if not isinstance(values, list) or not self.columns:
            return []
        if values and isinstance(values[0], dict):  # as it is kept
            return values
        width = len(self.columns)
        rows = [values[start : start + width] for start in range(0, len(values), width)]
        found = [
            {
                column["key"]: value
                for column, value in zip(self.columns, row, strict=False)
                if plain(value, in_one_line=True)
            }
            for row in rows
        ]
        return [row for row in found if row]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        rows = [row for row in value or [] if isinstance(row, dict)]
        shown = max(self.least, len(rows), min(len(rows) + BLANK_ROWS, self.most))
        rows += [{}] * (shown - len(rows))
        place = context["widget"]["attrs"].get("id", "")
        context["widget"] |= {
            "rows": [self._row(row, number, place) for number, row in enumerate(rows, 1)],
            "most": self.most,
            "width": len(self.columns),
        }
        return context

    def _row(self, row: dict, number: int, place: str) -> dict[str, Any]:
        cells = [
            {
                "label": str(localised(column["label"])),
                "kind": column["kind"],
                "is_required": column["required"],
                "id": f"{place}_{number}_{column['key']}" if place else "",
                "value": "" if row.get(column["key"]) is None else str(row[column["key"]]),
                "choices": list(labels(column["choices"]).items()),
            }
            for column in self.columns
        ]
        return {"number": number, "cells": cells}


class RowsAnswer(forms.Field):
    """Cleans to a list of rows. Whatever is wrong names its row and its column."""

    def __init__(self, *, columns: list[dict], least: int, most: int, **kwargs: Any):
        self.columns, self.least, self.most = columns, least, most
        self.cells = {column["key"]: _cell(column) for column in columns}
        super().__init__(widget=RowsInput(columns=columns, least=least, most=most), **kwargs)

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        rows, wrong = [], []
        for number, row in enumerate(value or [], 1):
            cells, errors = self._cleaned(row, number)
            rows.append(cells)
            wrong += errors
        if wrong:
            raise ValidationError(wrong)
        return [row for row in rows if row]

    def _cleaned(self, row: dict, number: int) -> tuple[dict[str, Any], list[ValidationError]]:
        cells, errors = {}, []
        for column in self.columns:
            key, label = column["key"], str(localised(column["label"]))
            try:
                value = self.cells[key].clean(row.get(key))
            except ValidationError as error:
                said = {"row": number, "column": label, "sentence": " ".join(error.messages)}
                errors.append(
                    ValidationError(_("Row %(row)s, %(column)s: %(sentence)s"), code="cell", params=said)
                )
                continue
            if value not in (None, ""):
                cells[key] = value
            elif column["required"]:
                said = {"row": number, "column": label}
                errors.append(
                    ValidationError(_("Row %(row)s: please give “%(column)s”."), code="cell", params=said)
                )
        return cells, errors

    def validate(self, value: list) -> None:
        super().validate(value)
        if value and len(value) < self.least:
            raise ValidationError(
                ngettext("Please give at least %(n)d row.", "Please give at least %(n)d rows.", self.least),
                code="too_few",
                params={"n": self.least},
            )
        if len(value) > self.most:
            raise ValidationError(
                ngettext("At most %(n)d row is asked for.", "At most %(n)d rows are asked for.", self.most),
                code="too_many",
                params={"n": self.most},
            )


class RowsKind(Kind):
    name = "rows"
    label = gettext_lazy("Table")
    about = gettext_lazy("Rows of a few columns, such as founders, models in use or figures by year.")
    columns = ("row_columns", "min_rows", "max_rows")
    missing = gettext_lazy("Please fill in at least one row.")

    def complete(self, question):
        question.max_rows = USUAL_ROWS if question.max_rows is None else question.max_rows

    def field(self, question):
        return RowsAnswer(
            columns=question.row_columns,
            least=question.min_rows or 1,
            most=question.max_rows or USUAL_ROWS,
            **self.common(question),
        )

    def unfit(self, question):
        columns = question.row_columns
        if not 1 <= len(columns) <= MOST_COLUMNS:
            return _("A table has from 1 to %(most)s columns.") % {"most": MOST_COLUMNS}
        keys = [column["key"] for column in columns]
        if twice := [key for key in keys if keys.count(key) > 1]:
            return _("“%(key)s” is there twice among the columns.") % {"key": twice[0]}
        for column in columns:
            if column["kind"] == "choice" and len(column["choices"]) < 2:
                return _("The column “%(key)s” needs at least two choices.") % {"key": column["key"]}
        least, most = question.min_rows or 1, question.max_rows or USUAL_ROWS
        if not 1 <= least <= most <= MOST_ROWS:
            return _("A table has from 1 to %(most)s rows, and no fewer at most than at least.") % {
                "most": MOST_ROWS
            }
        return ""

    def lost(self, stored, wanted):
        after = {column["key"]: column for column in wanted.row_columns}
        for column in stored.row_columns:
            beside = after.get(column["key"])
            if beside is None or beside["kind"] != column["kind"]:
                return "row_columns", _("the column “%(key)s” stays, and keeps its kind") % {
                    "key": column["key"]
                }
        return None

    def posted(self, question, answer):
        return posted(question.row_columns, answer)

    def limits(self, question):
        return {"columns": question.row_columns} | given(
            {"min_rows": question.min_rows, "max_rows": question.max_rows}
        )

    def shown(self, question, answer):
        if not isinstance(answer, list):
            return {"text": str(answer)}
        columns = question.get("columns", [])
        heads = tuple(str(localised(column["label"])) for column in columns)
        rows = tuple(
            tuple(_in_words(column, row.get(column["key"])) for column in columns)
            for row in answer
            if isinstance(row, dict)
        )
        lines = (" | ".join(row).rstrip(" |") for row in rows)
        return {"text": "\n".join(lines), "heads": heads, "rows": rows}

    def entry(self):
        from applications.questions.kinds.entries import RowsEntry

        return RowsEntry

    def example(self, question, text, website):
        made: dict[str, Any] = {}
        for column in question.row_columns:
            examples = {
                "text": " ".join(text.split()[:3])[:LONGEST_CELL] or "A",
                "number": 3,
                "link": website,
            }
            if column["kind"] == "choice":
                made[column["key"]] = column["choices"][0]["value"]
            elif value := examples[column["kind"]]:
                made[column["key"]] = value
        return [made] * (question.min_rows or 1) if made else None


def _in_words(column: dict, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int | float):
        return wording.number(value)
    return labels(column["choices"]).get(value, str(value)) if column["kind"] == "choice" else str(value)
