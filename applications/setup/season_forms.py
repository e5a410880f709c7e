"""The forms of a season: its days, those of a call that is begun from another one, and who reviews again."""

from datetime import date, datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import wording
from accelerator.ui.fields import ClockField
from applications.calls import order
from applications.calls.models import Call
from applications.reviewing.models import Reviewer
from applications.setup import cloning
from applications.setup.season_on_the_wall import SeasonOnTheWall, season_of
from applications.setup.wall_times import OnTheWall, day_field


class DaysForm(OnTheWall):
    """All dates of a call. Cleans to `opens_at`, `closes_at` and `days`; their order is the verbs' to judge."""

    opens_on = day_field(gettext_lazy("Opens on"))
    opens_at = ClockField(label=gettext_lazy("At"))
    last_day = day_field(gettext_lazy("Open until"))
    last_minute = ClockField(
        label=gettext_lazy("Its last minute"),
        help_text=gettext_lazy("The last minute that is still in time, such as 23:59."),
    )
    reviews_due_on = day_field(gettext_lazy("Reviews are due on"))
    decision_on = day_field(gettext_lazy("Answers by"))
    starts_on = day_field(gettext_lazy("The programme starts on"))
    ends_on = day_field(gettext_lazy("The programme ends on"))

    def __init__(self, *args, call: Call, stands: SeasonOnTheWall, **kwargs):
        initial = {name: getattr(stands, name) for name in stands.__dataclass_fields__}
        super().__init__(*args, zone=call.zone, initial=initial | kwargs.pop("initial", {}), **kwargs)

    def clean(self):
        super().clean()
        given = self.cleaned_data
        instants: dict[str, datetime | None] = {
            "opens_at": self._instant("opens_on", "opens_at"),
            "closes_at": self._end("last_day", "last_minute"),
        }
        return given | instants | {"days": {name: given.get(name) for name in order.DAYS}}


class SeasonForm(DaysForm):
    """The days as they stand, to be changed. `seen` is the state of the call that the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, call: Call, seen: int, **kwargs):
        super().__init__(*args, call=call, stands=season_of(call), initial={"seen": seen}, **kwargs)


class FirstDayForm(forms.Form):
    """From which day on the new call opens, so that its days can be proposed."""

    first_day = day_field(gettext_lazy("Opens on this day or up to six days later"))


class CloneForm(DaysForm):
    """The days of a new call, each beside the one of before; cleans to `name` and `reviewers` too."""

    name = forms.CharField(label=gettext_lazy("Name of the new call"), max_length=120)
    reviewers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who reviews again?"),
        help_text=gettext_lazy("Nobody is told yet. They hear of it when reviews are assigned to them."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("name",)

    def __init__(self, *args, source: Call, weeks: int, **kwargs):
        before = season_of(source)
        proposed = before.later(weeks)
        super().__init__(*args, call=source, stands=proposed, **kwargs)
        for name in proposed.__dataclass_fields__:
            was, becomes = getattr(before, name), getattr(proposed, name)
            if isinstance(becomes, date):
                words = {"before": wording.day(was), "after": wording.day(becomes)}
                self.fields[name].help_text = _("%(before)s → %(after)s") % words
        listed = self.fields["reviewers"]
        assert isinstance(listed, forms.TypedMultipleChoiceField)
        listed.choices = [(one.pk, _with_promise(one)) for one in cloning.reviewers_to_choose(source)]
        if not listed.choices:
            del self.fields["reviewers"]


def _with_promise(reviewer: Reviewer) -> str:
    organisation = f", {reviewer.partner}" if reviewer.partner else ""
    return f"{reviewer.user}{organisation} · {_('%(count)s reviews promised') % {'count': reviewer.capacity}}"
