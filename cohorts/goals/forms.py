"""One goal of a member."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.goals.models import Goal


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
