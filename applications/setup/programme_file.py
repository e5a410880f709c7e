"""The calls of a programme file: window, reminders, questions, rubric and eligibility checks."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from accelerator.programmes import differences, programme_file, written
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
from accelerator.programmes.programme_file import Loading
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed
from applications.applying import deadlines
from applications.calls import order, window
from applications.calls.models import Call, CallWindow
from applications.questions import kinds
from applications.questions.kinds.entries import QuestionEntry
from applications.questions.models import Question, Section
from applications.reviewing import protocol
from applications.selecting import promise, terms
from applications.selecting.models import Offer, OfferTerms
from applications.setup import opening, questions, rubric


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
        return self


# --- Loading ----------------------------------------------------------------------------------------------

OF_OTHER_TABLES = {
    "opens_at",
    "last_day",
    "closes_at",
    "reminders",
    "sections",
    "criteria",
    "eligibility",
    "terms",
    "draft",
}


@programme_file.table("calls", Annotated[list[CallEntry], Field(min_length=1), unique("slug")])
def load_calls(loading: Loading, entries: list[CallEntry]) -> None:
    known = set(loading.programme.calls.values_list("slug", flat=True))
    wanted = [entry.model_dump(exclude=OF_OTHER_TABLES) | _as_draft(entry, known) for entry in entries]
    for call in loading.programme.calls.exclude(slug__in=[entry.slug for entry in entries]):
        if call.reviewers.exists():
            raise loading.file.refusal(
                f"the call “{call.slug}” is missing here, but has reviewers; put it back into the file",
                "calls",
            )
    _keep_promises(loading, entries)
    _keep_rules(loading, entries)
    calls = loading.sync(loading.programme.calls, ("slug",), wanted, "calls")
    for index, (call, entry) in enumerate(zip(calls, entries, strict=True)):
        _load_window(loading, call, entry, index)
        _load_questions(loading, call, entry, index)
        _load_rubric(loading, call, entry, index)
        checks = [check.model_dump() for check in entry.eligibility]
        loading.sync(call.eligibility_checks, ("key",), checks, "calls", index, "eligibility")
        loading.sync(
            call.reminders,
            ("days_before", "at", "hours_before"),
            [reminder.model_dump() for reminder in entry.reminders],
            *("calls", index, "reminders"),
        )
        _load_terms(loading, call, entry)
        _open_or_not(loading, call, entry, index)


def _as_draft(entry: CallEntry, known: set[str]) -> dict[str, bool]:
    """A call that is new begins as its entry says; one that is there is opened, or taken back, by its verb."""
    return {} if entry.slug in known else {"is_draft": entry.draft}


def _open_or_not(loading: Loading, call: Call, entry: CallEntry, index: int) -> None:
    if call.is_draft == entry.draft:
        return
    at = ("calls", index, "draft")
    if entry.draft:
        _by_verb(loading, at, opening.back_to_draft, call)
        sentence = _("%(call)s: a draft again.")
    else:
        _by_verb(loading, at, opening.open_call, call, seen=None)
        sentence = _("%(call)s: opened to all eyes.")
    loading.note_changed(Call, sentence % {"call": call})


def _load_terms(loading: Loading, call: Call, entry: CallEntry) -> None:
    """Another text is another version; a file without terms leaves those that stand."""
    made = entry.terms and terms.change(call, entry.terms, by=None, reason=loading.file.name, now=loading.now)
    if not made:
        return
    note = loading.note_added if made.number == 1 else loading.note_changed
    note(
        OfferTerms,
        differences.new_version(_("terms of the offers of %(call)s") % {"call": call}, made.number),
    )
    if waiting := Offer.objects.open().filter(application__call=call).count():
        loading.notes.append(f"{waiting} open offers of “{call}” now show the changed terms.")


def _keep_promises(loading: Loading, entries: list[CallEntry]) -> None:
    """Another day for the answers is promised by the verb that also tells everybody who waits."""
    known = {call.slug: call for call in loading.programme.calls.select_related("programme", "window")}
    for index, entry in enumerate(entries):
        if call := known.get(entry.slug):
            try:
                moved = promise.move_day(
                    call, to=entry.decision_on, reason=loading.file.name, by=None, now=loading.now
                )
            except NotAllowed as refusal:
                raise loading.file.refusal(
                    f"the answers of the call “{call.slug}” are out; put decision_on back",
                    *("calls", index, "decision_on"),
                ) from refusal
            if moved:
                loading.note_changed(
                    Call,
                    _("%(call)s: the answers are promised for %(day)s.")
                    % {"call": call, "day": entry.decision_on.isoformat()},
                )


def _keep_rules(loading: Loading, entries: list[CallEntry]) -> None:
    """Seats, reserve and reviews are part of the rules, which only an amendment changes once they are sealed."""
    known = {call.slug: call for call in loading.programme.calls.select_related("programme", "window")}
    for index, entry in enumerate(entries):
        if call := known.get(entry.slug):
            try:
                protocol.must_keep(
                    call, loading.now, **{name: getattr(entry, name) for name in protocol.PARTS}
                )
            except NotAllowed as refusal:
                raise loading.file.refusal(str(refusal), "calls", index, "seats") from refusal


def _load_window(loading: Loading, call: Call, entry: CallEntry, index: int) -> None:
    wanted = {"opens_at": entry.opens_at, "closes_at": entry.closing(call.zone)}
    if call.numbered_seats.filter(number__gt=entry.seats).exists():
        raise loading.file.refusal(
            f"the call “{call.slug}” has given out more than {entry.seats} seats; make seats larger again",
            *("calls", index, "seats"),
        )
    if not CallWindow.objects.filter(call=call).exists():
        loading.save(CallWindow(call=call), **wanted)
        return
    try:
        moved = deadlines.move(
            call,
            **wanted,
            seen=None,
            reason=loading.file.name,
            confirmed=not call.applications.exists(),  # nobody was promised anything yet
            by=None,
            now=loading.now,
        )
    except (deadlines.Sealed, deadlines.AsksTwice) as refusal:
        why = {
            deadlines.Sealed: "is closed and sealed, so its opening and closing stay as they were",
            deadlines.AsksTwice: "would close earlier than its founders were promised; do that in the dashboard, which says "
            "whom it touches",
        }
        raise loading.file.refusal(
            f"the call “{call.slug}” {why[type(refusal)]}",
            *("calls", index, "closes_at" if entry.closes_at else "last_day"),
        ) from refusal
    if moved:
        loading.note_changed(
            CallWindow,
            _("%(call)s: open from %(opens)s, closed from %(closes)s.")
            % {
                "call": call,
                "opens": _wall(wanted["opens_at"], call),
                "closes": _wall(wanted["closes_at"], call),
            },
        )


def _load_questions(loading: Loading, call: Call, entry: CallEntry, index: int) -> None:
    """Sections, then the questions in them, then the sections that are left without: each by its verb."""
    at = ("calls", index, "sections")
    before = loading.differences
    wanted = [section.model_dump(exclude={"questions"}) for section in entry.sections]
    sections, without = loading.matched(call.sections, ("key",), wanted)
    for section, values in sections:
        if loading.differs(section, **values):
            _by_verb(loading, at, questions.save_section, section)
    asked = [
        {"section": section, **question.columns()}
        for (section, _values), listed in zip(sections, entry.sections, strict=True)
        for question in listed.questions
    ]
    rows, surplus = loading.matched(call.questions, ("key",), asked)
    differing = [row for row, values in rows if loading.differs(row, **values)]
    if differing or surplus:
        _by_verb(loading, at, questions.arrange, call, differing, without=surplus)
    for section in without:
        _by_verb(loading, at, questions.remove_section, section)
    loading.note_removed([*surplus, *without])
    if loading.differences != before and (begun := call.applications.count()):
        loading.notes.append(
            f"{begun} applications to “{call}” have begun and now see the changed questions."
        )


def _load_rubric(loading: Loading, call: Call, entry: CallEntry, index: int) -> None:
    wanted = [criterion.model_dump() for criterion in entry.criteria]
    rows, surplus = loading.matched(call.criteria, ("key",), wanted)
    differing = [row for row, values in rows if loading.differs(row, **values)]
    if differing or surplus:
        _by_verb(loading, ("calls", index, "criteria"), rubric.arrange, call, differing, without=surplus)
    loading.note_removed(surplus)


def _by_verb(loading: Loading, at: tuple[str | int, ...], verb: Callable, *subject, **more) -> None:
    """Have the verb do it for this file; a refusal names the file's line."""
    try:
        verb(*subject, **more, by=None, now=loading.now, reason=loading.file.name)
    except NotAllowed as refusal:
        raise loading.file.refusal(str(refusal), *at) from refusal


