"""Days and times as they stand on a wall, in forms."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.calls import window

MINUTE = timedelta(minutes=1)


def day_field(label, **more) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


class OnTheWall(forms.Form):
    """Moments as people say them, a day and a time on the wall of `zone`, cleaned to instants."""

    def __init__(self, *args, zone: ZoneInfo, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone

    def _instant(self, day: str, at: str) -> datetime | None:
        """The moment of two fields; None where one of them is wrong already."""
        date, time = self.cleaned_data.get(day), self.cleaned_data.get(at)
        if date is None or time is None:
            return None
        try:
            return window.instant(date, time, self.zone)
        except window.ImpossibleTime:
            self.add_error(
                at, _("The clocks change then: this time does not exist, or twice. Choose another.")
            )
            return None

    def _end(self, day: str, last_minute: str) -> datetime | None:
        """The exclusive end after a last minute."""
        last = self._instant(day, last_minute)
        return last + MINUTE if last else None
