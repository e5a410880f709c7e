"""What mentors fill in about themselves and their week. Forms know no request and write nothing."""

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accelerator.ui.fields import ClockField
from accelerator.ui.in_their_place import InTheirPlaceForm
from mentoring.mentors.availability import Rule
from mentoring.mentors.models import Availability, Mentor


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


class RuleForm(forms.Form):
    weekday = forms.TypedChoiceField(label=_("Weekday"), choices=Availability.Weekday.choices, coerce=int)
    starts = ClockField(label=_("From"), required=False)
    ends = ClockField(label=_("To"), required=False)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if (starts is None) != (ends is None) and not self.errors:
            raise ValidationError(_("Give both times, or neither to leave this line out."))
        if starts and ends and starts >= ends:
            raise ValidationError(_("The end must come after the beginning."))
        return cleaned


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
            if "weekday" in row and row.get("starts") and row.get("ends")
        ]


# The factory's type forgets which class it extends.
WeekFormSet = cast(
    "type[BaseWeekFormSet]", forms.formset_factory(RuleForm, formset=BaseWeekFormSet, extra=3, max_num=21)
)
