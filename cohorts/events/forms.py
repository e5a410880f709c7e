"""What a manager says to change or cancel an event. Forms know no request and write nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.ui.fields import ClockField
from applications.calls import window


def _reason() -> forms.CharField:
    return forms.CharField(label=_("Why?"), help_text=_("Everybody who is told reads it."), max_length=300)


class EventTimeForm(forms.Form):
    """When and where, on the programme's clock."""

    on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = ClockField(label=_("From"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=24 * 60)
    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    reason = _reason()

    def __init__(self, *args, zone, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if "on" in cleaned and "at" in cleaned:
            try:
                cleaned["starts_at"] = window.instant(cleaned["on"], cleaned["at"], self.zone)
            except window.ImpossibleTime as error:
                self.add_error("at", str(error))
        return cleaned


class CancelEventForm(forms.Form):
    reason = _reason()
