"""The words of an announcement, and between which moments it is shown."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.groups.forms import CHANGING_CLOCKS, on_the_wall
from accelerator.ui.fields import ClockField, WordsField


def _day(label, **kwargs) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class AnnouncementForm(forms.Form):
    """Days and times on the wall of `zone`; cleans to the instants `starts_at` (None: at once) and `ends_at`."""

    use_required_attribute = False
    text = WordsField(
        label=_("Text"), lines=5, max_signs=600, help_text=_("Two or three sentences; links work.")
    )
    from_day = _day(_("From"), required=False, help_text=_("Empty: at once."))
    from_at = ClockField(label=_("From, time"), required=False, initial="09:00")
    until_day = _day(_("Until"))
    until_at = ClockField(label=_("Until, time"), initial="18:00")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, zone: ZoneInfo, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_text(self) -> str:
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def clean(self):
        super().clean()
        self.cleaned_data["starts_at"] = self._instant("from")
        self.cleaned_data["ends_at"] = self._instant("until")
        return self.cleaned_data

    def _instant(self, which: str) -> datetime | None:
        day, at = self.cleaned_data.get(f"{which}_day"), self.cleaned_data.get(f"{which}_at")
        if day and not at and f"{which}_at" not in self.errors:
            self.add_error(f"{which}_at", _("Say at what time, too."))
        if not (day and at):
            return None
        instant = on_the_wall(day, at, self.zone)
        if instant is None:
            self.add_error(f"{which}_at", CHANGING_CLOCKS)
        return instant

    def wanted(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("text", "starts_at", "ends_at")}
