"""The answer to an offer."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AcceptForm(forms.Form):
    """`terms` is the version that stands on the page; 0 where a call has none."""

    terms = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    confirm = forms.BooleanField(
        label=_("All of us agree to these terms, and we will be there from the first day.")
    )
    may_be_named = forms.BooleanField(
        label=_("You may name us on the public page of the programme."),
        help_text=_("You can change this later, here."),
        required=False,
    )
    name = forms.CharField(
        label=_("Your full name"),
        help_text=_("It stands under the terms, with the time."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class NamingForm(forms.Form):
    may_be_named = forms.BooleanField(
        label=_("You may name us on the public page of the programme."), required=False
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(label=_("May we know why?"), max_length=300, required=False)
    confirm = forms.BooleanField(label=_("We give up this place. After an hour it goes to the next startup."))


class ProposeForm(forms.Form):
    """A co-founder's: the owner of the team decides."""

    reason = forms.CharField(label=_("What do you want to tell them?"), max_length=300, required=False)
