"""The building blocks of a programme file: entries that refuse unknown keys, and what is said when one is wrong.

Every kind of value here knows its remedy. The validators see a `Surroundings` as their context: the programme's zone
and language and the names that other tables of the same file define.
"""

import json
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Annotated, Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import URLValidator
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from accelerator.programmes.toml_lines import Path
from accelerator.records.addresses import canonical
from accelerator.ui import accent
from accelerator.wording import zone_key


@dataclass(frozen=True)
class Surroundings:
    """What a validator must know about the rest of the file."""

    zone: zoneinfo.ZoneInfo | None = None
    language: str = "en"
    data: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, data: dict) -> "Surroundings":
        programme = data.get("programme")
        if not isinstance(programme, dict):
            programme = {}
        try:
            zone = zoneinfo.ZoneInfo(zone_key(programme.get("time_zone", "")))
        except (ValueError, TypeError, AttributeError, KeyError, OSError):
            zone = None  # its own message comes from `programme.time_zone`
        language = programme.get("language", "en")
        return cls(zone, language if isinstance(language, str) else "en", data)

    def names(self, table: str, key: str) -> list[str | None]:
        entries = self.data.get(table, [])
        return [entry.get(key) for entry in entries if isinstance(entry, dict)]


def surroundings(info: ValidationInfo) -> Surroundings:
    """What the file that is read gave its validators."""
    assert isinstance(info.context, Surroundings)
    return info.context


def wrong(sentence: str, *at: str | int) -> PydanticCustomError:
    """An error with its remedy; `at` leads from the value that is validated to the one that is wrong."""
    return PydanticCustomError("wrong", "{sentence}", {"sentence": sentence, "at": at})


class Entry(BaseModel):
    """A table of the file. Values are taken as TOML types them: "5" is no number."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _knows_its_keys(cls, data):
        if isinstance(data, dict) and (unknown := set(data) - set(cls.model_fields)):
            raise PydanticCustomError(
                "unknown_keys", "unknown", {"unknown": sorted(unknown), "known": list(cls.model_fields)}
            )
        return data


# --- Kinds of value ---------------------------------------------------------------------------------------


def _text(value, info: ValidationInfo) -> dict[str, str]:
    """A string in the programme's language, or a table by language, as the map that is stored."""
    by_language = {surroundings(info).language: value} if isinstance(value, str) else value
    if not isinstance(by_language, dict) or not all(isinstance(text, str) for text in by_language.values()):
        raise wrong('write a text in quotes, or one by language such as { en = "…", fr = "…" }')
    by_language = {language: text.strip() for language, text in by_language.items()}
    if not by_language.get(surroundings(info).language):
        raise wrong(
            f"is empty in the programme's language, “{surroundings(info).language}”; write it there at least"
        )
    return by_language


def _optional_text(value, info: ValidationInfo) -> dict[str, str]:
    return {} if value in ("", {}) else _text(value, info)


def _in_own_language(value, info: ValidationInfo):
    """A name is kept in one language only, the programme's."""
    return value.get(surroundings(info).language, "") if isinstance(value, dict) else value


def _e_mail(value: str) -> str:
    try:
        return canonical(value)
    except DjangoValidationError as error:
        raise wrong("is no e-mail address; write one such as hello@example.org") from error


def _website(value: str) -> str:
    try:
        URLValidator(["http", "https"])(value)
    except DjangoValidationError as error:
        raise wrong("is no web address; write it whole, such as https://example.org/") from error
    return value


def _accent(value: str) -> str:
    if fault := accent.fault(value):
        raise wrong(fault.rstrip("."))
    return value.lower()


def _zone(value: str) -> str:
    try:
        return zoneinfo.ZoneInfo(zone_key(value)).key
    except (ValueError, KeyError, OSError) as error:
        raise wrong("is no time zone; write one such as Europe/Paris, or AoE") from error


Text = Annotated[dict[str, str], BeforeValidator(_text)]
OptionalText = Annotated[dict[str, str], BeforeValidator(_optional_text)]
Name = Annotated[str, BeforeValidator(_in_own_language), StringConstraints(min_length=1, max_length=120)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=50)]
Email = Annotated[str, AfterValidator(_e_mail)]
Website = Annotated[str, AfterValidator(_website)]
Accent = Annotated[str, AfterValidator(_accent)]
Zone = Annotated[str, AfterValidator(_zone)]


def short(limit: int) -> AfterValidator:
    """A text of no more than so many characters in any language."""

    def check(value: dict[str, str]) -> dict[str, str]:
        if (length := max(map(len, value.values()))) > limit:
            raise wrong(f"has {length} characters; make it {limit} at most")
        return value

    return AfterValidator(check)


def named_in(table: str, key: str) -> AfterValidator:
    """The name of an entry of another table of the same file."""

    def check(value: str, info: ValidationInfo) -> str:
        known = surroundings(info).names(table, key)
        if value not in known:
            raise wrong(f"is no {key} of [[{table}]]; {suggestion(value, known)}")
        return value

    return AfterValidator(check)


