"""The answer to an offer."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AcceptForm(forms.Form):
    confirm = forms.BooleanField(label=_("All of us agree, and we will be there from the first day."))


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("May we know why?"), max_length=300, required=False)
    confirm = forms.BooleanField(label=_("We give up this place. It is offered to the next startup at once."))
