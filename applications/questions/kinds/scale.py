"""A mark on a scale of whole numbers, such as 1 to 5."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.questions.kinds.base import Kind
from applications.questions.kinds.number import unfit_limits

LEAST, MOST = 1, 5  # unless the question says otherwise
MOST_STEPS = 11  # 0 to 10; more of them nobody tells apart


class ScaleAnswer(forms.TypedChoiceField):
    """A step of the scale, kept as its number."""

    widget = forms.RadioSelect

    def __init__(self, *, steps: range, **kwargs):
        super().__init__(
            coerce=int, empty_value=None, choices=[(step, str(step)) for step in steps], **kwargs
        )


class ScaleKind(Kind):
    name = "scale"
    label = gettext_lazy("Scale")
    about = gettext_lazy("A mark, such as 1 to 5.")
    columns = ("minimum", "maximum")
    missing = gettext_lazy("Please choose a step of the scale.")

    def complete(self, question):
        question.minimum = LEAST if question.minimum is None else question.minimum
        question.maximum = MOST if question.maximum is None else question.maximum

    def field(self, question):
        return ScaleAnswer(steps=_steps(question), **self.common(question))

    def unfit(self, question):
        if sentence := unfit_limits(question):
            return sentence
        if not 2 <= _steps(question).stop - _steps(question).start <= MOST_STEPS:  # of any size
            return _("A scale has from 2 to %(most)s steps, such as those from 1 to 5.") % {
                "most": MOST_STEPS
            }
        return ""

    def limits(self, question):
        steps = _steps(question)
        return {"min": steps[0], "max": steps[-1]} if steps else {}

    def shown(self, question, answer):
        if "max" not in question:
            return {"words": str(answer)}
        return {"words": _("%(step)s of %(most)s") % {"step": answer, "most": question["max"]}}

    def entry(self):
        from applications.questions.kinds.entries import ScaleEntry

        return ScaleEntry

    def example(self, question, text, website):
        return _steps(question)[-1]


def _steps(question) -> range:
    least = LEAST if question.minimum is None else question.minimum
    most = MOST if question.maximum is None else question.maximum
    return range(least, most + 1)
