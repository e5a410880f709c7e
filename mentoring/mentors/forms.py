"""What mentors fill in about themselves and their week. Forms know no request and write nothing."""

from datetime import time
from typing import cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accelerator import countries
from accelerator.ui.fields import ClockField
from accelerator.ui.in_their_place import InTheirPlaceForm
from mentoring.mentors import public_holidays
from mentoring.mentors.availability import MIDNIGHT, Exceptional, Rule, minutes_of
from mentoring.mentors.models import TERMS, Availability, Mentor

MOST_OVER_MIDNIGHT = 12 * 60  # minutes: an evening, and no slip of the pen


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class ProfileForm(InTheirPlaceForm, forms.ModelForm):
    meeting_link = forms.URLField(
        label=_("Video link"),
        help_text=_("A room of yours that stays the same. It is part of every invitation."),
        assume_scheme="https",
        required=False,
    )

    class Meta:
        model = Mentor
        fields = ["headline", "bio", "topics", "meeting_link"]
        help_texts = {"headline": _("What founders can come to you with, in one line.")}

    def __init__(self, *args, topics, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["topics"] = forms.MultipleChoiceField(
            label=_("Fields of knowledge"),
            choices=[(topic.key, str(topic.label)) for topic in topics],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["bio"].widget.attrs["rows"] = 6


class HoursForm(InTheirPlaceForm):
    """How a mentor can be booked, beside the weekly hours."""

    session_minutes = forms.IntegerField(label=_("Minutes per session"), min_value=15, max_value=180)
    notice_hours = forms.IntegerField(
        label=_("Hours of notice"),
        help_text=_("Nobody can book you at shorter notice."),
        min_value=0,
        max_value=24 * 14,
    )
    is_paused = forms.BooleanField(
        label=_("Take no new sessions for now"),
        help_text=_("Sessions that are booked stay."),
        required=False,
    )


class BookingTermsForm(forms.Form):
    """How many sessions, how far ahead, and whose public holidays: of a mentor, or of a programme."""

    zone: ZoneInfo

    def __init__(self, *args, zone: ZoneInfo, are_needed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone
        for name, (least, most, _usual, label) in TERMS.items():
            self.fields[name] = forms.IntegerField(
                label=capfirst(label), min_value=least, max_value=most, required=are_needed
            )
        own = countries.name(public_holidays.country_of(zone)) or _("no country")
        self.fields["country"] = forms.ChoiceField(
            label=_("Public holidays of"),
            choices=[
                ("", _("The country of the time zone (%(country)s)") % {"country": own}),
                (public_holidays.NONE, _("None")),
                *(pair for pair in countries.choices() if pair[0] in public_holidays.supported()),
            ],
            required=False,
        )
        self.fields["region"] = forms.CharField(
            label=_("Region"),
            help_text=_("Where regions have holidays of their own, such as Bavaria or California."),
            max_length=60,
            required=False,
        )

    def clean(self):
        """A region by its code or its name, of the country that is chosen."""
        super().clean()
        cleaned = self.cleaned_data
        region = cleaned.get("region", "").strip()
        known = public_holidays.regions(cleaned.get("country") or public_holidays.country_of(self.zone))
        by_name = {name.casefold(): code for code, name in known.items()} | {
            code.casefold(): code for code in known
        }
        cleaned["region"] = by_name.get(region.casefold(), "")
        if region and not cleaned["region"]:
            self.add_error("region", _regions_in_words(known))
        return cleaned


def _regions_in_words(known: dict[str, str]) -> str:
    if not known:
        return gettext("That country has no regions with holidays of their own; leave this empty.")
    return gettext("Choose one of these: %(regions)s.") % {"regions": ", ".join(sorted(known.values()))}


def check_hours(starts: time, ends: time) -> None:
    """Raises ValidationError where the end is before the beginning, and over midnight would be no evening."""
    if starts == ends != MIDNIGHT:
        raise ValidationError(_("The end must come after the beginning."))
    minutes = minutes_of(starts, ends)
    if ends != MIDNIGHT and starts > ends and minutes > MOST_OVER_MIDNIGHT:
        raise ValidationError(
            _("The end must come after the beginning: over midnight it would last %(hours)d hours."),
            params={"hours": round(minutes / 60)},
        )


class RuleForm(forms.Form):
    weekday = forms.TypedChoiceField(label=_("Weekday"), choices=Availability.Weekday.choices, coerce=int)
    starts = ClockField(label=_("From"), required=False)
    ends = ClockField(label=_("To"), may_be_end=True, required=False)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if (starts is None) != (ends is None) and not self.errors:
            raise ValidationError(_("Give both times, or neither to leave this line out."))
        if starts is not None and ends is not None:
            check_hours(starts, ends)
        return cleaned


class OtherDayForm(InTheirPlaceForm):
    """A day, or several, that are not like every week."""

    class What(models.TextChoices):
        OFF = "off", _("I am away")
        EXTRA = "extra", _("I am free as well")

    what = forms.ChoiceField(
        label=_("What is different?"), choices=What, widget=forms.RadioSelect, initial=What.OFF
    )
    first_day = forms.DateField(label=_("From day"), widget=DayInput())
    last_day = forms.DateField(
        label=_("To day"), help_text=_("Empty for one day."), widget=DayInput(), required=False
    )
    starts = ClockField(label=_("From"), help_text=_("Both empty for the whole day."), required=False)
    ends = ClockField(label=_("To"), may_be_end=True, required=False)
    note = forms.CharField(
        label=_("Note"), help_text=_("For yourself alone."), max_length=120, required=False
    )

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if self.errors:
            return cleaned
        first, starts, ends = cleaned["first_day"], cleaned["starts"], cleaned["ends"]
        cleaned["last_day"] = cleaned["last_day"] or first
        if cleaned["last_day"] < first:
            self.add_error("last_day", _("The last day must not come before the first."))
        if (starts is None) != (ends is None):
            raise ValidationError(_("Give both times, or neither for the whole day."))
        if starts is None and cleaned["what"] == self.What.EXTRA:
            raise ValidationError(_("Say from when to when you are free on that day."))
        if starts is not None:
            check_hours(starts, ends)
        return cleaned

    @property
    def exceptional(self) -> Exceptional:
        said = self.cleaned_data
        is_off = said["what"] == self.What.OFF
        return Exceptional(
            said["first_day"], said["last_day"], is_off, said["starts"] or MIDNIGHT, said["ends"] or MIDNIGHT
        )


class BaseWeekFormSet(forms.BaseFormSet):
    """The lines of a week; empty ones are left out."""

    def clean(self):
        begins = [(rule.weekday, rule.starts) for rule in self.rules]
        if not any(self.errors) and len(begins) != len(set(begins)):
            raise ValidationError(_("Two lines begin on the same weekday at the same time."))

    @property
    def rules(self) -> list[Rule]:
        given = [form.cleaned_data for form in self.forms if getattr(form, "cleaned_data", None)]
        return [
            Rule(row["weekday"], row["starts"], row["ends"])
            for row in given
            if "weekday" in row and row.get("starts") is not None and row.get("ends") is not None
        ]


# The factory's type forgets which class it extends.
WeekFormSet = cast(
    "type[BaseWeekFormSet]", forms.formset_factory(RuleForm, formset=BaseWeekFormSet, extra=3, max_num=21)
)
