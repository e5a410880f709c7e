"""Forms of the selection: the text of a letter, and the promised day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.ui.fields import WordsField


class LetterForm(forms.Form):
    """The text of a letter that waits."""

    use_required_attribute = False
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = WordsField(label=_("Letter"), lines=24)


class AnswerDayForm(forms.Form):
    """Another day for the answers, with the one that the form showed."""

    to = forms.DateField(
        label=_("Answers by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.DateField(widget=forms.HiddenInput)
    reason = WordsField(
        label=_("Why?"),
        help_text=_("Everybody who waits for an answer is told in these words."),
        lines=2,
        max_words=100,
        required=False,
    )
