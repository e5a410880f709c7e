"""A country, stored by its two letters."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import countries
from accelerator.ui.markup import LongSelect
from applications.questions.kinds.base import Kind


def _countries() -> list[tuple[str, str]]:
    """Called only where they are shown or checked: a form that saves a draft need not copy 250 of them."""
    return [("", _("Choose a country")), *countries.choices()]


class CountryKind(Kind):
    name = "country"
    label = gettext_lazy("Country")
    about = gettext_lazy("From the list of all countries.")
    missing = gettext_lazy("Please choose a country.")

    def field(self, question):
        return forms.ChoiceField(choices=_countries, widget=LongSelect, **self.common(question))

    def shown(self, question, answer):
        return {"words": countries.name(answer)}

    def example(self, question, text, website):
        return "FR"
