"""What a manager does with the applications that they ticked."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accelerator.models import User
from accelerator.ui.fields import WordsField
from applications.applying.conflict_rows import managers_outside
from applications.applying.models import Application
from applications.calls.models import Call
from applications.lists import labelling, noting
from applications.reviewing import screening

NOBODY = "nobody"


class ActForm(forms.Form):
    """One act, by the name of its button. Each application that it names goes through the verb of that act."""

    use_required_attribute = False
    act = forms.ChoiceField(
        choices=[(name, name) for name in ("label", "take_label_off", "put_in_charge", "screen")]
    )
    all_found = forms.BooleanField(label=gettext_lazy("All that were found, on all pages"), required=False)
    label = forms.CharField(label=gettext_lazy("Label"), required=False, max_length=labelling.LONGEST)
    person = forms.ChoiceField(label=gettext_lazy("Looks after it"), required=False)
    verdict = forms.ChoiceField(
        label=gettext_lazy("Verdict"),
        choices=[
            ("", gettext_lazy("Choose a verdict")),
            (Application.Eligibility.ELIGIBLE, gettext_lazy("Eligible")),
            (Application.Eligibility.INELIGIBLE, gettext_lazy("Not eligible")),
        ],
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Founders read it in their letter; needed where it is not eligible."),
        required=False,
        max_length=1000,
    )

    def __init__(self, call: Call, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.call = call
        self.managers = {str(one.pk): one for one in managers_outside(call).order_by("name", "pk")}
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose a manager")),
            *((key, str(one)) for key, one in self.managers.items()),
            (NOBODY, _("Nobody")),
        ]

    def clean(self):
        needed = {
            "label": ("label", _("Type or choose a label.")),
            "take_label_off": ("label", _("Type or choose a label.")),
            "put_in_charge": ("person", _("Choose who looks after it.")),
            "screen": ("verdict", _("Choose a verdict.")),
        }.get(self.cleaned_data.get("act", ""))
        if needed and not self.cleaned_data.get(needed[0]):
            self.add_error(*needed)
        return self.cleaned_data

    def verb(self, *, by: User, now: datetime, seen: Mapping[str, str]) -> Callable[[Application], object]:
        """What is done with one application; `seen` is the version of each that the page showed."""
        given = self.cleaned_data
        if given["act"] == "label":
            return lambda one: labelling.label(one, given["label"], by=by, now=now)
        if given["act"] == "take_label_off":
            return lambda one: labelling.take_label_off(one, given["label"], by=by, now=now)
        if given["act"] == "put_in_charge":
            person: User | None = self.managers.get(given["person"])
            return lambda one: labelling.put_in_charge(one, person, by=by, now=now)
        eligible = given["verdict"] == Application.Eligibility.ELIGIBLE
        checks = list(self.call.eligibility_checks.values_list("key", flat=True)) if eligible else []

        def screen(one: Application) -> None:
            screening.screen(
                one,
                eligible=eligible,
                checks=checks,
                reason=given["reason"],
                seen=seen.get(one.public_id, ""),
                by=by,
                now=now,
            )

        return screen

    def said(self, count: int) -> str:
        """What was done, as a sentence."""
        return {
            "label": ngettext("%(n)d application labelled.", "%(n)d applications labelled.", count),
            "take_label_off": ngettext(
                "The label is off %(n)d application.", "The label is off %(n)d applications.", count
            ),
            "put_in_charge": ngettext(
                "%(n)d application has somebody else to look after it.",
                "%(n)d applications have somebody else to look after them.",
                count,
            ),
            "screen": ngettext("%(n)d application screened.", "%(n)d applications screened.", count),
        }[self.cleaned_data["act"]] % {"n": count}


class NoteForm(forms.Form):
    """A note for the managers of the call."""

    use_required_attribute = False
    text = WordsField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("Write @ and a name to send that manager a mail with the way here."),
        max_length=noting.LONGEST,
        lines=4,
        error_messages={"required": gettext_lazy("Please write something.")},
    )
