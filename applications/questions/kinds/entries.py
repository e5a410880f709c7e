"""The questions of a programme file, an entry for each kind. Loaded with the first file: pydantic is large."""

from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, ValidationInfo, model_validator
from pydantic_core import PydanticKnownError

from accelerator.programmes.entries import (
    Entry,
    Key,
    OptionalText,
    Text,
    suggestion,
    surroundings,
    unique,
    wrong,
)
from applications.questions import kinds
from applications.questions.kinds.base import LONGEST
from applications.questions.kinds.file import MOST_MEGABYTES
from applications.questions.kinds.number import LONGEST_UNIT, MOST_DECIMALS
from applications.questions.kinds.rows import CELLS, MOST_COLUMNS, MOST_ROWS, USUAL_ROWS
from applications.questions.kinds.scale import LEAST, MOST
from applications.questions.kinds.written import MOST_WORDS

# A question's columns that only some kinds use, as they stand where they are not used.
UNUSED: dict[str, Any] = {
    "max_words": None,
    "max_characters": None,
    "minimum": None,
    "maximum": None,
    "decimals": 0,
    "row_columns": [],
    "min_rows": None,
    "max_rows": None,
    "max_megabytes": None,
    "max_pages": None,
    "refuses_more_pages": False,
    "choices": [],
    "unit": "",
}


class ChoiceEntry(Entry):
    value: Annotated[str, Field(min_length=1, max_length=50)]
    label: Text


class ConditionEntry(Entry):
    """The question is asked only of whoever gave one of these answers to an earlier one."""

    question: Key
    answers: Annotated[list[Annotated[str, Field(min_length=1, max_length=50)]], Field(min_length=1)]


class AskedEntry(Entry):
    """What every question has."""

    key: Key
    kind: str
    label: Text
    help: OptionalText = {}
    required: bool = True
    fills: Literal["name", "website", "country", "founded_year", "one_line"] | None = None
    shown_if: ConditionEntry | None = None
    seen_by: Literal["reviewers", "managers"] = "reviewers"
    is_personal: bool = False

    def columns(self) -> dict[str, Any]:
        """The values of the question's row; a column that its kind does not use is empty."""
        common = {"key": self.key, "kind": self.kind, "label": self.label, "help": self.help}
        return {
            **common,
            "required": self.required,
            "fills": self.fills or "",
            "shown_if": self.shown_if.model_dump() if self.shown_if else {},
            "seen_by": self.seen_by,
            "is_personal": self.is_personal,
            **UNUSED,
            **self.own_columns(),
        }

    def own_columns(self) -> dict[str, Any]:
        """The columns that this kind uses."""
        return {}


class WrittenEntry(AskedEntry):
    max_words: Annotated[int, Field(ge=1, le=MOST_WORDS)] | None = None
    max_characters: Annotated[int, Field(ge=1, le=LONGEST)] | None = None

    @model_validator(mode="after")
    def _has_one_limit(self):
        if self.max_words is not None and self.max_characters is not None:
            raise wrong("stands beside max_words; keep one of the two", "max_characters")
        return self

    def own_columns(self):
        return {"max_words": self.max_words, "max_characters": self.max_characters}


class NumberEntry(AskedEntry):
    min: int | None = None
    max: int | None = None
    decimals: Annotated[int, Field(ge=0, le=MOST_DECIMALS)] = 0
    unit: Annotated[str, Field(max_length=LONGEST_UNIT)] = ""

    @model_validator(mode="after")
    def _leaves_room(self):
        if self.min is not None and self.max is not None and self.min > self.max:
            raise wrong(f"is below min = {self.min}; swap them", "max")
        return self

    def own_columns(self):
        return {"minimum": self.min, "maximum": self.max, "decimals": self.decimals, "unit": self.unit}


class ScaleEntry(AskedEntry):
    min: int = LEAST
    max: int = MOST

    def own_columns(self):
        return {"minimum": self.min, "maximum": self.max}


class ChoiceQuestionEntry(AskedEntry):
    choices: Annotated[list[ChoiceEntry], Field(min_length=2), unique("value")]

    @model_validator(mode="after")
    def _offers_topics_that_exist(self, info: ValidationInfo):
        topics = surroundings(info).names("topics", "key")
        for index, choice in enumerate(self.choices if self.key == "topics" else []):
            if choice.value not in topics:
                remedy = suggestion(choice.value, topics)
                raise wrong(f"is no key of [[topics]]; {remedy}", "choices", index, "value")
        return self

    def own_columns(self):
        return {"choices": [choice.model_dump() for choice in self.choices]}


class RowColumnEntry(Entry):
    """A column of a table."""

    key: Key
    label: Text
    kind: Literal[tuple(CELLS)] = "text"  # type: ignore[valid-type]  # pydantic reads it when it runs
    required: bool = False
    choices: Annotated[list[ChoiceEntry], unique("value")] = []

    @model_validator(mode="after")
    def _offers_choices_where_it_needs_them(self):
        if (self.kind == "choice") != (len(self.choices) > 1):
            raise wrong("belong to a column of kind choice, at least two of them", "choices")
        return self


class RowsEntry(AskedEntry):
    row_columns: Annotated[list[RowColumnEntry], Field(min_length=1, max_length=MOST_COLUMNS), unique("key")]
    min_rows: Annotated[int, Field(ge=1, le=MOST_ROWS)] | None = None
    max_rows: Annotated[int, Field(ge=1, le=MOST_ROWS)] = USUAL_ROWS

    @model_validator(mode="after")
    def _leaves_room(self):
        if self.min_rows is not None and self.min_rows > self.max_rows:
            raise wrong(f"is below min_rows = {self.min_rows}; swap them", "max_rows")
        return self

    def own_columns(self):
        columns = [column.model_dump() for column in self.row_columns]
        return {"row_columns": columns, "min_rows": self.min_rows, "max_rows": self.max_rows}


class FileEntry(AskedEntry):
    max_mb: Annotated[int, Field(ge=1, le=MOST_MEGABYTES)] = MOST_MEGABYTES
    max_pages: Annotated[int, Field(ge=1, le=1000)] | None = None
    refuses_more_pages: bool = False

    @model_validator(mode="after")
    def _names_the_pages_that_it_refuses(self):
        if self.refuses_more_pages and self.max_pages is None:
            raise wrong("needs max_pages, which says how many are not refused", "refuses_more_pages")
        return self

    def own_columns(self):
        return {
            "max_megabytes": self.max_mb,
            "max_pages": self.max_pages,
            "refuses_more_pages": self.refuses_more_pages,
        }


def _of_its_kind(value, info: ValidationInfo) -> AskedEntry:
    """The entry of the kind that the question names; what is wrong inside keeps its place in the file."""
    if not isinstance(value, dict):
        return AskedEntry.model_validate(value, context=info.context)
    if "kind" not in value:
        raise PydanticKnownError("union_tag_not_found", {"discriminator": "'kind'"})
    if value["kind"] not in kinds.KINDS:
        expected = ", ".join(f"'{name}'" for name in kinds.KINDS)
        about = {"discriminator": "'kind'", "tag": str(value["kind"]), "expected_tags": expected}
        raise PydanticKnownError("union_tag_invalid", about)
    return kinds.named(value["kind"]).entry().model_validate(value, context=info.context)


QuestionEntry = Annotated[AskedEntry, PlainValidator(_of_its_kind)]
