"""The words of a message to a group, and when it leaves."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accelerator import wording
from accelerator.groups.audiences import Group
from accelerator.messages import placeholders
from accelerator.ui.fields import ClockField, WordsField


class GroupMessageForm(forms.Form):
    """Subject and text; a place in them that stands for nothing is named."""

    use_required_attribute = False
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = WordsField(label=_("Text"), lines=14, max_signs=10_000)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, group: Group, **kwargs):
        super().__init__(*args, **kwargs)
        self.group = group

    def clean_subject(self) -> str:
        return self._known("subject")

    def clean_text(self) -> str:
        return self._known("text")

    def _known(self, field: str) -> str:
        words = self.cleaned_data[field].replace("\r\n", "\n")
        known = self.group.placeholders
        if strange := placeholders.unknown(known, words):
            sentence = ngettext(
                "%(strange)s stands for nothing here. You can write %(known)s.",
                "%(strange)s stand for nothing here. You can write %(known)s.",
                len(strange),
            )
            raise forms.ValidationError(
                sentence % {"strange": _listed(strange), "known": _listed(known)}, code="unknown"
            )
        return words


def _listed(names) -> str:
    return wording.list_of(f"{{{name}}}" for name in names)


CHANGING_CLOCKS = _("The clocks change then: this time does not exist, or twice. Choose another.")


def on_the_wall(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The instant of a day and a time there; None where the clocks change, and it is none or two."""
    local = datetime.combine(day, at, tzinfo=zone)
    early, late = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return early if early == late else None


class MomentForm(forms.Form):
    """When it leaves, as a day and a time on the wall of `zone`; cleans to the instant `due_at`."""

    use_required_attribute = False
    day = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = ClockField(label=_("At"), initial="09:00")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, zone: ZoneInfo, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self):
        super().clean()
        day, at = self.cleaned_data.get("day"), self.cleaned_data.get("at")
        if day and at:
            self.cleaned_data["due_at"] = instant = on_the_wall(day, at, self.zone)
            if instant is None:
                self.add_error("at", CHANGING_CLOCKS)
        return self.cleaned_data
