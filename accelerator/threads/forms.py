"""What is written back, in both directions, and beside it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.ui.fields import WordsField


class ReplyForm(forms.Form):
    """The answer to a mail, by whoever got it."""

    use_required_attribute = False
    text = WordsField(label=_("What would you like to say?"), lines=10, max_signs=5_000)


class AnswerForm(forms.Form):
    """A manager's answer."""

    use_required_attribute = False
    text = WordsField(label=_("Answer"), lines=8, max_signs=10_000)


class ThreadNoteForm(forms.Form):
    """A note among managers."""

    use_required_attribute = False
    text = WordsField(
        label=_("Note"),
        help_text=_("For managers who may read this, and for nobody else."),
        lines=3,
        max_signs=5_000,
    )
