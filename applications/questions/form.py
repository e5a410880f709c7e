"""A call's questions as a form, and its answers as people read them. What differs by kind is in kinds/.

A draft may be incomplete and even wrong: what was typed is kept as it was typed, and what is wrong stands beside the
field. Only a submit asks for everything (`problems`).
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import groupby
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accelerator.models import StoredFile
from accelerator.records.fields import localised
from accelerator.ui.fields import DocumentField
from applications.calls.kept_questions import Questions
from applications.questions import conditions, kinds
from applications.questions.kinds.base import plain
from applications.questions.models import Question


# --- As a form ----------------------------------------------------------------------------------------
class HeldFile:
    """A stored file as the form's field shows it, with its first page and the files that it took the place of."""

    def __init__(self, stored: StoredFile, zone: tzinfo | None, *, is_current: bool = True):
        self.public_id = stored.public_id
        self.name, self.size, self.pages = stored.name, stored.size, stored.pages
        self.uploaded_at, self.zone = stored.uploaded_at, zone
        self.url = reverse("applying:application_file", args=[stored.public_id])
        self.first_page_url = self.pages_url = ""
        if is_current:
            self.first_page_url = reverse("applying:application_page_image", args=[stored.public_id, 1])
            self.pages_url = reverse("applying:application_pages", args=[stored.public_id])
        self.earlier = [HeldFile(file, zone, is_current=False) for file in stored.earlier]


class ApplicationForm(forms.Form):
    """Bound to answers, stored or just typed. `answers()` is what to store of them."""

    complete = False  # whether a missing answer counts as a problem
    questions: Sequence[Question] = ()
    use_required_attribute = False

    def full_clean(self):
        super().full_clean()
        if self.complete:
            for key in self.not_asked & set(self.errors):
                del self.errors[key]
            return
        for key in [k for k, errors in self.errors.items() if errors.as_data()[0].code == "required"]:
            del self.errors[key]
            self.cleaned_data[key] = None

    @cached_property
    def not_asked(self) -> set[str]:
        """Keys of the questions that depend on another answer than the one that was given."""
        return conditions.not_asked(
            self.questions, lambda key: self[key].data if key in self.fields else None
        )

    def answers(self) -> dict:
        """Key → answer, None for an emptied one: clean where it is right, as typed where it is not.

        What a request left out altogether is left out here too.
        """
        found = {}
        for key, field in self.fields.items():
            omitted = field.widget.value_omitted_from_data(self.data, self.files, key)
            if omitted or isinstance(field, DocumentField):
                continue
            is_line = not isinstance(field.widget, forms.Textarea)
            typed = key in self.errors
            value = plain(self[key].data, in_one_line=is_line) if typed else self.cleaned_data[key]
            found[key] = None if value in ("", []) else value
        return found

    def uploads(self) -> dict:
        """Key → CheckedFile, for each file that came with the form and is sound."""
        return {
            key: self.cleaned_data[key]
            for key, field in self.fields.items()
            if isinstance(field, DocumentField) and self.cleaned_data.get(key)
        }

    def hold(self, attached: dict[str, StoredFile], zone=None) -> None:
        """Say which files are there already."""
        for key, stored in attached.items():
            if isinstance(field := self.fields.get(key), DocumentField):
                field.current = HeldFile(stored, zone)


def _field(question: Question) -> forms.Field:
    field: Any = kinds.of(question).field(question)
    if question.is_for_managers:
        told = _("Only the managers of the programme read this, not the reviewers.")
        field.help_text = " ".join(filter(None, [str(field.help_text), told]))
    if condition := question.shown_if:  # for its page
        field.shown_if = {**condition, "as_json": json.dumps(condition["answers"])}
    return field


def form_class(questions, *, complete: bool = False) -> type[ApplicationForm]:
    """The form of a call's questions. With `complete`, required answers are missed; while drafting they are not.

    Kept with the questions it was made of, for each language.
    """
    kept = questions.forms if isinstance(questions, Questions) else {}
    key = (complete, get_language())
    if key not in kept:
        fields = {question.key: _field(question) for question in questions}
        about = {"complete": complete, "questions": tuple(questions)}
        kept[key] = type("CallForm", (ApplicationForm,), {**about, **fields})
    return kept[key]


def as_typed(answer) -> str:
    """A stored answer as plain text, for showing it beside another."""
    if not isinstance(answer, list):
        return "" if answer is None else str(answer)
    if answer and isinstance(answer[0], dict):
        return "\n".join(" · ".join(str(value) for value in row.values()) for row in answer)
    return ", ".join(answer)


def as_read(question, answer) -> str:
    """A stored answer to this question in words, as its kind is read."""
    kind = kinds.of(question)
    shown = kind.in_words(kind.limits(question), answer)
    items = shown.get("items") or ()
    return shown.get("text") or shown.get("words") or shown.get("url") or ", ".join(items)


def choices_in_words(question) -> list[str]:
    """What can be chosen, in the reader's language."""
    return [str(localised(choice["label"])) for choice in question.choices]


