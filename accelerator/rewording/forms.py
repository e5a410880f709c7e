"""The words of one kind of mail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accelerator.rewording import rewording
from accelerator.transitions import WrongValue
from accelerator.ui.fields import WordsField


class OwnWordingForm(forms.Form):
    """Subject and text, with the version that the form began from; checked as they are written."""

    use_required_attribute = False
    subject = forms.CharField(label=_("Subject"))
    text = WordsField(label=_("Text"), lines=16)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("subject") and cleaned.get("text"):
            try:
                rewording.must_be_sayable(self.kind, cleaned["subject"], cleaned["text"])
            except WrongValue as refusal:
                self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        return cleaned
