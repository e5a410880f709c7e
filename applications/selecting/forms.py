"""Forms of the selection: the text of a letter."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.ui.fields import WordsField


class LetterForm(forms.Form):
    """The text of a letter that waits."""

    use_required_attribute = False
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = WordsField(label=_("Letter"), lines=24)
