"""Answers in words: a line, or a text of several."""

from django.forms import Textarea
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.records.names import canonical_name
from accelerator.ui.fields import WordsField
from applications.questions.kinds.base import LONGEST, Kind, given, longest, plain

MOST_WORDS = 5000  # more than that is no answer to a question


class TextAnswer(WordsField):
    """A text with line ends of one kind, so that the same words compare as the same."""

    def to_python(self, value):
        return plain(super().to_python(value), in_one_line=not isinstance(self.widget, Textarea))


class NameAnswer(TextAnswer):
    """The name of the startup, which stands in lists beside others."""

    def to_python(self, value):
        return canonical_name(super().to_python(value))


class TextKind(Kind):
    name = "text"
    label = gettext_lazy("Text")
    about = gettext_lazy("One line of words.")
    columns = ("max_words", "max_characters")
    lines = 1

    def field(self, question):
        answer = NameAnswer if question.fills == "name" else TextAnswer
        return answer(
            max_words=question.max_words,
            max_characters=question.max_characters,
            max_signs=longest(question),
            lines=self.lines,
            **self.common(question),
        )

    def unfit(self, question):
        if question.max_words is not None and not 1 <= question.max_words <= MOST_WORDS:
            return _("The limit is a number of words from 1 to %(most)s.") % {"most": MOST_WORDS}
        if question.max_characters is not None and not 1 <= question.max_characters <= LONGEST:
            return _("The limit is a number of characters from 1 to %(most)s.") % {"most": LONGEST}
        if question.max_words is not None and question.max_characters is not None:
            return _("Limit the answer in words or in characters, not in both.")
        return ""

    def limits(self, question):
        return given({"max_words": question.max_words, "max_characters": question.max_characters})

    def entry(self):
        from applications.questions.kinds.entries import WrittenEntry

        return WrittenEntry

    def example(self, question, text, website):
        words = text.split()[: question.max_words]
        return " ".join(words[:8])[: min(100, question.max_characters or LONGEST)].strip()


class LongTextKind(TextKind):
    name = "long_text"
    label = gettext_lazy("Long text")
    about = gettext_lazy("Several lines, with a limit in words or characters.")
    lines = 6

    def shown(self, question, answer):
        return {"text": answer}

    def example(self, question, text, website):
        return " ".join(text.split()[: question.max_words])[: question.max_characters].strip()
