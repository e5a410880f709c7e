"""Forms with which a manager writes the questions of a call: only what the kind of a question needs is asked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accelerator.dashboard.fields import ChoicesField, LocalisedField
from applications.calls.models import Call
from applications.questions import kinds
from applications.questions.kinds.base import LONGEST
from applications.questions.kinds.number import LARGEST, LONGEST_UNIT, MOST_DECIMALS
from applications.questions.kinds.rows import MOST_ROWS
from applications.questions.kinds.written import MOST_WORDS
from applications.questions.models import Question, Section
from applications.setup.row_columns import RowColumnsField, short_name

# What can be a column of the startup, by the kind of question that can fill it.
FILLABLE = {
    "text": ["name", "one_line"],
    "long_text": ["one_line"],
    "url": ["website"],
    "country": ["country"],
    "integer": ["founded_year"],
}
COLUMN_WORDS = {
    "name": _("The name of the startup"),
    "one_line": _("What they do, in one line"),
    "website": _("Their website"),
    "country": _("Their country"),
    "founded_year": _("The year of their founding"),
}
MOST_SIGNS = 300
MOST_PAGES = 1000
LONGEST_KEY = 50


def _number(label, help_text="", **limits) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, required=False, **limits)


def _of_columns() -> dict[str, forms.Field]:
    """A field for each column that only some kinds use."""
    return {
        "max_words": _number(_("Most words"), _("Empty: no limit."), min_value=1, max_value=MOST_WORDS),
        "max_characters": _number(
            _("Most characters"), _("Instead of words. Empty: no limit."), min_value=1, max_value=LONGEST
        ),
        "unit": forms.CharField(
            label=_("Unit"),
            help_text=_("What is counted, such as GPU hours; of money the currency, such as EUR."),
            max_length=LONGEST_UNIT,
            required=False,
        ),
        "minimum": _number(_("From"), min_value=-LARGEST, max_value=LARGEST),
        "maximum": _number(_("To"), min_value=-LARGEST, max_value=LARGEST),
        "decimals": _number(_("Digits after the point"), min_value=0, max_value=MOST_DECIMALS),
        "row_columns": RowColumnsField(
            label=_("Columns"),
            help_text=_(
                "One a line: “Name* | text”, “Share | number”, “Profile | link”, “Open? | choice: Yes; No”. A star: every "
                "row needs it. “share = Share of time | number” chooses the short name under which it is stored."
            ),
            widget=forms.Textarea(attrs={"rows": 5}),
        ),
        "min_rows": _number(_("Fewest rows"), min_value=1, max_value=MOST_ROWS),
        "max_rows": _number(_("Most rows"), min_value=1, max_value=MOST_ROWS),
        "max_megabytes": _number(_("Most megabytes"), min_value=1, max_value=20),
        "max_pages": _number(
            _("Pages asked for"), _("Empty: any number."), min_value=1, max_value=MOST_PAGES
        ),
        "refuses_more_pages": forms.BooleanField(
            label=_("Refuse a file with more pages"),
            help_text=_("Otherwise it is taken, and the page says that reviewers may not read the rest."),
            required=False,
        ),
    }


def _readers() -> dict[str, forms.Field]:
    return {
        "seen_by": forms.ChoiceField(
            label=_("Who reads the answers"),
            help_text=_(
                "Founders are told when the managers alone do. Once answered, it is not opened to reviewers."
            ),
            choices=[(one.value, capfirst(one.label)) for one in Question.SeenBy],
            widget=forms.RadioSelect,
            required=False,
        ),
        "is_personal": forms.BooleanField(
            label=_("The answer is about a person"),
            help_text=_("Then it is left out of files that are made for partners."),
            required=False,
        ),
    }


class AnswersField(ChoicesField):
    """The answers of a choice, one a line: a line of words alone gets a short name made of them."""

    def clean(self, value):
        lines = [line.strip() for line in forms.CharField.clean(self, value).splitlines() if line.strip()]
        named = [line if "=" in line else f"{short_name(line, 50)} = {line}" for line in lines]
        return super().clean("\n".join(named))


def _answers() -> AnswersField:
    return AnswersField(
        label=_("Answers"),
        help_text=_(
            "One a line. “seed = Seed stage” chooses the short name under which an answer is stored."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class AskedForm(forms.Form):
    """One question as its manager writes it. `wanted()` is the question as it would be then."""

    label = LocalisedField(label=_("Question"), max_length=MOST_SIGNS)
    help = LocalisedField(
        label=_("Help"),
        help_text=_("What a founder should know to answer it, with an example where that is shorter."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    required = forms.BooleanField(
        label=_("Nobody can submit without an answer"), required=False, initial=True
    )

    def __init__(self, *args: Any, question: Question, **kwargs: Any):
        self.question, self.call = question, question.call
        kind = kinds.of(question)
        super().__init__(*args, **{"initial": self._as_it_stands(), **kwargs})
        fields = _of_columns() | {"choices": _answers()}
        for name in kind.columns:
            self.fields[name] = fields[name]
        if columns := self._fillable():
            self.fields["fills"] = forms.ChoiceField(
                label=_("This is also"), choices=[("", _("Nothing else")), *columns], required=False
            )
        if answers := self._deciding():
            self.fields["shown_if"] = forms.MultipleChoiceField(
                label=_("Ask it only of whoever answered"),
                help_text=_("Nothing ticked: everybody is asked."),
                choices=answers,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        self.fields |= _readers()
        self.fields["key"] = forms.SlugField(
            label=_("Short name"),
            max_length=LONGEST_KEY,
            help_text=_(
                "Answers are stored under it; exports and the programme file name it. Made of the question if left empty."
            ),
            required=False,
        )

    def _as_it_stands(self) -> dict[str, Any]:
        question, condition = self.question, self.question.shown_if
        names = ("label", "help", "required", "fills", "seen_by", "is_personal", *kinds.of(question).columns)
        chosen = [_pair(condition["question"], value) for value in condition["answers"]] if condition else []
        return {name: getattr(question, name) for name in names} | {"key": question.key, "shown_if": chosen}

    def _fillable(self) -> list[tuple[str, Any]]:
        taken = {other.fills for other in self.call.questions.exclude(pk=self.question.pk)}
        names = FILLABLE.get(self.question.kind, [])
        return [(name, COLUMN_WORDS[name]) for name in names if name not in taken]

    def _deciding(self) -> list[tuple[str, str]]:
        """Each answer of an earlier question that can decide, as “Question: answer”."""
        found = []
        for other in self.call.questions.select_related("section"):
            if self.question.pk == other.pk:
                break
            if self.question.pk is None and _place(other) > _place(self.question):
                break
            for value, words in kinds.of(other).deciding(other).items():
                found.append((_pair(other.key, value), f"{other.label} → {words}"))
        return found

    def clean_shown_if(self) -> dict[str, Any]:
        pairs = [pair.split(" ", 1) for pair in self.cleaned_data["shown_if"]]
        keys = {key for key, _value in pairs}
        if len(keys) > 1:
            raise ValidationError(_("Please tick answers of one question only."))
        return {"question": keys.pop(), "answers": [value for _key, value in pairs]} if keys else {}

    def clean_seen_by(self) -> str:
        return self.cleaned_data["seen_by"] or Question.SeenBy.REVIEWERS

    def clean_decimals(self) -> int:
        return self.cleaned_data["decimals"] or 0

    def clean_key(self) -> str:
        given = self.cleaned_data["key"]
        if given or not self.cleaned_data.get("label"):
            return given
        words = next(iter(self.cleaned_data["label"].values()))
        taken = set(self.call.questions.exclude(pk=self.question.pk).values_list("key", flat=True))
        return short_name(words, 40, taken)

    def wanted(self) -> Question:
        """The question with what was typed; a column that its kind does not use keeps what it holds."""
        for name, value in self.cleaned_data.items():
            setattr(self.question, name, value)
        return self.question


def _pair(key: str, value: str) -> str:
    return f"{key} {value}"


def _place(question: Question) -> tuple[int, int]:
    return (question.section.position, question.position)


def new_question(section: Section, kind: str) -> Question:
    """One to be written, last in its section."""
    last = section.questions.order_by("position").last()
    question = Question(
        call=section.call, section=section, kind=kind, position=last.position + 1 if last else 0
    )
    kinds.of(question).complete(question)
    return question


class PartForm(forms.Form):
    """A part of the form, with its heading."""

    title = LocalisedField(label=_("Heading"), max_length=120)
    intro = LocalisedField(
        label=_("A line under it"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    def __init__(self, *args: Any, section: Section, **kwargs: Any):
        self.section = section
        super().__init__(*args, **{"initial": {"title": section.title, "intro": section.intro}, **kwargs})

    def wanted(self) -> Section:
        section = self.section
        section.title, section.intro = self.cleaned_data["title"], self.cleaned_data["intro"]
        if not section.key:
            taken = set(section.call.sections.values_list("key", flat=True))
            section.key = short_name(next(iter(section.title.values())), 40, taken)
        return section


def new_section(call: Call) -> Section:
    """One to be written, after all others."""
    last = call.sections.last()
    return Section(call=call, position=last.position + 1 if last else 0)
