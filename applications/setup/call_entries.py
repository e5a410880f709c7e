"""A call in a programme file: what its tables may hold, and what is said when something in them is wrong."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from accelerator.programmes.entries import (
    Entry,
    Key,
    Line,
    OptionalText,
    Surroundings,
    Text,
    Zone,
    named_in,
    surroundings,
    unique,
    wrong,
)
from applications.calls import order, window
from applications.questions.kinds.entries import QuestionEntry
from applications.reviewing.screening_rules import MOST_VALUES, ScreeningRule
from applications.setup import rubric


def _instant(value: datetime, info: ValidationInfo) -> datetime:
    """A wall time of the call's zone as an instant in UTC."""
    if value.tzinfo is not None:
        raise wrong("has an offset; write the time on the wall, in the programme's time_zone, without one")
    if value.second or value.microsecond:
        raise wrong("is not on a whole minute; leave the seconds at 00")
    zone = _zone_of_call(info.data.get("time_zone", ""), surroundings(info))
    if zone is None:
        return value
    try:
        return window.instant(value.date(), value.time(), zone)
    except window.ImpossibleTime as error:
        raise wrong(str(error).rstrip(".")) from error


def _zone_of_call(written: str, around: Surroundings) -> ZoneInfo | None:
    return ZoneInfo(written) if written else around.zone


Moment = Annotated[datetime, AfterValidator(_instant)]
CallSlug = Annotated[str, named_in("calls", "slug")]


class ReminderEntry(Entry):
    days_before: Annotated[int, Field(ge=0, le=365)] | None = None
    at: time | None = None
    hours_before: Annotated[int, Field(ge=1, le=24 * 14)] | None = None

    @model_validator(mode="after")
    def _is_by_day_or_by_hour(self):
        by_day = self.days_before is not None and self.at is not None
        if by_day == (self.hours_before is not None) or (self.days_before is None) != (self.at is None):
            raise wrong("a reminder takes either days_before with at, or hours_before")
        return self


class SectionEntry(Entry):
    key: Key
    title: Text
    intro: OptionalText = {}
    questions: Annotated[list[QuestionEntry], Field(min_length=1)]


class CriterionEntry(Entry):
    key: Key
    name: Text
    weight: Annotated[int, Field(ge=1, le=100)]
    question: Text
    anchors: dict[str, Text]

    @model_validator(mode="after")
    def _is_anchored_on_the_scale(self):
        for mark in self.anchors:
            if mark not in {str(score) for score in range(11)}:
                raise wrong(
                    "is on no mark of the scale; write one from 0 to 10 before the =", "anchors", mark
                )
        return self


def _weights_sum_to_100(criteria: list[CriterionEntry], info: ValidationInfo) -> list[CriterionEntry]:
    total = sum(criterion.weight for criterion in criteria)
    if criteria and not info.data.get("draft") and total != rubric.WHOLE:
        raise wrong(f"the weights sum to {total}; change them so that they sum to {rubric.WHOLE}")
    return criteria


def _asks_something(sections: list[SectionEntry], info: ValidationInfo) -> list[SectionEntry]:
    if not sections and not info.data.get("draft"):
        raise wrong("asks nothing; write [[calls.sections]] with questions, or draft = true")
    return sections


class EligibilityEntry(Entry):
    key: Key
    text: Text


class ScreeningRuleEntry(Entry):
    question: Key
    test: Literal["answered", "one_of", "at_least"]
    values: Annotated[list[str | int], Field(max_length=MOST_VALUES)] = []

    @model_validator(mode="after")
    def _says_what_counts(self):
        if (self.test == ScreeningRule.Test.ANSWERED) == bool(self.values):
            raise wrong(
                "a rule that asks for an answer alone takes no values, and any other takes one or more",
                "test",
            )
        return self


def between(name: str) -> Any:
    """A number of a call within its bounds."""
    least, most = order.BOUNDS[name]
    return Field(ge=least, le=most)


class CallEntry(Entry):
    slug: Key
    name: Line
    draft: bool = False  # what a draft may still lack is read after it
    time_zone: Zone | Literal[""] = ""  # before the moments, which are meant in it
    opens_at: Moment
    last_day: date | None = None
    closes_at: Moment | None = None
    seats: Annotated[int, between("seats")]
    reserve: Annotated[int, between("reserve")]
    reviews_per_application: Annotated[int, between("reviews_per_application")] = 3
    marks_that_count: Literal["before", "after"] = "before"
    reviews_due_on: date
    decision_on: date
    offer_days: Annotated[int, between("offer_days")]
    starts_on: date
    ends_on: date
    who_may_apply: list[Text] = []
    next_call: OptionalText = {}
    terms: OptionalText = {}
    reminders: Annotated[list[ReminderEntry], unique("days_before", "at", "hours_before")] = []
    sections: Annotated[list[SectionEntry], unique("key"), AfterValidator(_asks_something)]
    criteria: Annotated[list[CriterionEntry], unique("key"), AfterValidator(_weights_sum_to_100)] = []
    eligibility: Annotated[list[EligibilityEntry], unique("key")] = []
    screening_rules: Annotated[list[ScreeningRuleEntry], unique("question", "test")] = []

    def closing(self, zone) -> datetime:
        """The exclusive instant at which the call is over."""
        if self.closes_at:
            return self.closes_at
        assert self.last_day is not None  # `_closes_in_one_way`
        return window.end_of_day(self.last_day, zone)

    @model_validator(mode="after")
    def _closes_in_one_way(self):
        if (self.last_day is None) == (self.closes_at is None):
            raise wrong(
                "a call takes exactly one of last_day (a whole day) and closes_at (a moment); keep one"
            )
        return self

    @model_validator(mode="after")
    def _goes_forward(self, info: ValidationInfo):
        """Opening, closing, reviews, decision, start and end come one after the other."""
        if (zone := _zone_of_call(self.time_zone, surroundings(info))) is None:
            return self
        end = "closes_at" if self.closes_at else "last_day"
        if self.closing(zone) <= self.opens_at:
            raise wrong("the call would close before it opens; choose a later end", end)
        days = {name: getattr(self, name) for name in order.DAYS}
        if found := order.out_of_order({end: window.last_day(self.closing(zone), zone), **days}):
            raise wrong(f"is before {found.earlier} = {found.first}; choose a later day", found.later)
        return self

    @model_validator(mode="after")
    def _asks_each_question_once(self):
        keys, columns = set(), set()
        for i, section in enumerate(self.sections):
            for j, question in enumerate(section.questions):
                at = ("sections", i, "questions", j)
                if question.key in keys:
                    raise wrong("is the key of another question of this call; choose another", *at, "key")
                if question.fills in columns:
                    raise wrong("is filled by another question already; remove one of them", *at, "fills")
                keys.add(question.key)
                columns |= {question.fills} - {None}
        for i, rule in enumerate(self.screening_rules):
            if rule.question not in keys:
                raise wrong(
                    "is no question of this call; write the key of one of them",
                    "screening_rules",
                    i,
                    "question",
                )
        return self
