"""What is stored as JSON, read and written in the dashboard as people read and write: columns and form fields."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.fields.json import KT
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accelerator import wording
from accelerator.records.fields import Localised, LocalisedTextField, localised


def language() -> str:
    return (get_language() or "en").split("-")[0]


def in_words(model: type[models.Model], names) -> list:
    """Columns and read-only fields, with those that are stored as JSON replaced by functions that put them in words."""
    return [
        in_words(model, name) if isinstance(name, list | tuple) else _shown(model, name) for name in names
    ]


def _shown(model: type[models.Model], name):
    field = next((field for field in model._meta.concrete_fields if field.name == name), None)
    if not isinstance(field, models.JSONField):
        return name
    # A text sorts by its words in the reader's language, the same for all rows.
    order = KT(f"{name}__{language()}") if isinstance(field, LocalisedTextField) else name

    @admin.display(description=field.verbose_name, ordering=order)
    def words(row) -> str:
        value = getattr(row, name)
        return (", ".join(map(str, value)) if isinstance(value, list) else str(value)) or "-"

    words.__name__ = name
    return words


class LocalisedField(forms.CharField):
    """A text by language, edited in the reader's; its other languages stay as they were."""

    def prepare_value(self, value):
        return str(localised(value)) if isinstance(value, dict) else value

    def has_changed(self, initial, data):
        return super().has_changed(str(localised(initial)), data)

    def _clean_bound_field(self, bound):  # as FileField does: what was there is needed beside what came in
        text = self.clean(bound.data)
        return Localised({**(localised(bound.initial)), language(): text}) if text else Localised()


class ZoneField(forms.CharField):
    """A time zone by its name, or as people say it: AoE."""

    def __init__(self, **kwargs):
        said = _("Such as America/New_York, or AoE for anywhere on earth. Empty: the programme’s.")
        super().__init__(**{"help_text": said, **kwargs})

    def to_python(self, value):
        return wording.zone_key(super().to_python(value) or "")


class WordListField(forms.CharField):
    """A list of words, such as the domains of a partner's addresses, with spaces between them."""

    def prepare_value(self, value):
        return " ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial or []), data)

    def clean(self, value):
        return super().clean(value).replace(",", " ").split()


class SentencesField(forms.CharField):
    """A list of sentences (each a text by language), one a line."""

    def prepare_value(self, value):
        return "\n".join(str(localised(v)) for v in value) if isinstance(value, list) else value

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial or []), data)

    def clean(self, value):
        return [{language(): line.strip()} for line in super().clean(value).splitlines() if line.strip()]


class LabelledLinesField(forms.CharField):
    """Values with their words, one a line: `3 = A model of their own, not yet measured`."""

    def to_pairs(self, value) -> list[tuple[str, str]]:
        raise NotImplementedError

    def from_pairs(self, pairs: list[tuple[str, str]]):
        raise NotImplementedError

    def prepare_value(self, value):
        if isinstance(value, str):
            return value
        return "\n".join(f"{key} = {words}" for key, words in self.to_pairs(value or {}))

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value):
        pairs = []
        for line in filter(None, map(str.strip, super().clean(value).splitlines())):
            key, found, words = (part.strip() for part in line.partition("="))
            if not (found and key and words):
                raise ValidationError(
                    _("“%(line)s” is not of the form “value = words”."), params={"line": line}
                )
            pairs.append((key, words))
        return self.from_pairs(pairs)


class AnchorsField(LabelledLinesField):
    """What a mark means, by mark: `{"0": {"en": "…"}, "10": {"en": "…"}}`."""

    def to_pairs(self, value):
        return [(mark, str(localised(value[mark]))) for mark in sorted(value, key=int)]

    def from_pairs(self, pairs):
        return {mark: {language(): words} for mark, words in pairs}


class ChoicesField(LabelledLinesField):
    """The choices of a question: `[{"value": "…", "label": {"en": "…"}}]`."""

    def to_pairs(self, value):
        return [(choice["value"], str(localised(choice["label"]))) for choice in value]

    def from_pairs(self, pairs):
        return [{"value": key, "label": {language(): words}} for key, words in pairs]
