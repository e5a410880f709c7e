"""What is filled in to book, move, cancel and log a session. Forms know no request and write nothing."""

from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accelerator.ui.fields import ClockField
from accelerator.ui.in_their_place import InTheirPlaceForm
from applications.calls import window
from mentoring.sessions.models import MentoringSession

MAX_ACTION_ITEMS = 10


class InstantField(forms.Field):
    """A moment in UTC that a form carries along unseen. No wall time, so no hour that exists twice."""

    widget = forms.HiddenInput

    def to_python(self, value):
        if isinstance(value, datetime) or not value:
            return value or None
        try:
            moment = parse_datetime(value)
            if moment and moment.tzinfo:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):  # the second where UTC has no such year
            pass
        raise ValidationError(_("That is no moment in time. Please choose one from the list."))

    def prepare_value(self, value):
        return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


class BookingForm(InTheirPlaceForm):
    starts_at = InstantField()
    topic = forms.CharField(
        label=_("What is it about?"),
        help_text=_("One question, so that your mentor can think about it beforehand."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class MoveForm(InTheirPlaceForm):
    starts_at = InstantField()


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), help_text=_("The other side reads this."), max_length=300)
    seen = InstantField(required=False)  # the beginning that the page showed


class ActionItemsField(forms.CharField):
    """One thing to do on each line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value) -> list[str]:
        lines = (line.strip(" \t-–•*") for line in super().clean(value).splitlines())
        items = [line for line in lines if line]
        if len(items) > MAX_ACTION_ITEMS:
            raise ValidationError(_("More than ten is a plan. Keep those that matter until next time."))
        if any(len(item) > 300 for item in items):
            raise ValidationError(_("One of the lines is longer than 300 characters. Please shorten it."))
        return items


class WrittenForm(InTheirPlaceForm):
    """What a mentor writes down after any session."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=8 * 60)
    notes = forms.CharField(
        label=_("Notes, shared with the startup"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    action_items = ActionItemsField(
        label=_("To do until next time"), help_text=_("One on each line."), required=False
    )
    private_note = forms.CharField(
        label=_("Private note"),
        help_text=_("Only you and the programme’s managers read this."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OutcomeForm(WrittenForm):
    """A booked session: it was held, or somebody did not come. `absent` is who, in what was understood."""

    outcome = forms.ChoiceField(
        label=_("Did it take place?"),
        choices=[
            (MentoringSession.Status.HELD, _("Yes, we met")),
            (MentoringSession.Status.NO_SHOW, _("No, nobody of the startup came")),
            ("no_show_mentor", _("No, the mentor could not come")),
            ("no_show_both", _("No, neither side came")),
        ],
        initial=MentoringSession.Status.HELD,
        widget=forms.RadioSelect,
    )
    field_order = ["outcome", "minutes", "notes", "action_items", "private_note"]

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        _before, is_no_show, absent = cleaned.get("outcome", "").partition("no_show")
        if is_no_show:
            cleaned["outcome"] = MentoringSession.Status.NO_SHOW
            cleaned["absent"] = absent.lstrip("_") or MentoringSession.Absent.STARTUP
        if cleaned.get("outcome") == MentoringSession.Status.HELD and cleaned.get("minutes") == 0:
            self.add_error("minutes", _("Say how many minutes it took."))
        return cleaned


class LogForm(OutcomeForm):
    """The first words about it. Fields are filled with what is most likely."""

    field_order = ["outcome", "minutes", "done", "notes", "action_items", "private_note"]

    def __init__(self, *args, carried, **kwargs):
        super().__init__(*args, **kwargs)
        if carried:
            self.fields["done"] = forms.ModelMultipleChoiceField(
                carried,
                label=_("Done since last time"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.order_fields(self.field_order)


class CorrectionForm(OutcomeForm):
    """A log once more. A session that nobody had booked took place: somebody wrote it down because it did."""

    def __init__(self, *args, was_booked: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["action_items"].help_text = _("One on each line. What is ticked already stays.")
        if not was_booked:
            del self.fields["outcome"]


class UnbookedLogForm(WrittenForm):
    """A session that nobody booked: with whom and when it was, in the mentor's own zone."""

    on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = ClockField(label=_("From"))
    topic = forms.CharField(label=_("What it was about"), max_length=300, required=False)
    field_order = [
        "membership",
        "on",
        "at",
        "minutes",
        "overlap_note",
        "topic",
        "notes",
        "action_items",
        "private_note",
    ]

    def __init__(self, *args, memberships, zone, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone
        if "overlap_note" in self.data:
            self.ask_why_it_overlaps()
        self.fields["membership"] = forms.ModelChoiceField(
            memberships, label=_("With which startup?"), empty_label=None
        )
        self.order_fields(self.field_order)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if "on" in cleaned and "at" in cleaned:
            try:
                cleaned["starts_at"] = window.instant(cleaned["on"], cleaned["at"], self.zone)
            except window.ImpossibleTime as error:
                self.add_error("at", str(error))
        return cleaned

    def ask_why_it_overlaps(self) -> None:
        """Asked of whoever wrote down a time at which another session stands."""
        self.fields["overlap_note"] = forms.CharField(
            label=_("Why was it at the same time as another session?"),
            help_text=_("Two startups at one table, say. Both sides read this."),
            max_length=300,
            required=False,
        )
        self.order_fields(self.field_order)
