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


class PublicAnswerForm(forms.Form):
    """The words of a question and its answer as everybody will read them."""

    use_required_attribute = False
    question = WordsField(label=_("Question"), lines=3, max_signs=300)
    answer = WordsField(label=_("Answer"), lines=8, max_signs=2000)

    def clean_question(self) -> str:
        return " ".join(self.cleaned_data["question"].split())

    def clean_answer(self) -> str:
        return self.cleaned_data["answer"].replace("\r\n", "\n")
