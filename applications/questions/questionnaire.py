"""A call's questions as a form, and its answers as people read them: the one place that knows the kinds.

A draft may be incomplete and even wrong: what was typed is kept as it was typed, and what is wrong stands beside the
field. Only a submit asks for everything (`problems`).
"""

from dataclasses import dataclass
from itertools import groupby

from django import forms
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accelerator import countries, wording
from accelerator.files import checking, uploads
from accelerator.models import Startup, StoredFile
from accelerator.records.fields import localised
from accelerator.ui.forms import DocumentField, TickField, WordsField
from applications.questions.models import Question

LONGEST = 20_000  # signs in one answer, whatever its limit in words
Kind = Question.Kind

_MISSING = {
    Kind.FILE: gettext_lazy("Please upload the file."),
    Kind.CONSENT: gettext_lazy("Please tick this box: without it nobody may read your application."),
    Kind.CHOICE: gettext_lazy("Please choose one."),
    Kind.CHOICES: gettext_lazy("Please choose at least one."),
    Kind.COUNTRY: gettext_lazy("Please choose a country."),
}
_NO_ADDRESS = gettext_lazy("This is not a whole web address, such as https://example.org.")
_NO_NUMBER = gettext_lazy("Please give a whole number, in digits.")


# --- As a form ----------------------------------------------------------------------------------------
class HeldFile:
    """A stored file as the form's field shows it."""

    def __init__(self, stored: StoredFile, zone):
        self.name, self.size, self.pages = stored.name, stored.size, stored.pages
        self.uploaded_at, self.zone = stored.uploaded_at, zone
        self.url = reverse("applying:application_file", args=[stored.public_id])


class ApplicationForm(forms.Form):
    """Bound to answers, stored or just typed. `answers()` is what to store of them."""

    complete = False  # whether a missing answer counts as a problem
    use_required_attribute = False

    def full_clean(self):
        super().full_clean()
        if self.complete:
            return
        for key in [
            k for k, errors in (self._errors or {}).items() if errors.as_data()[0].code == "required"
        ]:
            del self._errors[key]
            self.cleaned_data[key] = None

    def answers(self) -> dict:
        """Key → answer, None for an emptied one: clean where it is right, as typed where it is not.

        What a request left out altogether is left out here too.
        """
        found = {}
        for key, field in self.fields.items():
            omitted = field.widget.value_omitted_from_data(self.data, self.files, key)
            if omitted or isinstance(field, DocumentField):
                continue
            value = _plain(self[key].data) if key in self.errors else self.cleaned_data[key]
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
            if key in self.fields:
                self.fields[key].current = HeldFile(stored, zone)


class TextAnswer(WordsField):
    """A text with line ends of one kind, so that the same words compare as the same."""

    def to_python(self, value):
        return _plain(super().to_python(value))

    def widget_attrs(self, widget):
        # A limit in signs shall be said; the browser would silently cut what is pasted.
        return {k: v for k, v in super().widget_attrs(widget).items() if k != "maxlength"}


class PdfAnswer(DocumentField):
    """A PDF, judged by its content; cleans to a CheckedFile."""

    def __init__(self, *, max_bytes: int, **kwargs):
        self.max_bytes = max_bytes
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        return checking.check_pdf(data, max_bytes=self.max_bytes) if data else super().clean(None, initial)

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"accept": ".pdf,application/pdf"}


def form_class(questions, *, complete: bool = False) -> type[ApplicationForm]:
    """The form of a call's questions. With `complete`, required answers are missed; while drafting they are not."""
    fields = {question.key: _field(question) for question in questions}
    return type("CallForm", (ApplicationForm,), {"complete": complete, **fields})


def _field(question: Question) -> forms.Field:
    words = {"label": str(question.label), "help_text": str(question.help), "required": question.required}
    missing = _MISSING.get(question.kind, gettext_lazy("Please answer this question."))
    errors = {"required": missing}
    choices = [(choice["value"], str(localised(choice["label"]))) for choice in question.choices]
    match question.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            column = Startup._meta.get_field(question.fills).max_length if question.fills else None
            return TextAnswer(
                max_words=question.max_words,
                max_length=column or LONGEST,
                lines=6 if question.kind == Kind.LONG_TEXT else 1,
                error_messages=errors,
                **words,
            )
        case Kind.URL:
            errors["invalid"] = _NO_ADDRESS
            return forms.URLField(assume_scheme="https", max_length=200, error_messages=errors, **words)
        case Kind.INTEGER:
            errors["invalid"] = _NO_NUMBER
            limits = {"min_value": question.minimum, "max_value": question.maximum}
            if question.fills:
                limits = {"min_value": question.minimum or 0, "max_value": question.maximum or 9999}
            return forms.IntegerField(error_messages=errors, **limits, **words)
        case Kind.CHOICE:
            return forms.ChoiceField(
                choices=choices, widget=forms.RadioSelect, error_messages=errors, **words
            )
        case Kind.CHOICES:
            return forms.MultipleChoiceField(
                choices=choices, widget=forms.CheckboxSelectMultiple, error_messages=errors, **words
            )
        case Kind.COUNTRY:
            return forms.ChoiceField(choices=_countries, error_messages=errors, **words)
        case Kind.FILE:
            limit = min(uploads.LARGEST, (question.max_megabytes or 20) * uploads.MEGABYTE)
            return PdfAnswer(max_bytes=limit, error_messages=errors, **words)
        case Kind.CONSENT:
            return TickField(error_messages=errors, **words)
    raise ValueError(f"{question.key}: there is no kind of question called {question.kind}")


