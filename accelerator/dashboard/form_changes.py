"""What a form of the dashboard's lists has changed, for the history: each field with what stood there and what stands now."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.forms import ModelForm, model_to_dict
from django.forms.models import BaseInlineFormSet

Changes = dict[str, tuple[Any, Any]]


def changes_of(form: ModelForm, formsets: Iterable[BaseInlineFormSet] = ()) -> Changes:
    """Fields of the object by name; those of a row in one of its inlines as `model/id/field`, a whole row as `model/id`."""
    changes = _of_one(form)
    for formset in formsets:
        name = formset.form._meta.model._meta.model_name
        changes |= {f"{name}/{row.pk}": ("", str(row)) for row in formset.new_objects}
        changes |= {f"{name}/{row.pk}": (str(row), "") for row in formset.deleted_objects}
        changed = {row.pk for row, _fields in formset.changed_objects}
        for one in formset.initial_forms:
            if one.instance.pk in changed:
                changes |= {f"{name}/{one.instance.pk}/{key}": both for key, both in _of_one(one).items()}
    return changes


def _of_one(form: ModelForm) -> Changes:
    row = form.instance
    now = model_to_dict(row, fields=form.changed_data)
    both = {name: (form.initial.get(name), value) for name, value in now.items()}
    fields = {name: row._meta.get_field(name) for name in both}
    return {
        name: (_kept(fields[name], before), _kept(fields[name], after))
        for name, (before, after) in both.items()
        if before != after
    }


def _kept(field: models.Field, value: Any) -> Any:
    """What stands for others by its name of today, which is what somebody later wants to read."""
    if not field.is_relation or not field.related_model:
        return value
    if field.many_to_many:
        return sorted(map(str, value or ()))
    return str(field.related_model._base_manager.filter(pk=value).first() or "") if value else ""
