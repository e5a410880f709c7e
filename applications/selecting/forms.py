"""Forms of the selection: the text of a letter, and the promised day."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accelerator.models import Partner
from accelerator.ui.fields import WordsField
from applications.selecting.models import OfferTerms


class LetterForm(forms.Form):
    """The text of a letter that waits, with the marks of what its page showed: the letter, and what it rests on."""

    use_required_attribute = False
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = WordsField(label=_("Letter"), lines=24)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    read = forms.CharField(widget=forms.HiddenInput, required=False)

    def has_seen(self, mark: str) -> None:
        """The page shows the newer letter by now, beside what was typed."""
        self.data = {**self.data.dict(), "seen": mark} if isinstance(self.data, QueryDict) else self.data


class HandOverForm(forms.Form):
    """Which partners are handed what founders agreed to."""

    partners = forms.ModelMultipleChoiceField(
        label=_("For which partners?"),
        queryset=Partner.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What they get is a ZIP with a table and the decks; give it to nobody else."),
    )

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        choice = self.fields["partners"]
        assert isinstance(choice, forms.ModelMultipleChoiceField)
        choice.queryset = partners


class TermsForm(forms.Form):
    """The terms of the offers of a call, in each language that they stand in, and the version that the form began from."""

    use_required_attribute = False
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, standing: OfferTerms | None, **kwargs):
        self.texts = dict(standing.text) if standing else {"en": ""}
        super().__init__(*args, **kwargs)
        for code, text in self.texts.items():
            self.fields[f"text_{code}"] = WordsField(
                label=_("Terms") if len(self.texts) == 1 else f"{_('Terms')} ({code})",
                help_text=_(
                    "In full, as a team reads them before it accepts. An empty line begins a paragraph."
                ),
                lines=20,
                initial=text,
            )
        if standing:
            self.fields["reason"] = WordsField(
                label=_("Why do they change?"),
                help_text=_("Goes on record. Who has accepted keeps the version that they accepted."),
                lines=2,
                max_words=100,
            )
        self.fields["seen"].initial = standing.number if standing else 0

    def wanted(self) -> dict:
        cleaned = self.cleaned_data
        text = {code: cleaned[f"text_{code}"].replace("\r\n", "\n").strip() for code in self.texts}
        return {"text": text, "reason": cleaned.get("reason", ""), "seen": cleaned["seen"]}


class NoteDeclineForm(forms.Form):
    """What a manager writes down of a team that gives its place up."""

    reason = WordsField(
        label=_("Who told you, and how?"),
        help_text=_(
            "Such as: Maud Le Goff by telephone, today at ten. It goes on record, and the team reads it."
        ),
        lines=3,
        max_signs=300,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class WithdrawOfferForm(forms.Form):
    """Why an offer is taken back."""

    reason = WordsField(
        label=_("Why is it taken back?"),
        help_text=_("It goes on record, and the team reads it."),
        lines=3,
        max_words=150,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class ReserveForm(WithdrawOfferForm):
    """Why a team of the reserve is passed over, or stands in it again."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why?")


class LongerOfferForm(WithdrawOfferForm):
    """Until which day an offer stands, and why."""

    last_day = forms.DateField(
        label=_("They can answer until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ("last_day", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why do they have longer?")


class AnswerDayForm(forms.Form):
    """Another day for the answers, with the one that the form showed."""

    to = forms.DateField(
        label=_("Answers by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.DateField(widget=forms.HiddenInput)
    reason = WordsField(
        label=_("Why?"),
        help_text=_("Everybody who waits for an answer is told in these words."),
        lines=2,
        max_words=100,
        required=False,
    )
