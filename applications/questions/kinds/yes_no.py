"""Yes or no, where neither is presumed: a question left open is open, unlike a box that was not ticked."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.questions.kinds.base import Kind

YES, NO = "yes", "no"


class YesNoKind(Kind):
    name = "yes_no"
    label = gettext_lazy("Yes or no")
    about = gettext_lazy("Neither is presumed.")
    missing = gettext_lazy("Please choose yes or no.")

    def field(self, question):
        return forms.ChoiceField(
            choices=list(_words().items()), widget=forms.RadioSelect, **self.common(question)
        )

    def deciding(self, question):
        return _words()

    def shown(self, question, answer):
        return {"words": _words().get(answer, str(answer))}

    def example(self, question, text, website):
        return YES


def _words() -> dict[str, str]:
    return {YES: _("Yes"), NO: _("No")}
