"""Forms with which managers set up a season."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.ui.fields import ClockField, WordsField
from applications.applying import deadlines
from applications.calls import window
from applications.calls.models import CallWindow

MINUTE = timedelta(minutes=1)


def _day(label) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class MoveWindowForm(forms.Form):
    """The window as people say it: open until its last minute. Cleans to the instants `opens_at` and `closes_at`."""

    opens_on = _day(_("Opens on"))
    opens_at = ClockField(label=_("At"))
    last_day = _day(_("Open until"))
    last_minute = ClockField(
        label=_("Its last minute"), help_text=_("The last minute that is still in time, such as 23:59.")
    )
    reason = WordsField(
        label=_("Why?"),
        help_text=_("Only the managers read it, in the history of the call."),
        lines=2,
        max_words=100,
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, current: CallWindow, zone: ZoneInfo, **kwargs):
        opens, last = current.opens_at.astimezone(zone), (current.closes_at - MINUTE).astimezone(zone)
        shown = {"opens_on": opens.date(), "opens_at": opens.time(), "last_day": last.date()}
        shown |= {"last_minute": last.time(), "seen": deadlines.fingerprint(current)}
        super().__init__(*args, initial=shown, **kwargs)
        self.zone = zone

    def clean(self):
        cleaned = super().clean()
        cleaned["opens_at"] = self._instant("opens_on", "opens_at")
        last = self._instant("last_day", "last_minute")
        cleaned["closes_at"] = last + MINUTE if last else None
        return cleaned

    def _instant(self, day: str, at: str) -> datetime | None:
        """The moment of two fields; None where one of them is wrong already."""
        given = self.cleaned_data.get(day), self.cleaned_data.get(at)
        if given[0] is None or given[1] is None:
            return None
        try:
            return window.instant(*given, self.zone)
        except window.ImpossibleTime:
            self.add_error(
                at, _("The clocks change then: this time does not exist, or twice. Choose another.")
            )
            return None
