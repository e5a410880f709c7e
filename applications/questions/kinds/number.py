"""A whole number, between two limits or without."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.questions.kinds.base import Kind, given


class NumberKind(Kind):
    name = "integer"
    label = gettext_lazy("Integer")
    invalid = gettext_lazy("Please give a whole number, in digits.")

    def field(self, question):
        limits = {"min_value": question.minimum, "max_value": question.maximum}
        if question.fills:
            limits = {"min_value": question.minimum or 0, "max_value": question.maximum or 9999}
        return forms.IntegerField(**limits, **self.common(question))

    def unfit(self, question):
        least, most = question.minimum, question.maximum
        if least is not None and most is not None and least > most:
            return _("No number is at least %(least)s and at most %(most)s.") % {"least": least, "most": most}
        return ""

    def limits(self, question):
        return given({"min": question.minimum, "max": question.maximum})

    def entry(self):
        from applications.questions.kinds.entries import NumberEntry

        return NumberEntry

    def example(self, question, text, website):
        return question.minimum or 3
