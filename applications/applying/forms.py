"""What founders fill in beside the call's questions (those are in questions/form.py)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator.records.addresses import AddressField
from accelerator.records.names import NameField
from accelerator.ui.fields import WordsField


def _offer(field: forms.Field, choices: list[tuple[str, str]], *, initial: str) -> None:
    """Give a field the choices that only the request knows."""
    assert isinstance(field, forms.ChoiceField)
    field.choices, field.initial = choices, initial


class StartForm(forms.Form):
    """For which startup: one of your own, or a new one by its name. Cleans to `startup` or else `name`."""

    startup = forms.ChoiceField(
        label=gettext_lazy("Which startup applies?"), widget=forms.RadioSelect, required=False
    )
    name = NameField(
        label=gettext_lazy("What is the startup called?"),
        help_text=gettext_lazy("The name that customers know. You can change it until the deadline."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args, startups=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = not startups
        self.startups = {startup.public_id: startup for startup in startups}
        if self.startups:
            known = [(key, startup.name) for key, startup in self.startups.items()]
            _offer(self.fields["startup"], [*known, ("", _("A new one"))], initial=known[0][0])
            self.fields["name"].label = _("If it is a new one: what is it called?")
        else:
            del self.fields["startup"]

    @property
    def is_sure(self) -> bool:
        """That it is another startup than the one that looks like it."""
        return self.data.get("act") == "another"

    @property
    def asks_to_join(self) -> bool:
        return self.data.get("act") == "join"

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        cleaned["startup"] = self.startups.get(cleaned.get("startup"))
        if not cleaned["startup"] and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", ValidationError(_("Please give the startup a name."), code="required"))
        return cleaned


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Would you tell us why?"),
        help_text=gettext_lazy(
            "Only the programme team reads it. It makes no difference to a later application."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )


class MoreTimeForm(forms.Form):
    text = WordsField(
        label=gettext_lazy("What went wrong, or how much time do you need?"),
        help_text=gettext_lazy("One message to those who run the call. They answer by mail."),
        lines=4,
        max_words=200,
    )


class AnswerBackForm(forms.Form):
    """A team's answer to one question about its application."""

    use_required_attribute = False
    answer = WordsField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy(
            "It goes to those who run the call, once, and stands beside what you submitted."
        ),
        lines=6,
        max_words=300,
    )


class CoFounderForm(forms.Form):
    email = AddressField(
        label=gettext_lazy("Your co-founder’s e-mail address"),
        help_text=gettext_lazy(
            "They get a link. Once they have followed it, you both write in this application."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class SubmitForm(forms.Form):
    """The tiny POST that counts: which draft is meant, and the key under which a repeat is recognised."""

    draft_version = forms.IntegerField(widget=forms.HiddenInput)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)


class CompareForm(forms.Form):
    """Which two of an application's versions are compared."""

    before = forms.ChoiceField(label=gettext_lazy("This one"))
    after = forms.ChoiceField(label=gettext_lazy("with this one"))

    def __init__(self, *args, versions: dict[str, str], **kwargs):
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.versions = versions
        for name, which in (self.last_two() or {}).items():
            _offer(self.fields[name], list(versions.items()), initial=which)

    def last_two(self) -> dict[str, str] | None:
        """What is compared where nothing was chosen; None where there are no two."""
        last = list(self.versions)[-2:]
        return dict(zip(("before", "after"), last, strict=True)) if len(last) == 2 else None
