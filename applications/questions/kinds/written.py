"""Answers in words: a line, or a text of several."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.models import Startup
from accelerator.ui.fields import WordsField
from applications.questions.kinds.base import LONGEST, Kind, given, plain

MOST_WORDS = 5000  # more than that is no answer to a question


class TextAnswer(WordsField):
    """A text with line ends of one kind, so that the same words compare as the same."""

    def to_python(self, value):
        return plain(super().to_python(value))

    def widget_attrs(self, widget):
        # A limit in characters shall be said; the browser would silently cut what is pasted.
        return {k: v for k, v in super().widget_attrs(widget).items() if k != "maxlength"}


class TextKind(Kind):
    name = "text"
    label = gettext_lazy("Text")
    lines = 1

    def field(self, question):
        column = Startup._meta.get_field(question.fills).max_length if question.fills else None
        return TextAnswer(
            max_words=question.max_words,
            max_length=column or LONGEST,
            lines=self.lines,
            **self.common(question),
        )

    def unfit(self, question):
        if question.max_words is not None and not 1 <= question.max_words <= MOST_WORDS:
            return _("The limit is a number of words from 1 to %(most)s.") % {"most": MOST_WORDS}
        return ""

    def limits(self, question):
        return given({"max_words": question.max_words})

    def entry(self):
        from applications.questions.kinds.entries import WrittenEntry

        return WrittenEntry

    def example(self, question, text, website):
        words = text.split()[: question.max_words]
        return " ".join(words[:8])[:100]


class LongTextKind(TextKind):
    name = "long_text"
    label = gettext_lazy("Long Text")
    lines = 6

    def shown(self, question, answer):
        return {"text": answer}

    def example(self, question, text, website):
        return " ".join(text.split()[: question.max_words])
