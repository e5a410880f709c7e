"""Changing what a call asks: its questions and their sections. Lists, programme files and pages all come through here.

Answers are stored under a question's key and as its kind writes them, so neither changes once somebody has answered.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator import as_seen
from accelerator.models import User
from accelerator.transitions import NotAllowed, SomebodyWasFirst, WrongValue
from applications.applying.models import Answer, Attachment
from applications.calls.models import Call
from applications.questions import conditions, kinds
from applications.questions.models import Question, Section
from applications.setup import changes

# Names of the fields that every application form has beside its questions.
FIELDS_OF_THE_PAGE = {"act", "csrfmiddlewaretoken", "draft_version", "seen", "touched"}


# --- Questions ----------------------------------------------------------------------------------------
@transaction.atomic
def save(
    question: Question, *, by: User | None, seen: str | None = None, now: datetime, reason: str = ""
) -> None:
    """Add the question, or change it to what this object holds. Raises NotAllowed for one that cannot be asked so.

    `seen` is the version that the page showed: SomebodyWasFirst where it has been changed since.
    """
    if question.pk and seen is not None and by:
        as_seen.must_be(question, seen, by=by)
    arrange(question.call, [question], by=by, now=now, reason=reason)


@transaction.atomic
def move(question: Question, *, up: bool, seen: str, by: User, now: datetime) -> None:
    """Ask it one place earlier or later: at the edge of its section it goes over into the next.

    `seen` names the order that the page showed. Raises SomebodyWasFirst for another one, and NotAllowed where the
    question is first or last already, or depends on one that would come after it.
    """
    call = question.call
    _lock(call)
    order = list(call.questions.select_related("section"))
    _must_be_the_order_seen(order, seen)
    sections = list(call.sections.all())
    place = next((index for index, other in enumerate(order) if other.pk == question.pk), None)
    if place is None:
        raise NotAllowed(_("This question is no longer among those of the call."))
    moved, step = order[place], -1 if up else 1
    neighbour = order[place + step] if 0 <= place + step < len(order) else None
    if neighbour and neighbour.section_id == moved.section_id:
        order[place], order[place + step] = neighbour, moved
    else:
        beside = sections.index(moved.section) + step
        if not 0 <= beside < len(sections):
            raise NotAllowed(_("There is no place further that way."))
        moved.section = sections[beside]
    arrange(call, _numbered(order), by=by, now=now)


def _numbered(order: Sequence[Question]) -> list[Question]:
    """Each with its place in its section, from the order in which they come."""
    counts: dict[int, int] = {}
    for question in order:
        question.position = counts[question.section_id] = counts.get(question.section_id, -1) + 1
    return list(order)


@transaction.atomic
def move_section(section: Section, *, up: bool, seen: str, by: User, now: datetime) -> None:
    """Put it before the one above it or after the one below, with all its questions. Refused as `move` is."""
    call = section.call
    _lock(call)
    _must_be_the_order_seen(call.questions.select_related("section"), seen)
    sections = list(call.sections.all())
    place = next((index for index, other in enumerate(sections) if other.pk == section.pk), None)
    if place is None or not 0 <= (beside := place + (-1 if up else 1)) < len(sections):
        raise NotAllowed(_("There is no place further that way."))
    sections[place], sections[beside] = sections[beside], sections[place]
    for position, each in enumerate(sections):
        each.position = position
    by_pk = {each.pk: each for each in sections}
    asked = list(call.questions.all())
    for question in asked:
        question.section = by_pk[question.section_id]
    _check_conditions(asked, [])
    changes.arrange(call.sections.all(), sections, [], by=by, programme=call.programme, now=now, reason="")


def order_of(questions: Iterable[Question]) -> str:
    """What a page that shows them carries, to be given back when something is moved on it."""
    return "-".join(str(question.pk) for question in questions)


def _must_be_the_order_seen(questions: Iterable[Question], seen: str) -> None:
    if order_of(questions) != seen:
        raise SomebodyWasFirst(
            _("The questions have been put in another order meanwhile. Here they are as they stand now.")
        )


def remove(question: Question, *, by: User | None, now: datetime, reason: str = "") -> None:
    """Ask it no longer. Raises NotAllowed once somebody has answered it."""
    arrange(question.call, [], without=[question], by=by, now=now, reason=reason)


@transaction.atomic
def arrange(
    call: Call,
    wanted: Collection[Question],
    *,
    without: Collection[Question] = (),
    by: User | None,
    now: datetime,
    reason: str = "",
) -> None:
    """Several changes of one call's questions at once, judged by what they come to together: two questions can so exchange
    the column that they fill. All others stay as they are."""
    _lock(call)
    for question in wanted:
        kinds.of(question).complete(question)
    check(call, wanted, without=without)
    stored = call.questions.all()
    changes.arrange(stored, wanted, without, by=by, programme=call.programme, now=now, reason=reason)


def _lock(call: Call) -> None:
    """Changes of one call's questions go one after the other. That they changed, the database says by the call's
    `questions_version`."""
    Call.objects.select_for_update(no_key=True).get(pk=call.pk)


def check(call: Call, wanted: Collection[Question], *, without: Collection[Question] = ()) -> None:
    """Raises NotAllowed, with a sentence, unless the call could ask these questions beside its others.

    A form asks this before it is sent on; `arrange` asks again, when nobody else can change the call's questions.
    """
    stored = {question.pk: question for question in call.questions.all()}
    for question in without:
        if sentence := why_kept(question):
            raise NotAllowed(sentence)
    named = {question.pk for question in (*wanted, *without)}
    others = [question for pk, question in stored.items() if pk not in named]
    for question in wanted:
        if question.pk is not None:
            if question.pk not in stored:
                raise NotAllowed(_("This question is no longer among those of the call."))
            _check_change(stored[question.pk], question)
        _check_alone(call, question)
        _check_beside(others, question)
        others.append(question)
    _check_conditions(others, wanted)


def _check_change(stored: Question, wanted: Question) -> None:
    """What was answered under the key and as the kind would be lost to its founders; what they were told that managers
    alone read stays so."""
    if stored.is_for_managers and not wanted.is_for_managers and (count := times_answered(stored)):
        raise WrongValue("seen_by", _told_otherwise(stored, count))
    if stored.kind == wanted.kind and (lost := kinds.of(stored).lost(stored, wanted)):
        column, what = lost
        if count := times_answered(stored):
            raise WrongValue(column, _why_it_stays(stored, count, what))
    if (stored.key, stored.kind) == (wanted.key, wanted.kind) or not (count := times_answered(stored)):
        return
    field = "key" if stored.key != wanted.key else "kind"
    raise WrongValue(
        field,
        ngettext(
            "%(count)s application answers the question “%(key)s”, so its key and its kind (%(kind)s) stay. "
            "Add another question for what is asked anew.",
            "%(count)s applications answer the question “%(key)s”, so its key and its kind (%(kind)s) stay. "
            "Add another question for what is asked anew.",
            count,
        )
        % {"count": count, "key": stored.key, "kind": stored.get_kind_display()},
    )


def _told_otherwise(question: Question, count: int) -> str:
    return ngettext(
        "%(count)s application answers the question “%(key)s”, and its team was told that the managers alone read it. "
        "Add another question for what reviewers should read.",
        "%(count)s applications answer the question “%(key)s”, and their teams were told that the managers alone read it. "
        "Add another question for what reviewers should read.",
        count,
    ) % {"count": count, "key": question.key}


def _why_it_stays(question: Question, count: int, what: str) -> str:
    return ngettext(
        "%(count)s application answers the question “%(key)s”, so %(what)s.",
        "%(count)s applications answer the question “%(key)s”, so %(what)s.",
        count,
    ) % {"count": count, "key": question.key, "what": what}


def _check_alone(call: Call, question: Question) -> None:
    if question.section.call_id != call.pk:
        raise WrongValue("section", _("This section belongs to another call."))
    if question.key in FIELDS_OF_THE_PAGE:
        raise WrongValue("key", _("“%(key)s” is a name that the page itself needs.") % {"key": question.key})
    if sentence := kinds.of(question).unfit(question):
        raise WrongValue("kind", sentence)
    if question.is_for_managers and question.fills:
        raise WrongValue(
            "seen_by", _("Reviewers know the startup by this answer, so it cannot be for the managers alone.")
        )
    if question.key == "topics":
        topics = set(call.programme.topics.values_list("key", flat=True))
        for choice in question.choices:
            if choice["value"] not in topics:
                raise WrongValue(
                    "choices", _("“%(value)s” is no topic of the programme.") % {"value": choice["value"]}
                )


def _check_beside(others: Sequence[Question], question: Question) -> None:
    if any(other.key == question.key for other in others):
        raise WrongValue(
            "key", _("Another question of this call has the key “%(key)s”.") % {"key": question.key}
        )
    if question.fills and any(other.fills == question.fills for other in others):
        raise WrongValue(
            "fills", _("Another question of this call fills “%(column)s”.") % {"column": question.fills}
        )


def _check_conditions(questions: Sequence[Question], wanted: Collection[Question]) -> None:
    """Each question that depends on another one still can, whatever was changed or taken out."""
    in_order = sorted(questions, key=lambda question: (question.section.position, question.position))
    if found := conditions.unfit(in_order):
        question, sentence = found
        if question in wanted:
            raise WrongValue("shown_if", sentence)
        raise NotAllowed(sentence)


def why_kept(question: Question) -> str:
    """Why the question cannot be removed, as a sentence; "" where it can."""
    if count := times_answered(question):
        return ngettext(
            "%(count)s application answers the question “%(key)s”, so it stays.",
            "%(count)s applications answer the question “%(key)s”, so it stays.",
            count,
        ) % {"count": count, "key": question.key}
    return ""


def times_answered(question: Question) -> int:
    """How many applications hold an answer to it, drafts included."""
    rows = Answer.objects.filter(application__call=question.call_id, key=question.key)
    answering = {
        pk for pk, value in rows.values_list("application", "value") if value not in (None, False, "", [])
    }
    files = Attachment.objects.filter(application__call=question.call_id, question_key=question.key)
    return len(answering | set(files.values_list("application", flat=True)))


# --- Sections -----------------------------------------------------------------------------------------
@transaction.atomic
def save_section(section: Section, *, by: User | None, now: datetime, reason: str = "") -> None:
    """Add the section, or change it to what this object holds. Raises NotAllowed for a key that another one has."""
    _lock(section.call)
    check_section(section)
    stored = Section.objects.filter(pk=section.pk).first()
    changes.put(section, stored, by=by, programme=section.call.programme, now=now, reason=reason)


def check_section(section: Section) -> None:
    """Raises NotAllowed, with a sentence, unless the section can be as this object has it."""
    if section.call.sections.filter(key=section.key).exclude(pk=section.pk).exists():
        raise WrongValue(
            "key", _("Another section of this call has the key “%(key)s”.") % {"key": section.key}
        )


@transaction.atomic
def remove_section(section: Section, *, by: User | None, now: datetime, reason: str = "") -> None:
    """Take the section out, with its questions. Raises NotAllowed once somebody has answered one of them."""
    _lock(section.call)
    if sentence := why_section_kept(section):
        raise NotAllowed(sentence)
    arrange(section.call, [], without=section.questions.all(), by=by, now=now, reason=reason)
    changes.take_out(section, by=by, programme=section.call.programme, now=now, reason=reason)


def why_section_kept(section: Section) -> str:
    """Why the section cannot be removed, as a sentence; "" where it can."""
    for question in section.questions.all():
        if sentence := why_kept(question):
            return sentence
    return ""
