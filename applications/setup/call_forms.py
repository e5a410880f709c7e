"""The forms of a call and its window: shape, the order of its days, and what is sealed."""

from datetime import timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSplitDateTimeWidget

from applications.calls import order
from applications.calls.models import CallWindow
from applications.calls.window import last_day
from applications.reviewing import protocol
from applications.setup import call_days

MINUTE = timedelta(minutes=1)


class WindowForm(forms.ModelForm):
    """The window of a new call as people say it: open until its last minute. Stored is the first instant that is too late."""

    opens_at = forms.SplitDateTimeField(
        label=_("Opens"),
        widget=UnfoldAdminSplitDateTimeWidget,
        error_messages={"required": _("Say when the call opens: it cannot be saved without.")},
    )
    last_minute = forms.SplitDateTimeField(
        label=_("Open until"),
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=_("The last minute that is still in time, such as 23:59."),
        error_messages={"required": _("Say until when the call is open: it cannot be saved without.")},
    )

    class Meta:
        model = CallWindow
        fields = ["opens_at"]

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if last := cleaned.get("last_minute"):
            self.instance.closes_at = last + MINUTE
            if cleaned.get("opens_at") and cleaned["opens_at"] >= self.instance.closes_at:
                self.add_error("last_minute", _("This is before the call opens."))
        return cleaned


class OneWindow(BaseInlineFormSet):
    default_error_messages = {
        **BaseInlineFormSet.default_error_messages,
        "too_few_forms": _("Say when the call opens and until when: it cannot be saved without."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.was_there = self.instance.pk is not None  # before this form saves a new call

    def total_form_count(self):
        """A call that is there has its one window, which is shown and not posted, whatever a page says of their number."""
        return 1 if self.was_there else super().total_form_count()

    def initial_form_count(self):
        return 1 if self.was_there else super().initial_form_count()

    def _existing_object(self, pk):
        return self.get_queryset()[0]

    def _construct_form(self, i, **kwargs):
        if self.was_there:
            kwargs["instance"] = self._existing_object(None)
        return super()._construct_form(i, **kwargs)  # type: ignore[misc]  # Django keeps it to itself

    def clean(self):
        """A new call's own days come after the last on which it is open."""
        super().clean()
        due = self.instance.reviews_due_on
        for form in self.forms:
            last = form.cleaned_data.get("last_minute") if form.is_valid() else None
            if last and due and due < last.date():
                found = order.WrongWayRound("last_day", "reviews_due_on", last.date())
                form.add_error("last_minute", call_days.out_of_order(found))


class CallForm(forms.ModelForm):
    """A new call is a draft until it is opened."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.is_draft = True
        for name, (least, most) in order.BOUNDS.items():
            if name in self.fields:
                self.fields[name].validators += [MinValueValidator(least), MaxValueValidator(most)]

    def clean(self):
        cleaned = super().clean()
        self._check_order(cleaned)
        self._check_seal()
        return cleaned

    def _check_order(self, cleaned):
        """The days follow each other, behind the last day of the call; that of a new one is asked of `WindowForm`."""
        call = self.instance
        days = {name: cleaned.get(name) or getattr(call, name) for name in order.DAYS}
        if call.pk:
            days = {"last_day": last_day(call.window.deadline, call.zone), **days}
        if all(days.values()) and (found := order.out_of_order(days)):
            changed = [name for name in (found.later, found.earlier) if name in self.fields]
            self.add_error(changed[0] if changed else None, call_days.out_of_order(found))

    def _check_seal(self):
        """A page that was loaded before the rules were sealed still has fields for them."""
        typed = {name: self.data.get(name, "") for name in protocol.PARTS if name not in self.fields}
        if any(text and text != str(getattr(self.instance, name)) for name, text in typed.items()):
            self.add_error(None, str(protocol.RulesSealed()))

    def clean_seats(self):
        seats = self.cleaned_data["seats"]
        if self.instance.pk and self.instance.numbered_seats.filter(number__gt=seats).exists():
            raise forms.ValidationError(_("Seats above this number exist already, so it can only grow."))
        return seats
