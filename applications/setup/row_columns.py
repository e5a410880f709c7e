"""The columns of a table as its manager writes them, one a line, and the short names under which answers are stored."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accelerator.dashboard.fields import language
from accelerator.records.fields import localised
from applications.questions.kinds.rows import CELLS

LONGEST_KEY, LONGEST_LABEL = 50, 120


def short_name(words: str, longest: int, taken: Collection[str] = ()) -> str:
    """A name for storing, made of words: “Which problem do you solve?” becomes which_problem_do_you_solve; with a number
    behind it where that is taken."""
    base = slugify(words).replace("-", "_")[:longest].strip("_") or "answer"
    return next(name for name in (base, *(f"{base}_{n}" for n in range(2, 1000))) if name not in taken)


def as_line(column: dict[str, Any]) -> str:
    """`share = Share of time* | number`"""
    star = "*" if column["required"] else ""
    choices = "; ".join(f"{one['value']} = {localised(one['label'])}" for one in column["choices"])
    kind = f"choice: {choices}" if choices else column["kind"]
    return f"{column['key']} = {localised(column['label'])}{star} | {kind}"


class RowColumnsField(forms.CharField):
    """Columns of a table. What a line says in the reader's language is changed; other languages stay as they were."""

    def prepare_value(self, value):
        return "\n".join(map(as_line, value)) if isinstance(value, list) else value

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial or []), data)

    def _clean_bound_field(self, bound):  # what was there is needed beside what came in
        before = {column["key"]: column for column in bound.initial or []}
        return [_with_other_languages(before.get(column["key"]), column) for column in self.clean(bound.data)]

    def clean(self, value):
        columns: list[dict[str, Any]] = []
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            columns.append(_column(line, {column["key"] for column in columns}))
        return columns


def _column(line: str, taken: Collection[str]) -> dict[str, Any]:
    words, _bar, kind = (part.strip() for part in line.partition("|"))
    kind, _colon, offered = (part.strip() for part in (kind or "text").partition(":"))
    key, label = _named(words.removesuffix("*"), LONGEST_KEY, taken)
    if kind not in CELLS:
        said = {"line": line, "kinds": ", ".join(CELLS)}
        raise ValidationError(_("“%(line)s” names no kind of column. There are: %(kinds)s."), params=said)
    if not label or len(label) > LONGEST_LABEL:
        raise ValidationError(
            _("A column has a heading of at most %(most)s characters."), params={"most": LONGEST_LABEL}
        )
    choices: list[dict[str, Any]] = []
    for one in filter(None, map(str.strip, offered.split(";") if kind == "choice" else [])):
        value, said_as = _named(one, LONGEST_KEY, {choice["value"] for choice in choices})
        choices.append({"value": value, "label": {language(): said_as}})
    return {
        "key": key,
        "label": {language(): label},
        "kind": kind,
        "required": words.endswith("*"),
        "choices": choices,
    }


def _named(said: str, longest: int, taken: Collection[str]) -> tuple[str, str]:
    """The short name and the words of “share = Share of time”, or of words alone."""
    name, found, words = (part.strip() for part in said.partition("="))
    if found and words:
        return slugify(name).replace(" ", "_")[:longest] or short_name(words, longest, taken), words
    return short_name(name, longest, taken), name


def _with_other_languages(before: dict[str, Any] | None, column: dict[str, Any]) -> dict[str, Any]:
    if before is None:
        return column
    known = {one["value"]: one["label"] for one in before["choices"]}
    choices = [one | {"label": {**known.get(one["value"], {}), **one["label"]}} for one in column["choices"]]
    return column | {"label": {**before["label"], **column["label"]}, "choices": choices}