def _countries() -> list[tuple[str, str]]:
    """Asked for only where they are shown or checked: a form that saves a draft need not copy 250 of them."""
    return [("", _("Choose a country")), *countries.choices()]


def _plain(value):
    """Without what no database can hold, and without white space at the end; far too long becomes merely too long."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()[: 2 * LONGEST]


def as_typed(answer) -> str:
    """A stored answer as plain text, for showing it beside another."""
    return ", ".join(answer) if isinstance(answer, list) else "" if answer is None else str(answer)


def not_stored(form: ApplicationForm, answers: dict) -> list[tuple[str, str]]:
    """(label, text) of what stands in the form and not in these answers: what a refused save would lose."""
    typed = form.answers()
    return [
        (form[key].label, as_typed(answer))
        for key, answer in typed.items()
        if answer not in (None, False, True) and answer != answers.get(key)
    ]


def bound_to(
    answers: dict, questions, attached: dict, *, complete: bool = False, zone=None
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
        needed = [field for field in fields if field.field.required]
        wrong = sum(bool(field.errors) for field in fields)
        given = sum(not field.errors and _is_given(field) for field in needed)
        state, kind = _("%(given)d of %(all)d") % {"given": given, "all": len(needed)}, ""
        if wrong:
            state, kind = ngettext("%(n)d to fix", "%(n)d to fix", wrong) % {"n": wrong}, "wrong"
        elif given == len(needed):
            kind = "whole"
        found.append(FormSection(section.key, str(section.title), str(section.intro), fields, state, kind))
    return found


def _is_given(field: forms.BoundField) -> bool:
    return bool(getattr(field.field, "current", None) or field.data)


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
    return [Problem(key, form[key].label, form.errors[key][0]) for key in form.fields if key in form.errors]


def startup_columns(answers: dict, questions) -> dict:
    """The startup's own columns that sound answers fill."""
    filling = [q for q in questions if q.fills and answers.get(q.key) not in (None, "")]
    form = bound_to(answers, filling, {})
    return {q.fills: form.cleaned_data[q.key] for q in filling if q.key not in form.errors}


# --- As people read it --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Answer:
    """One question with its answer in words, as templates/components/answers.html shows it.

    One of `text` (long), `items` (choices), `url` and `words` is filled; none, where nothing was answered.
    """

    key: str
    label: str
    text: str = ""
    items: tuple[str, ...] = ()
    url: str = ""
    words: str = ""


@dataclass(frozen=True)
class AnsweredSection:
    key: str
    title: str
    answers: list[Answer]


def read(content: dict) -> list[AnsweredSection]:
    """A version's content (`receipts.content_of`) by section, each answer as its kind is read."""
    documents = {document["question"]: document for document in content["files"]}
    sections: dict[str, AnsweredSection] = {}
    for question in content["questions"]:
        place = question["section"]
        section = sections.setdefault(
            place["key"], AnsweredSection(place["key"], str(localised(place["title"])), [])
        )
        value = documents.get(question["key"], content["answers"].get(question["key"]))
        answer = Answer(question["key"], str(localised(question["label"])), **_in_words(question, value))
        section.answers.append(answer)
    return list(sections.values())


def _in_words(question: dict, value) -> dict:
    if question["kind"] == Kind.CONSENT:
        return {"words": _("Yes") if value is True else _("No")}
    if value in (None, "", []):
        return {}
    labels = {choice["value"]: str(localised(choice["label"])) for choice in question.get("choices", [])}
    match question["kind"]:
        case Kind.LONG_TEXT:
            return {"text": value}
        case Kind.CHOICES:
            return {"items": tuple(labels.get(item, item) for item in value)}
        case Kind.CHOICE:
            return {"words": labels.get(value, value)}
        case Kind.COUNTRY:
            return {"words": countries.name(value)}
        case Kind.URL if value.startswith(("https://", "http://")):
            return {"url": value}
        case Kind.FILE:
            pages = ngettext("%(n)d page", "%(n)d pages", value["pages"] or 0) % {"n": value["pages"] or 0}
            about = f"{value['name']} ({pages}, {wording.file_size(value['size'])})"
            return {"url": reverse("applying:application_file", args=[value["id"]]), "words": about}
    return {"words": str(value)}
