"""What a manager says to plan, change or cancel an event. Forms know no request and write nothing."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accelerator import wording
from accelerator.ui.fields import ClockField
from applications.calls import window
from cohorts.admission.models import Cohort
from cohorts.events.models import Event


def _reason() -> forms.CharField:
    return forms.CharField(label=_("Why?"), help_text=_("Everybody who is told reads it."), max_length=300)


class EventMomentForm(forms.Form):
    """When and where, on the programme's clock."""

    on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = ClockField(label=_("From"))
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=24 * 60)
    place = forms.CharField(label=_("Where"), max_length=200, required=False)

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


class EventTimeForm(EventMomentForm):
    reason = _reason()


class PlanEventForm(EventMomentForm):
    """One more event of a cohort, in the programme's language."""

    title = forms.CharField(label=_("What"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, capfirst(kind.label)) for kind in Event.Kind],
        help_text=_("Everybody is expected, but at a dinner or the like."),
    )
    about = forms.CharField(
        label=_("What it is about"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, required=False
    )
    field_order = ["title", "kind", "on", "at", "minutes", "place", "about", "partner"]

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, zone=cohort.programme.zone, **kwargs)
        self.cohort = cohort
        self.fields["minutes"].initial = 60
        self.fields["kind"].initial = Event.Kind.WORKSHOP
        partners = cohort.programme.partners.all()
        self.fields["partner"] = forms.ModelChoiceField(partners, label=_("With"), required=False)

    def clean(self):
        cleaned = super().clean()
        at = cleaned.get("starts_at")
        if at and not self.cohort.starts_at <= at < self.cohort.ends_at:
            days = {"first": wording.day(self.cohort.starts_on), "last": wording.day(self.cohort.ends_on)}
            self.add_error("on", _("The programme lasts from %(first)s to %(last)s.") % days)
        return cleaned

    @property
    def said(self) -> dict:
        """As the verb takes it."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in {"on", "at"}}
        language = self.cohort.programme.language
        return said | {name: {language: said[name]} if said[name] else {} for name in ("title", "about")}


class CancelEventForm(forms.Form):
    reason = _reason()
