"""Forms about people: one's own account, and asking others in."""

import zoneinfo
from typing import cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accelerator.records.addresses import several
from accelerator.records.names import NameField
from accelerator.records.people import Invitation, User
from accelerator.records.programmes import Partner

MOST_AT_ONCE = 50


def time_zones() -> list[tuple[str, str]]:
    """The zones of the world by continent and city, without the aliases that only machines use."""
    names = sorted(
        name for name in zoneinfo.available_timezones() if "/" in name and name[:3] not in {"Etc", "Sys"}
    )
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class AccountForm(forms.ModelForm):
    """What others read about a person, and how that person reads: the language and the zone of times."""

    language = forms.ChoiceField(label=_("Language"), required=False)

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        help_text=_("Times are shown in the programme's zone and, where it differs, in yours as well."),
    )

    class Meta:
        model = User
        fields = ["name", "title", "language", "time_zone"]
        field_classes = {"name": NameField, "title": NameField}
        labels = {"name": _("Your name"), "title": _("What you do")}
        help_texts = {
            "name": _("As others should read it."),
            "title": _("A few words, such as “Founder, Papyrus” or “Research engineer, FAIR”."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        if len(settings.LANGUAGES) > 1:
            spoken = cast("forms.ChoiceField", self.fields["language"])
            spoken.choices = [("", _("The programme's")), *settings.LANGUAGES]
        else:
            del self.fields["language"]  # nothing to choose from
        known, own = self.fields["time_zone"], self.instance.time_zone
        if own not in dict(time_zones()):  # a device may name its zone as nobody else does
            assert isinstance(known, forms.ChoiceField)
            known.choices = [(own, own.replace("_", " ")), *time_zones()]


class AddressesField(forms.CharField):
    """E-mail addresses, one to a line or with commas between them."""

    widget = forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value) -> list[str]:
        addresses = several(super().clean(value))
        if len(addresses) > MOST_AT_ONCE:
            raise ValidationError(_("Ask at most %(most)d people at once.") % {"most": MOST_AT_ONCE})
        return addresses


class InviteForm(forms.Form):
    """Whom to ask, and for what."""

    kind = forms.ChoiceField(
        label=_("To be"),
        choices=[
            (Invitation.Kind.REVIEWER, _("A reviewer: reads and scores applications")),
            (Invitation.Kind.MENTOR, _("A mentor: helps the chosen startups")),
            (Invitation.Kind.MANAGER, _("A manager: runs the programme")),
        ],
        widget=forms.RadioSelect,
    )
    partner = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Partner.objects.none(),
        required=False,
        empty_label=_("None of the partners"),
        help_text=_("Reviews and mentors are spread over the partners by this."),
    )
    emails = AddressesField(
        label=_("E-mail addresses"),
        help_text=_("One to a line, or as your mail program lists them. Each gets a link of their own."),
    )

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        choice = self.fields["partner"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = partners


class InvitationCodeForm(forms.Form):
    """The code that went to the invited address."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Eight signs from our mail. Spaces and capitals make no difference."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class ResetFactorForm(forms.Form):
    """Why a second factor is reset."""

    reason = forms.CharField(
        label=_("Why, and how do you know that it is them?"),
        help_text=_("Kept on record; they do not read it."),
        max_length=300,
    )


class EndRoleForm(forms.Form):
    """Why a role ends."""

    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Kept on record. If sessions are cancelled, both sides read it."),
        max_length=300,
    )
