"""What a manager's change does to one row, and its line in the history."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import models

from accelerator import history
from accelerator.models import Programme, User
from accelerator.records.fields import LocalisedTextField, localised


def differences(stored: models.Model, wanted: models.Model) -> dict[str, Any]:
    """The columns in which the two differ, each with what is stored."""
    return {
        field.attname: getattr(stored, field.attname)
        for field in stored._meta.concrete_fields
        if _comparable(stored, field) != _comparable(wanted, field)
    }


def _comparable(row: models.Model, field: models.Field) -> Any:
    value = getattr(row, field.attname)
    return localised(value) if isinstance(field, LocalisedTextField) else value


def arrange(
    rows: Iterable[models.Model],
    wanted: Collection[models.Model],
    without: Collection[models.Model],
    *,
    by: User | None,
    programme: Programme,
    now: datetime,
    reason: str,
) -> None:
    """Of these rows of one call take some out and put others in or change them; the rest stay as they are."""
    stored = {row.pk: row for row in rows}
    for row in without:
        take_out(row, by=by, programme=programme, now=now, reason=reason)
    for row in wanted:
        put(row, stored.get(row.pk), by=by, programme=programme, now=now, reason=reason)


def _both(stored: models.Model, row: models.Model, attname: str) -> tuple[str, tuple[Any, Any]]:
    """A column's field with what stood there and what stands now; another row by its name of today."""
    field = row._meta.get_field(attname)
    if not field.is_relation:
        return attname, (getattr(stored, attname), getattr(row, attname))
    names = [str(getattr(one, field.name) or "") for one in (stored, row)]
    return field.name, (names[0], names[1])


def put(
    row: models.Model,
    stored: models.Model | None,
    *,
    by: User | None,
    programme: Programme,
    now: datetime,
    reason: str,
) -> None:
    """Save the row where it differs from the stored one, and record what stood there before and stands there now."""
    before = {} if stored is None else differences(stored, row)
    if stored is None or before:
        row.save()
        verb = "changed" if before else "added"
        changes = dict(_both(stored, row, name) for name in before) if stored else {}
        _record(row, verb, by, programme, now, reason, changes=changes)


def take_out(row: models.Model, *, by: User | None, programme: Programme, now: datetime, reason: str) -> None:
    """Delete the row, and record which it was."""
    _record(row, "deleted", by, programme, now, reason, name=str(row))
    row.delete()


def _record(
    row: models.Model,
    verb: str,
    by: User | None,
    programme: Programme,
    now: datetime,
    reason: str,
    *,
    changes: dict[str, tuple] | None = None,
    name: str = "",
) -> None:
    history.record(
        f"{row._meta.model_name}.{verb}",
        row,
        by=by,
        programme=programme,
        now=now,
        reason=reason,
        changes=changes,
        name=name,
    )