def _wall(instant: datetime, call: Call) -> str:
    return f"{instant.astimezone(call.zone):%Y-%m-%d %H:%M}"


# --- Writing ----------------------------------------------------------------------------------------------


@written.table("calls")
def calls_as_entries(programme: Programme) -> list[dict[str, Any]]:
    rows = programme.calls.select_related("programme", "window").order_by("pk")
    return [
        written.entry(
            CallEntry,
            call,
            **_window_as_entry(call),
            draft=call.is_draft,
            terms=latest.text if (latest := terms.current(call)) else {},
            reminders=[written.entry(ReminderEntry, row) for row in call.reminders.order_by("pk")],
            sections=[_section_as_entry(section) for section in call.sections.order_by("position")],
            criteria=[written.entry(CriterionEntry, row) for row in call.criteria.order_by("position")],
            eligibility=[
                written.entry(EligibilityEntry, row) for row in call.eligibility_checks.order_by("position")
            ],
        )
        for call in rows
    ]


def _window_as_entry(call: Call) -> dict[str, Any]:
    """Wall times of the call's zone; a closing at the end of a day is that day."""
    opens_at, closes_at = (
        moment.astimezone(call.zone).replace(tzinfo=None)
        for moment in (call.window.opens_at, call.window.closes_at)
    )
    last_day = window.last_day(call.window.closes_at, call.zone)
    is_whole_day = window.end_of_day(last_day, call.zone) == call.window.closes_at
    return {
        "opens_at": opens_at,
        "last_day": last_day if is_whole_day else None,
        "closes_at": None if is_whole_day else closes_at,
    }


def _section_as_entry(section: Section) -> dict[str, Any]:
    asked = [_question_as_entry(question) for question in section.questions.order_by("position")]
    return written.entry(SectionEntry, section, questions=asked)


def _question_as_entry(question: Question) -> dict[str, Any]:
    named_otherwise = {
        "fills": question.fills or None,
        "min": question.minimum,
        "max": question.maximum,
        "max_mb": question.max_megabytes,
    }
    return written.entry(kinds.named(question.kind).entry(), question, **named_otherwise)
