"""A change as people read it: which field, what stood there, what stands there now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accelerator import wording
from accelerator.records.fields import Localised, LocalisedTextField
from accelerator.records.history import HistoryEntry

LONG = 120  # characters of a text that are shown around what is different

# (type of object, field) -> what people call it, where that is not what its model says; rooms add theirs
NAMES: dict[tuple[str, str], Promise] = {}
DEADLINES = {("applications.call", "closes_at")}  # stored is the first instant that is too late


def name_fields(object_type: str, names: dict[str, Promise]) -> None:
    """Say what people call fields: `name_fields("applications.call", {"closes_at": _("Deadline")})`."""
    NAMES.update({(object_type, field): name for field, name in names.items()})


@dataclass(frozen=True)
class FieldChange:
    what: str
    before: str
    after: str
    is_after_known: bool = True


def changes_in_words(entry: HistoryEntry, zone: tzinfo) -> Iterator[FieldChange]:
    """The changes of an entry, in the order of their names."""
    for key, both in sorted(entry.changes.items()):
        kind, field_name, what = _named(entry.object_type, key)
        field = _field(kind, field_name)
        before, after = (
            _in_words(value, field, zone, (kind, field_name) in DEADLINES) for value in (both[0], both[-1])
        )
        yield FieldChange(
            capfirst(what), *_around_the_difference(before, after), is_after_known=len(both) > 1
        )


def _named(object_type: str, key: str) -> tuple[str, str, str]:
    """The type, its field and what people call it; of an inline's row too, whose key is `model/id/field` or `model/id`."""
    row, _slash, rest = key.partition("/")
    if not rest:
        return object_type, key, _name(object_type, key)
    kind = f"{object_type.partition('.')[0]}.{row}"
    model = _model(kind)
    row_name = str(model._meta.verbose_name) if model else row
    _id, _slash, field = rest.partition("/")
    return kind, field, f"{row_name}, {_name(kind, field)}" if field else row_name


def _name(kind: str, field_name: str) -> str:
    if (kind, field_name) in NAMES:
        return str(NAMES[kind, field_name])
    field = _field(kind, field_name)
    return str(field.verbose_name) if field else field_name.replace("_", " ")


def _field(kind: str, name: str) -> models.Field | None:
    model = _model(kind)
    try:
        field = model._meta.get_field(name) if model and name else None
    except FieldDoesNotExist:  # written by another version, or no column
        return None
    return field if isinstance(field, models.Field) else None


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):  # written by another version
        return None


def _in_words(value: Any, field: models.Field | None, zone: tzinfo, is_deadline: bool) -> str:
    if value is None or value in ("", [], {}):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field is not None and field.choices and not isinstance(value, list | dict):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, LocalisedTextField):
        return str(Localised(value)) if isinstance(value, dict) else str(value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_in_words(one, None, zone, False)}" for name, one in value.items())
    if isinstance(value, list):
        return "; ".join(_in_words(one, None, zone, False) for one in value)
    return _moment(value, zone, is_deadline) if isinstance(value, str) else str(value)


def _moment(value: str, zone: tzinfo, is_deadline: bool) -> str:
    """A moment or a day as such, whatever else as it is."""
    try:
        if len(value) == len("2023-12-01"):
            return wording.day(date.fromisoformat(value), weekday=False)
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    if at.tzinfo is None:
        return value
    return wording.moment(wording.last_minute(at) if is_deadline else at, zone, weekday=False)


def _around_the_difference(before: str, after: str) -> tuple[str, str]:
    """Long texts from shortly before the first letter in which they differ, at the start of a word."""
    if max(len(before), len(after)) <= LONG:
        return before, after
    shortest = min(len(before), len(after))
    same = next((n for n in range(shortest) if before[n] != after[n]), shortest)
    start = before.rfind(" ", 0, max(0, same - LONG // 4)) + 1
    return _cut(before, start), _cut(after, start)


def _cut(text: str, start: int) -> str:
    part = text[start : start + LONG]
    return f"{'… ' if start else ''}{part}{' …' if len(text) > start + LONG else ''}"
