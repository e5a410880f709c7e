"""A day, kept as 2024-03-31."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accelerator import wording
from applications.questions.kinds.base import Kind

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class DayAnswer(forms.DateField):
    """Cleans to the day as text. A year of two digits, as some browsers send it half typed, is no answer yet."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {
        "invalid": _("Please give a day that there is, such as 2024-03-31."),
        "far": _("Please look at the year again."),
    }

    def __init__(self, **kwargs):
        super().__init__(input_formats=["%Y-%m-%d", "%d.%m.%Y"], **kwargs)

    def clean(self, value):
        day = super().clean(value)
        if day is None:
            return None
        if not EARLIEST <= day <= LATEST:
            raise ValidationError(self.error_messages["far"], code="far")
        return day.isoformat()


class DayKind(Kind):
    name = "date"
    label = _("Day")
    about = _("A day of a calendar.")
    missing = _("Please give a day.")

    def field(self, question):
        return DayAnswer(**self.common(question))

    def shown(self, question, answer):
        try:
            return {"words": wording.day(date.fromisoformat(answer), weekday=False)}
        except ValueError:  # a draft may hold anything
            return {"words": answer}

    def example(self, question, text, website):
        return "2023-04-03"
