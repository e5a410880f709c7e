"""What a manager fills in to do something for a team: each with the reason, and the mark of what the page showed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.models import TeamMember
from accelerator.records.names import NameField
from accelerator.ui.fields import WordsField


class HelpForm(forms.Form):
    """Why, and what the page showed."""

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = WordsField(
        label=_("Why do you do it for them?"),
        help_text=_("Such as: Maud Le Goff asked by telephone, her network is down. The team reads it."),
        lines=2,
        max_words=100,
    )
    field_order: tuple[str, ...] = ()


class FillInForm(HelpForm):
    """Beside the field of the question itself."""

    saw = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class SubmitForThemForm(FillInForm):
    key = forms.UUIDField(widget=forms.HiddenInput)


class ReopenForm(HelpForm):
    """Until when, where the call is closed for them."""

    last_day = forms.DateField(
        label=_("They have time until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ("last_day", "reason")

    def __init__(self, *args, is_open: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_open:
            del self.fields["last_day"]


class _MemberField(forms.ModelChoiceField):
    def label_from_instance(self, obj: TeamMember) -> str:
        return str(obj.user)


class HandOverTeamForm(HelpForm):
    to = _MemberField(
        label=_("Who owns it from now on?"), queryset=TeamMember.objects.none(), empty_label=_("Choose one")
    )
    field_order = ("to", "reason")

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        choice = self.fields["to"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = members


class CorrectNameForm(HelpForm):
    name = NameField(label=_("Name of the startup"), max_length=120)
    field_order = ("name", "reason")
