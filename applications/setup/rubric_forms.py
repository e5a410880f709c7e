"""Forms with which a manager writes the rubric of a call."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.dashboard.fields import AnchorsField, LocalisedField
from applications.calls.models import Call
from applications.reviewing.models import Criterion
from applications.setup import rubric
from applications.setup.question_forms import LONGEST_KEY, MOST_SIGNS, short_name


def _weight(label: Any) -> forms.IntegerField:
    wrong = dict.fromkeys(("min_value", "max_value"), rubric.WRONG_WEIGHT)
    return forms.IntegerField(label=label, min_value=1, max_value=rubric.WHOLE, error_messages=wrong)


class WeightsForm(forms.Form):
    """How much each criterion weighs; all of them together a hundred."""

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            field = _weight(criterion.name)
            field.initial = criterion.weight
            self.fields[f"weight_{criterion.pk}"] = field

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and (wrong := rubric.off_balance(given.values())):
            self.add_error(None, wrong)
        return given

    def weights(self) -> dict[int, int]:
        """What was typed, by the pk of the criterion."""
        return {criterion.pk: self.cleaned_data[f"weight_{criterion.pk}"] for criterion in self.criteria}


class MarkedForm(forms.Form):
    """One criterion as its manager writes it. `wanted()` is the criterion as it would be then."""

    name = LocalisedField(label=_("Criterion"), max_length=80)
    question = LocalisedField(
        label=_("What reviewers ask themselves"),
        max_length=MOST_SIGNS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    weight = _weight(_("Weight, of a hundred"))
    anchors = AnchorsField(
        label=_("What a mark means"),
        help_text=_(
            "A line for a mark from 0 to 10, such as “5 = A clear user, and a few pilots”. Reviewers read it beside the "
            "mark they give; three to five of them bring their marks together."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
    )

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any):
        self.criterion = criterion
        names = ("name", "question", "weight", "anchors", "key")
        initial = {name: getattr(criterion, name) for name in names}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["key"] = forms.SlugField(
            label=_("Short name"),
            max_length=LONGEST_KEY,
            help_text=_("Exports and the programme file name it. Made of the name if left empty."),
            required=False,
        )

    def clean_key(self) -> str:
        given = self.cleaned_data["key"]
        if given or not self.cleaned_data.get("name"):
            return given
        words = next(iter(self.cleaned_data["name"].values()))
        others = self.criterion.call.criteria.exclude(pk=self.criterion.pk)
        return short_name(words, 40, set(others.values_list("key", flat=True)))

    def wanted(self) -> Criterion:
        for name, value in self.cleaned_data.items():
            setattr(self.criterion, name, value)
        return self.criterion


def new_criterion(call: Call) -> Criterion:
    """One to be written, after all others, with what is left of the hundred."""
    criteria = list(call.criteria.all())
    left = rubric.WHOLE - sum(each.weight for each in criteria)
    position = criteria[-1].position + 1 if criteria else 0
    return Criterion(call=call, weight=max(left, 1), position=position)