def as_posted(question: Question, answer) -> list[str]:
    """A stored answer to this question as a browser posts it: the values of its field."""
    return kinds.of(question).posted(question, answer)


def not_stored(form: ApplicationForm, answers: dict) -> list[tuple[str, str]]:
    """(label, text) of what stands in the form and not in these answers: what a refused save would lose."""
    typed = form.answers()
    return [
        (str(form[key].label), as_typed(answer))
        for key, answer in typed.items()
        if answer not in (None, False, True) and answer != answers.get(key)
    ]


def bound_to(
    answers: Mapping, questions, attached: dict, *, complete: bool = False, zone=None
) -> ApplicationForm:
    """The form holding stored answers and files (key → stored file)."""
    data = {k: v if isinstance(v, list) else [v] for k, v in answers.items() if v is not None}
    form = form_class(questions, complete=complete)(MultiValueDict(data))
    form.hold(attached, zone)
    return form


@dataclass(frozen=True)
class FormSection:
    """One section of the form, and how far it is in words."""

    key: str
    title: str
    intro: str
    fields: list[forms.BoundField]
    state: str
    state_kind: str  # "", whole or wrong


def sections(form: ApplicationForm, questions) -> list[FormSection]:
    found = []
    for section, asked in groupby(questions, key=lambda question: question.section):
        fields = [form[question.key] for question in asked]
        said = [field for field in fields if field.name not in form.not_asked]
        needed = [field for field in said if field.field.required]
        wrong = sum(bool(field.errors) for field in said)
        given = sum(not field.errors and _is_given(field) for field in needed)
        state, kind = _("%(given)d of %(all)d") % {"given": given, "all": len(needed)}, ""
        if wrong:
            state, kind = ngettext("%(n)d to fix", "%(n)d to fix", wrong) % {"n": wrong}, "wrong"
        elif given == len(needed):
            kind = "whole"
        found.append(FormSection(section.key, str(section.title), str(section.intro), fields, state, kind))
    return found


def _is_given(field: forms.BoundField) -> bool:
    is_nought = field.data == 0 and field.data is not False  # an answer like any other number
    return bool(getattr(field.field, "current", None) or field.data or is_nought)


@dataclass(frozen=True)
class Problem:
    """Why an application cannot be submitted yet: which answer, and what to do."""

    key: str
    label: str
    message: str

    @property
    def anchor(self) -> str:
        return f"id_{self.key}"


def problems(answers: dict, questions, attached: dict) -> list[Problem]:
    """Everything that stands between a draft and its submit, in the order of the form."""
    form = bound_to(answers, questions, attached, complete=True)
    return [_problem(form[key]) for key in form.fields if key in form.errors]


def missing_in(form: ApplicationForm) -> list[Problem]:
    """The same of a draft's form that is at hand, where a missing answer is no error."""
    found = []
    for field in (form[key] for key in form.fields if key not in form.not_asked):
        if field.errors:
            found.append(_problem(field))
        elif field.field.required and not _is_answered(field):
            missing = field.field.error_messages["required"]
            found.append(Problem(field.name, str(field.label), str(missing)))
    return found


def _problem(field: forms.BoundField) -> Problem:
    return Problem(field.name, str(field.label), str(field.errors[0]))


def _is_answered(field: forms.BoundField) -> bool:
    data = field.data
    return bool(getattr(field.field, "current", None)) or (data is not False and data not in (None, "", []))


def startup_columns(answers: Mapping, questions) -> dict:
    """The startup's own columns that sound answers fill."""
    filling = [q for q in questions if q.fills and answers.get(q.key) not in (None, "")]
    form = bound_to(answers, filling, {})
    return {q.fills: form.cleaned_data[q.key] for q in filling if q.key not in form.errors}


# --- As people read it --------------------------------------------------------------------------------
@dataclass(frozen=True)
class ShownAnswer:
    """One question with its answer in words, as templates/components/answers.html shows it.

    One of `text` (long), `items` (choices), `url` and `words` is filled; none, where nothing was answered. A table has
    `heads` and `rows` beside its text.
    """

    key: str
    label: str
    text: str = ""
    items: tuple[str, ...] = ()
    url: str = ""
    words: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """Of a table each row, cell by cell with what stands above it."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class AnsweredSection:
    key: str
    title: str
    answers: list[ShownAnswer]


def read(content: dict, *, without: Collection[str] = ()) -> list[AnsweredSection]:
    """A version's content (`receipts.content_of`) by section, each answer as its kind is read; `without` some questions."""
    documents = {document["question"]: document for document in content.get("files", [])}
    sections: dict[str, AnsweredSection] = {}
    for question in content.get("questions", []):
        if question["key"] in without:
            continue
        place = question["section"]
        section = sections.setdefault(
            place["key"], AnsweredSection(place["key"], str(localised(place["title"])), [])
        )
        value = documents.get(question["key"], content["answers"].get(question["key"]))
        shown = kinds.named(question["kind"]).in_words(question, value)
        answer = ShownAnswer(question["key"], str(localised(question["label"])), **shown)
        section.answers.append(answer)
    return list(sections.values())