def unique(*keys: str) -> AfterValidator:
    """A list in which no two entries have the same values under these keys."""

    def check(entries: list) -> list:
        seen: set[tuple] = set()
        for index, entry in enumerate(entries):
            value = tuple(getattr(entry, key) for key in keys)
            if value in seen:
                raise wrong("is there twice; change or remove one of them", index, keys[-1])
            seen.add(value)
        return entries

    return AfterValidator(check)


PartnerSlug = Annotated[str, named_in("partners", "slug")]


def suggestion(value: str, known: Iterable) -> str:
    """Did you mean …? Or all that there is to choose from."""
    known = [str(name) for name in known]
    if close := get_close_matches(str(value), known, n=1):
        return f"did you mean `{close[0]}`?"
    if not known:
        return "there is none yet, so add it or leave this out"
    return f"choose from {', '.join(f'`{name}`' for name in known)}"


# --- What is said -----------------------------------------------------------------------------------------

_REMEDIES: dict[str, str] = {
    "int": "write a whole number such as 5",
    "bool": "write true or false, without quotes",
    "date": "write a day such as 2023-12-01, without quotes and without a time",
    "datetime": "write a local date and time such as 2023-11-08T09:00:00, without quotes",
    "time": "write a time such as 10:00:00, without quotes",
    "string": 'write a text in quotes, "…"',
    "list": "write a list, [ … ]",
    "model": "write it as a table of its own",
    "dict": "write it as a table of its own",
}
_LIMITS: dict[str, Callable[[dict], str]] = {
    "greater_than_equal": lambda ctx: f"make it {ctx['ge']} or more",
    "less_than_equal": lambda ctx: f"make it {ctx['le']} or less",
    "too_short": lambda ctx: f"give it {ctx['min_length']} or more entries",
    "string_too_short": lambda ctx: "write something",
    "string_too_long": lambda ctx: f"make it {ctx['max_length']} characters at most",
    "string_pattern_mismatch": lambda ctx: "use small letters, digits, - and _ only",
    "literal_error": lambda ctx: f"write {ctx['expected']}",
    "union_tag_invalid": lambda ctx: f"write {ctx['expected_tags'].replace(', ', ' or ')}",
}


def problems(error: ErrorDetails, known: dict[Path, int]) -> list[tuple[Path, str]]:
    """One error of pydantic as places in the file with a sentence that ends in the remedy."""
    at = resolve((*error["loc"], *error.get("ctx", {}).get("at", ())), known)
    context = error.get("ctx", {})
    if error["type"] == "unknown_keys":
        return [
            ((*at, key), f"`{key}` is no key of {title(at)}; {suggestion(key, context['known'])}")
            for key in context["unknown"]
        ]
    if error["type"] == "missing" or error["type"] == "union_tag_not_found":
        key = "kind" if error["type"] == "union_tag_not_found" else error["loc"][-1]
        return [(at, f"{title(at)} lacks `{key}`; add it, {key} = …")]
    if error["type"] == "union_tag_invalid":
        at, value = (*at, "kind"), context["tag"]
    else:
        value = _value_at(error, at)
    return [(at, f"{_subject(at, value)}{_fault(error, context)}")]


def _fault(error: ErrorDetails, context: dict) -> str:
    if error["type"] == "wrong":
        sentence = context["sentence"]
        return f" {sentence}" if sentence.startswith(("is ", "has ", "are ")) else f": {sentence}"
    if limit := _LIMITS.get(error["type"]):
        return f": {limit(context)}"
    kind = error["type"].removeprefix("is_").split("_")[0]
    return f": {_REMEDIES.get(kind, error['msg'])}"


def _value_at(error: ErrorDetails, at: Path):
    """The value that is wrong: pydantic's input, unless our own validator pointed further inside."""
    value = error["input"]
    for part in error.get("ctx", {}).get("at", ()):
        value = value.get(part) if isinstance(value, dict) else value[part]
    return value


def _subject(at: Path, value) -> str:
    """What the sentence is about: a key, a table, or one value of a list."""
    if isinstance(value, dict) and at and isinstance(at[-1], int):
        return title(at)
    name = (
        f"`{at[-1]}`" if at and isinstance(at[-1], str) else f"an entry of `{at[-2]}`" if at else "the file"
    )
    return f"{name} = {shown}" if (shown := _shown(value)) else name


def _shown(value) -> str:
    """A value as it stands in the file, where that is short enough to say."""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) and len(value) <= 40 else ""


def resolve(loc: Iterable, known: dict[Path, int]) -> Path:
    """The part of pydantic's location that is in the file: without names of variants and of what is missing."""
    at: Path = ()
    for part in loc:
        if (*at, part) in known:
            at += (part,)
    return at


def title(at: Path) -> str:
    """[[calls.sections]], as the table is headed in the file."""
    name = ".".join(part for part in at if isinstance(part, str))
    if not at:
        return "the file"
    return f"[[{name}]]" if isinstance(at[-1], int) else f"[{name}]"
