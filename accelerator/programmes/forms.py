"""The forms with which a programme is made and edited."""

import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import wording
from accelerator.dashboard.fields import LocalisedField, WordListField
from accelerator.messages import senders
from accelerator.programmes.making import Organisation
from accelerator.records.addresses import canonical
from accelerator.records.fields import localised
from accelerator.records.names import NameField
from accelerator.records.people import validate_time_zone
from accelerator.records.programmes import Partner, Programme
from accelerator.typed import links
from accelerator.ui import accent

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
MOST_ORGANISATIONS = 40
TEXTS = ("statement", "summary")
LABELS = {
    "statement": gettext_lazy("Statement, in %(language)s"),
    "summary": gettext_lazy("Summary, in %(language)s"),
}
KEPT = ("drafts_kept_months", "rejected_kept_months", "agreed_kept_months", "members_kept_months")


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


class OrganisationForm(forms.Form):
    """One organisation. Cleans to what the verbs of `organisations` take."""

    name = NameField(label=gettext_lazy("Name"), max_length=120)
    website = forms.CharField(label=gettext_lazy("Website"), max_length=200, required=False)
    gives = LocalisedField(
        label=gettext_lazy("What it gives"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A few words, such as “Mentors from its laboratory”."),
    )
    about = LocalisedField(
        label=gettext_lazy("About it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    domains = WordListField(
        label=gettext_lazy("Domains of its people’s addresses"),
        max_length=1000,
        required=False,
        help_text=gettext_lazy(
            "With spaces between them. Its reviewers do not see the application of a founder who writes from one."
        ),
    )
    is_lead = forms.BooleanField(label=gettext_lazy("It leads the programme"), required=False)

    def __init__(self, *args: Any, partner: Partner | None = None, **kwargs: Any):
        initial = {name: getattr(partner, name) for name in self.base_fields} if partner else {}
        super().__init__(*args, **{"initial": initial, **kwargs})

    def clean_website(self) -> str:
        given = self.cleaned_data["website"]
        address = links.canonical(given) if given else ""
        if len(address) > 200:
            raise ValidationError(_("This address is too long."))
        return address

    def clean_domains(self) -> list[str]:
        given = [one.lower() for one in self.cleaned_data["domains"]]
        for one in given:
            if not DOMAIN.fullmatch(one):
                raise ValidationError(_("“%(part)s” is no domain.") % {"part": one[:80]})
        return list(dict.fromkeys(given))


SPOKEN = {"en": gettext_lazy("English"), "fr": gettext_lazy("French")}


class EditProgrammeForm(ProgrammeForm):
    """A programme that is there. `wanted()` is what `editing.change` takes."""

    accent = forms.CharField(
        label=gettext_lazy("Colour"),
        max_length=7,
        required=False,
        help_text=gettext_lazy(
            "Of links and buttons on its public pages and at the head of its mails, such as #0a4b78. Empty: ours."
        ),
    )
    sender_name = NameField(
        label=gettext_lazy("Sender’s name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("In whose name its mails arrive. Empty: the programme’s."),
    )
    sender_email = forms.CharField(
        label=gettext_lazy("Sender’s address"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("From which its mails leave. Answers by mail go to the contact."),
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any):
        names = (
            "name",
            "place",
            "time_zone",
            "language",
            "contact",
            "accent",
            "sender_name",
            "sender_email",
            *KEPT,
        )
        initial = {name: getattr(programme, name) for name in names}
        for language in SPOKEN:
            for text in TEXTS:
                initial[f"{text}_{language}"] = localised(getattr(programme, text)).get(language, "")
        super().__init__(*args, **{"initial": initial, **kwargs})
        for name in ("slug", "organisations", *TEXTS):
            del self.fields[name]
        spoken_first = self.data.get("language") or programme.language
        for language, spoken in SPOKEN.items():
            for text, longest, lines in (("statement", 90, 1), ("summary", 2000, 3)):
                self.fields[f"{text}_{language}"] = forms.CharField(
                    label=LABELS[text] % {"language": spoken},
                    max_length=longest,
                    required=language == spoken_first,
                    widget=forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput,
                )
        for name in KEPT:
            column = cast("Field", Programme._meta.get_field(name))
            self.fields[name] = forms.IntegerField(
                label=capfirst(column.verbose_name), help_text=column.help_text, min_value=1, max_value=120
            )
        self.order_fields(
            ["name", "place", "time_zone", "contact", "language"]
            + [f"{text}_{language}" for language in SPOKEN for text in TEXTS]
        )

    def clean_accent(self) -> str:
        given = self.cleaned_data["accent"].lower()
        if given and (fault := accent.fault(given)):
            raise ValidationError(fault)
        return given

    def clean_sender_email(self) -> str:
        given = self.cleaned_data["sender_email"]
        if not given:
            return ""
        address = canonical(given)
        if not senders.may_send_from(address):
            raise ValidationError(senders.why_not(address))
        return address

    def wanted(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        for text in TEXTS:
            said = {language: given.pop(f"{text}_{language}") for language in SPOKEN}
            given[text] = {language: words for language, words in said.items() if words}
        return given
