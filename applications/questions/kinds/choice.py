"""One of several answers, or some of them."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.questions.kinds.base import Kind, labels


class ChoiceKind(Kind):
    name = "choice"
    label = gettext_lazy("Choice")
    about = gettext_lazy("One of several answers.")
    columns = ("choices",)
    missing = gettext_lazy("Please choose one.")

    def field(self, question):
        return forms.ChoiceField(
            choices=list(labels(question.choices).items()), widget=forms.RadioSelect, **self.common(question)
        )

    def unfit(self, question):
        if len(question.choices) < 2:
            return _("A question of this kind needs at least two choices.")
        values = [choice["value"] for choice in question.choices]
        if twice := [value for value in values if values.count(value) > 1]:
            return _("“%(value)s” is there twice among the choices.") % {"value": twice[0]}
        return ""

    def deciding(self, question):
        return labels(question.choices)

    def limits(self, question):
        return {"choices": question.choices} if question.choices else {}

    def shown(self, question, answer):
        return {"words": labels(question.get("choices", [])).get(answer, answer)}

    def entry(self):
        from applications.questions.kinds.entries import ChoiceQuestionEntry

        return ChoiceQuestionEntry

    def example(self, question, text, website):
        return question.choices[0]["value"] if question.choices else None


class SeveralChoices(forms.MultipleChoiceField):
    """Some of the choices, each of them once."""

    def to_python(self, value):
        return list(dict.fromkeys(super().to_python(value)))


class ChoicesKind(ChoiceKind):
    name = "choices"
    label = gettext_lazy("Choices")
    about = gettext_lazy("Any number of several answers.")
    missing = gettext_lazy("Please choose at least one.")

    def field(self, question):
        return SeveralChoices(
            choices=list(labels(question.choices).items()),
            widget=forms.CheckboxSelectMultiple,
            **self.common(question),
        )

    def shown(self, question, answer):
        offered = labels(question.get("choices", []))
        return {"items": tuple(offered.get(item, item) for item in answer)}

    def example(self, question, text, website):
        return [choice["value"] for choice in question.choices[:1]]
