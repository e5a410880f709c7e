"""The form with which a programme is made."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import wording
from accelerator.programmes.making import Organisation
from accelerator.records.addresses import canonical
from accelerator.records.names import NameField
from accelerator.records.people import validate_time_zone
from accelerator.typed import links

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
MOST_ORGANISATIONS = 40


class ProgrammeForm(forms.Form):
    """Cleans to what `making.make` takes."""

    name = NameField(label=gettext_lazy("Name"), max_length=120)
    slug = forms.SlugField(
        label=gettext_lazy("Its address"),
        help_text=gettext_lazy("The end of the address of its public page, such as ai-startup-program."),
    )
    place = forms.CharField(
        label=gettext_lazy("Place"), max_length=120, help_text=gettext_lazy("Such as STATION F, Paris.")
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=60,
        help_text=gettext_lazy("In which its days and times are meant, such as Europe/Paris."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of its texts"),
        choices=[("en", gettext_lazy("English")), ("fr", gettext_lazy("French"))],
        help_text=gettext_lazy("Others are written beside it later."),
    )
    statement = forms.CharField(
        label=gettext_lazy("Statement"),
        max_length=90,
        help_text=gettext_lazy("The one sentence with which its public page begins."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What it is and for whom, in a few sentences."),
    )
    contact = forms.CharField(
        label=gettext_lazy("Contact"),
        max_length=254,
        help_text=gettext_lazy("The address at the foot of its pages, to which founders write."),
    )
    organisations = forms.CharField(
        label=gettext_lazy("Organisations"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line, in the order that your contract says: the name, and behind commas the site and the domains "
            "of its people’s addresses. Hugging Face, https://huggingface.co, huggingface.co"
        ),
    )

    def clean_time_zone(self) -> str:
        zone = wording.zone_key(self.cleaned_data["time_zone"])
        validate_time_zone(zone)
        return zone

    def clean_contact(self) -> str:
        return canonical(self.cleaned_data["contact"])

    def clean_organisations(self) -> list[Organisation]:
        lines = [line.strip() for line in self.cleaned_data["organisations"].splitlines() if line.strip()]
        if len(lines) > MOST_ORGANISATIONS:
            raise ValidationError(_("At most %(most)s organisations.") % {"most": MOST_ORGANISATIONS})
        return [_organisation(line) for line in lines]


def _organisation(line: str) -> Organisation:
    """Raises ValidationError with the line that is wrong."""
    name, *parts = [part.strip() for part in line.split(",")]
    website, domains = "", []
    try:
        name = NameField(max_length=120).clean(name)
        for part in filter(None, parts):
            if "://" in part:
                website = links.canonical(part)
            elif DOMAIN.fullmatch(part.lower()):
                domains.append(part.lower())
            else:
                raise ValidationError(_("“%(part)s” is no site and no domain.") % {"part": part})
    except ValidationError as wrong:
        sentence = _("“%(line)s”: %(wrong)s") % {"line": line, "wrong": " ".join(wrong.messages)}
        raise ValidationError(sentence) from wrong
    if len(website) > 200:
        raise ValidationError(_("“%(line)s”: the site is too long.") % {"line": line})
    return Organisation(name, website, tuple(domains))
