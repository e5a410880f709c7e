"""Forms of a programme's texts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.policies.models import Policy
from accelerator.records.names import NameField


class PolicyForm(forms.Form):
    """The next version of a text, in the programme's language."""

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 18}), strip=True)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ContactsForm(forms.Form):
    """The two people who read the private line."""

    name_1 = NameField(label=_("Name"), max_length=120)
    email_1 = forms.EmailField(label=_("E-mail address"))
    name_2 = NameField(label=_("Name of the other"), max_length=120)
    email_2 = forms.EmailField(label=_("E-mail address of the other"))

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("email_1") and cleaned.get("email_1") == cleaned.get("email_2"):
            self.add_error(
                "email_2", _("That is the same address. Name two people, so that neither is alone.")
            )
        return cleaned

    def wanted(self) -> list[tuple[str, str]]:
        return [(self.cleaned_data[f"name_{n}"], self.cleaned_data[f"email_{n}"].lower()) for n in (1, 2)]


class UndertakingForm(forms.Form):
    name = NameField(
        label=_("Your full name"),
        max_length=120,
        help_text=_("It stands under the undertaking, with today’s date."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, policy: Policy, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("seen", policy.number)


class ConductForm(forms.Form):
    """A message by the private line."""

    text = forms.CharField(
        label=_("What happened?"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8})
    )
    with_name = forms.BooleanField(
        label=_("Send my name and address with it"),
        required=False,
        help_text=_("Otherwise nobody can tell who wrote, and nobody can answer you."),
    )
