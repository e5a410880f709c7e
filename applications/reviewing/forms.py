"""Forms of the dashboard: a review, a conflict of interest, a verdict, a plan."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.records.fields import localised
from accelerator.ui.fields import ScaleField, WordsField
from applications.applying.models import Application
from applications.calls.models import Call
from applications.questions.models import Question
from applications.reviewing.models import Criterion, Reviewer
from applications.reviewing.screening_rules import ScreeningRule


class _Reason(WordsField):
    is_judged = True  # may be empty, but to call it optional would mislead


class ReviewForm(forms.Form):
    """A scale for each criterion and two comments, and the reason for a change where `others_are_seen`. Marks may be
    missing in a draft, so that the view asks for `miss`."""

    use_required_attribute = False

    def __init__(self, criteria: Iterable[Criterion], *args, others_are_seen: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.rubric = {f"criterion_{criterion.key}": criterion for criterion in criteria}
        for name, criterion in self.rubric.items():
            self.fields[name] = ScaleField(
                label=str(criterion.name),
                weight=criterion.weight,
                help_text=str(criterion.question),
                anchors={step: str(localised(words)) for step, words in criterion.anchors.items()},
                required=False,
            )
        self.fields["for_panel"] = WordsField(
            label=_("For the panel"), help_text=_("Only the panel reads this."), required=False, lines=4
        )
        self.fields["for_applicant"] = WordsField(
            label=_("For the applicant"),
            help_text=_("Goes into the letter, without your name."),
            required=False,
            lines=4,
        )
        if others_are_seen:
            self.fields["reason"] = _Reason(
                label=_("Why you change it"),
                help_text=_(
                    "Needed for a change, because you have seen what the others gave. Managers read it."
                ),
                required=False,
                lines=2,
            )

    @property
    def criteria(self) -> list[forms.BoundField]:
        return [self[name] for name in self.rubric]

    @property
    def comments(self) -> list[forms.BoundField]:
        return [self["for_panel"], self["for_applicant"]]

    @property
    def given(self) -> dict:
        """Arguments of `reviews.submit` and `reviews.save`, the reason aside."""
        words = {name: self.cleaned_data[name] for name in ("for_panel", "for_applicant")}
        return {"marks": self.marks, **words}

    @property
    def marks(self) -> dict[int, int]:
        """Marks by criterion's id, without those not given."""
        given = ((criterion.pk, self.cleaned_data[name]) for name, criterion in self.rubric.items())
        return {pk: mark for pk, mark in given if mark is not None}

    def miss(self) -> bool:
        """Add an error to each criterion without a mark. Returns whether there is any."""
        empty = [name for name in self.rubric if self.cleaned_data.get(name) is None]
        for name in empty:
            self.add_error(name, _("Please give a mark."))
        return bool(empty)


class ConflictForm(forms.Form):
    """Whether the reviewer has a conflict of interest, and which."""

    use_required_attribute = False
    conflict = forms.ChoiceField(
        label=_("Do you have a conflict of interest?"),
        choices=[("no", _("No, I can judge it freely")), ("yes", _("Yes, I have a conflict"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    reason = WordsField(
        label=_("If yes: what connects you?"),
        help_text=_("A few words for the managers: a former colleague, an investment, a relative."),
        required=False,
        lines=2,
    )

    def clean(self):
        if self.cleaned_data.get("conflict") == "yes" and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Please say in a few words what connects you."))
        return self.cleaned_data


class _Checks(forms.MultipleChoiceField):
    is_judged = True  # may be empty, but to call it optional would mislead


class ScreeningForm(forms.Form):
    """The checklist and the verdict."""

    use_required_attribute = False
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[
            (Application.Eligibility.ELIGIBLE, _("Eligible")),
            (Application.Eligibility.INELIGIBLE, _("Not eligible")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one.")},
    )
    reason = _Reason(
        label=_("Reason"),
        help_text=_(
            "Needed when it is not eligible, or when a check is not ticked. Founders read it in their letter."
        ),
        required=False,
        lines=4,
    )

    def __init__(self, call: Call, *args, **kwargs):
        super().__init__(*args, **kwargs)
        checks = [(check.key, str(check.text)) for check in call.eligibility_checks.all()]
        self.fields["checks"] = _Checks(
            label=_("What holds"),
            help_text=_("Tick what you found to be so."),
            choices=checks,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        self.order_fields(["checks", "verdict", "reason"])


class ScreeningRuleForm(forms.Form):
    """A condition on the answer to one question."""

    use_required_attribute = False
    question = forms.ChoiceField(label=_("The answer to"))
    test = forms.ChoiceField(label=_("has to hold that it"), choices=ScreeningRule.Test.choices)
    values = forms.CharField(
        label=_("Which"),
        help_text=_("One a line: countries or choices by name, or one number. Nothing for “is answered”."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        required=False,
    )

    def __init__(self, asked: list[Question], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = {question.key: question for question in asked}
        choice = self.fields["question"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(key, str(question.label)) for key, question in self.asked.items()]

    def wanted(self) -> dict:
        """Arguments of `screening_rules.add`."""
        given = self.cleaned_data
        values = given["values"].splitlines()
        return {"question": self.asked[given["question"]], "test": given["test"], "values": values}


class AnswerUntilForm(forms.Form):
    """The last day for an answer, and the mark of what the page showed."""

    use_required_attribute = False
    last_day = forms.DateField(
        label=_("Answer by the end of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class AskTeamForm(forms.Form):
    """One question to a team, and the last day for its answer."""

    use_required_attribute = False
    text = WordsField(
        label=_("Your question"),
        help_text=_("Goes to everybody in the team by mail, under your name. One question at a time."),
        lines=4,
        max_words=150,
    )
    last_day = forms.DateField(
        label=_("Answer by the end of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PlanForm(forms.Form):
    """Which plan of assignments is wanted: `seed` draws another one, `anew` plans again what nobody has begun."""

    seed = forms.IntegerField(required=False, min_value=0)
    anew = forms.BooleanField(required=False)

    @property
    def wishes(self) -> dict:
        """Arguments of `assigning.propose`; what is no number counts as 0."""
        return {"seed": self.cleaned_data.get("seed") or 0, "anew": self.cleaned_data["anew"]}


class HandOnForm(forms.Form):
    """To which reviewer an assignment is handed on."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, candidates: list[Reviewer], *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"] = forms.ModelChoiceField(
            Reviewer.objects.filter(pk__in=[one.pk for one in candidates]),
            label=_("Give it to"),
            empty_label=_("Choose a reviewer"),
        )
        self.order_fields(["to", "reason"])


class ReasonForm(forms.Form):
    """Why; goes on record."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False)
