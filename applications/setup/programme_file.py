"""The calls of a programme file: window, reminders, questions, rubric and eligibility checks."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from accelerator.programmes import differences, programme_file, written
from accelerator.programmes.entries import unique
from accelerator.programmes.programme_file import Loading
from accelerator.records.programmes import Programme
from accelerator.transitions import NotAllowed
from applications.applying import deadlines
from applications.calls import window
from applications.calls.models import Call, CallWindow
from applications.questions import kinds
from applications.questions.models import Question, Section
from applications.reviewing import protocol, screening_rules
from applications.reviewing.screening_rules import ScreeningRule
from applications.selecting import promise, terms
from applications.selecting.models import Offer, OfferTerms
from applications.setup import opening, questions, rubric
from applications.setup.call_entries import (
    CallEntry,
    CallSlug,
    CriterionEntry,
    EligibilityEntry,
    Moment,
    ReminderEntry,
    ScreeningRuleEntry,
    SectionEntry,
)

# --- Loading ----------------------------------------------------------------------------------------------

OF_OTHER_TABLES = {
    "opens_at",
    "last_day",
    "closes_at",
    "reminders",
    "sections",
    "criteria",
    "eligibility",
    "screening_rules",
    "terms",
    "draft",
}

__all__ = [
    "CallSlug",
    "Moment",
]  # rooms above take them from here, so that calls are loaded before what names one


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
        _load_screening_rules(loading, call, entry, index)
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


def _load_screening_rules(loading: Loading, call: Call, entry: CallEntry, index: int) -> None:
    """Each by its verbs: one that reads otherwise is taken out and put in anew."""
    stored = {(row.question, row.test): row for row in call.screening_rules.all()}
    asked = {question.key: question for question in call.questions.all()}
    act = {"by": None, "now": loading.now}
    for at, rule in enumerate(entry.screening_rules):
        before, question = stored.pop((rule.question, rule.test), None), asked[rule.question]
        try:
            values = screening_rules.sound(question, rule.test, [str(value) for value in rule.values])
            if before and before.values == values:
                continue
            if before:
                screening_rules.remove(before, **act)
            made = screening_rules.add(call, question, rule.test, values, **act)
        except NotAllowed as refusal:
            raise loading.file.refusal(str(refusal), "calls", index, "screening_rules", at) from refusal
        note = loading.note_changed if before else loading.note_added
        note(
            ScreeningRule,
            _("%(call)s: %(rule)s.") % {"call": call, "rule": screening_rules.in_words(made, question)},
        )
    loading.note_removed(stored.values())
    for row in stored.values():
        screening_rules.remove(row, **act)


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
            screening_rules=[
                written.entry(ScreeningRuleEntry, row) for row in call.screening_rules.order_by("pk")
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
