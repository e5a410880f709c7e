"""What somebody says to an invitation. Forms know no request and write nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.calendar.models import CalendarAnswer


class InvitationAnswerForm(forms.Form):
    """`answer` is a button; `seen` the beginning that the page showed."""

    answer = forms.ChoiceField(choices=CalendarAnswer.Answer, widget=forms.HiddenInput, required=True)
    seen = forms.DateTimeField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("A word to the others"),
        max_length=300,
        required=False,
        help_text=_("When you cannot come: what would suit you."),
    )
