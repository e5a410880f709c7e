"""How variables of the environment are read into the fields of a configuration: lists, addresses, secrets in files."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from accelerator import service_urls


class Unusable:
    """Stands for the value of a variable that could not be read, so that the others are still checked."""

    def __init__(self, why: str):
        self.why = why


class SecretFiles(PydanticBaseSettingsSource):
    """NAME_FILE names a file that holds the value of NAME, as Docker and systemd hand secrets over."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = str(field.validation_alias)
        path = os.environ.get(f"{name}_FILE", "").strip()
        if not path or not may_be_in_file(field):
            return (
                None,
                name,
                False,
            )  # the third item, "is this JSON", is for kinds of fields that we do not have
        if os.environ.get(name):
            return Unusable(f"is given twice, as {name} and as {name}_FILE; keep one of them."), name, False
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except UnicodeDecodeError:
            return Unusable(f"cannot be read from {name}_FILE: {path} is no text."), name, False
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            return Unusable(f"cannot be read from {name}_FILE: {path}: {why}."), name, False
        return value or None, name, False

    def __call__(self) -> dict[str, Any]:
        found = (self.get_field_value(field, name) for name, field in self.settings_cls.model_fields.items())
        return {name: value for value, name, _ in found if value is not None}


def plain(name: str, default: Any = "", **rules: Any) -> Any:
    """A variable that is given as itself."""
    return Field(default, validation_alias=name, **rules)


def secret(name: str, default: Any = "", **rules: Any) -> Any:
    """A variable that may be given as a file too."""
    return Field(default, validation_alias=name, json_schema_extra={"file": True}, repr=False, **rules)


def may_be_in_file(field: FieldInfo) -> bool:
    """Whether NAME_FILE is read for it."""
    return bool(field.json_schema_extra)


def _words(text: Any) -> Any:
    return tuple(text.replace(",", " ").split()) if isinstance(text, str) else text


def _keys(text: Any) -> Any:
    """Separated by commas; in a file rather one in each line."""
    if not isinstance(text, str):
        return text
    return tuple(filter(None, map(str.strip, text.splitlines() if "\n" in text else text.split(","))))


def _json_object(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        made = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f'is no JSON ({error}); write an object such as {{"name": "value"}}.') from None
    if not isinstance(made, dict):
        raise ValueError('must be a JSON object such as {"name": "value"}.')
    return made


def _taken_apart(function: Any) -> BeforeValidator:
    return BeforeValidator(lambda text: function(text) if isinstance(text, str) else text)


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Keys = Annotated[tuple[SecretStr, ...], BeforeValidator(_keys)]
Options = Annotated[dict[str, Any], BeforeValidator(_json_object)]
Database = Annotated[service_urls.Database, _taken_apart(service_urls.database)]
Broker = Annotated[service_urls.Broker, _taken_apart(service_urls.broker)]
MailServer = Annotated[service_urls.MailServer, _taken_apart(service_urls.mail_server)]
