"""Small fields used everywhere: public identifiers and texts in several languages."""

import secrets

from django.db import models
from django.utils.translation import get_language

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # no 0/o, 1/l/i: can be read out on the telephone


def new_public_id() -> str:
    """Twelve random characters (59 bits) for addresses that people see. They identify; they do not protect."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


class PublicIdField(models.CharField):
    def __init__(self, **kwargs):
        super().__init__(
            **{"max_length": 12, "unique": True, "default": new_public_id, "editable": False, **kwargs}
        )


class Localised(dict):
    """A text by language; prints in the reader's language, else in the first one given."""

    def __str__(self) -> str:
        language = (get_language() or "").split("-")[0]
        return self.get(language) or next(iter(self.values()), "")

    def __bool__(self) -> bool:
        return any(self.values())


class LocalisedTextField(models.JSONField):
    """Stores `{"en": "…", "fr": "…"}`; a plain string is taken as English."""

    def __init__(self, **kwargs):
        super().__init__(**{"default": Localised, "blank": True, **kwargs})

    def from_db_value(self, value, expression, connection):
        return Localised(super().from_db_value(value, expression, connection) or {})

    def get_prep_value(self, value):
        return super().get_prep_value(localised(value))

    def to_python(self, value):
        return localised(value)

    def value_to_string(self, obj):
        return dict(self.value_from_object(obj))


def localised(value) -> Localised:
    """A string, a table by language or nothing, as one kind of value."""
    if isinstance(value, str):
        return Localised(en=value) if value else Localised()
    return Localised(value or {})


class BulkBinaryField(models.BinaryField):
    """Bytes that can be inserted in bulk. Django's own asks for a placeholder of its own, and so keeps the whole table
    from being inserted as arrays, which halves the work of a large INSERT; psycopg needs no such help for bytes."""

    @property
    def get_placeholder(self):
        raise AttributeError("the plain placeholder will do")

    def deconstruct(self):
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.BinaryField", arguments, options
