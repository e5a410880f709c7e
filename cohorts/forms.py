"""What founders fill in: the answer to an offer, and their goals."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.admission.models import Goal


class AcceptForm(forms.Form):
    confirm = forms.BooleanField(label=_("All of us agree, and we will be there from the first day."))


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("May we know why?"), max_length=300, required=False)
    confirm = forms.BooleanField(label=_("We give up this place. It is offered to the next startup at once."))


class GoalForm(forms.ModelForm):
    class Meta:
        model = Goal
        fields = ["text"]
        labels = {"text": _("What will you have reached by the end?")}
        help_texts = {
            "text": _(
                "One sentence that somebody else can check: ten paying customers, word errors below 8 %."
            )
        }
