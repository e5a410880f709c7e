"""A box to tick. One that was not ticked is a plain no, never a missing answer."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.ui.fields import TickField
from applications.questions.kinds.base import Kind

TICKED = "yes"


class ConsentKind(Kind):
    name = "consent"
    label = gettext_lazy("Consent")
    about = gettext_lazy("A statement to accept. Not ticked means no.")
    missing = gettext_lazy("Please tick this box: without it nobody may read your application.")

    def field(self, question):
        return TickField(**self.common(question))

    def deciding(self, question):
        return {TICKED: _("Yes")}

    def is_among(self, answer, values):
        return answer not in (None, False, "", []) and TICKED in values

    def kept(self, answer):
        return answer is True

    def in_words(self, question, answer):
        return {"words": _("Yes") if answer is True else _("No")}

    def example(self, question, text, website):
        return True
