"""Forms that managers also fill in for somebody else: then they ask why."""

from django import forms
from django.utils.translation import gettext_lazy as _


class InTheirPlaceForm(forms.Form):
    """Mixed into a form of what people do for themselves. `on_behalf` adds the question to it."""

    def __init__(self, *args, on_behalf: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if on_behalf:
            self.fields["on_behalf"] = forms.CharField(
                label=_("Why do you do this in their place?"),
                help_text=_("Everybody concerned reads it, and it stays on record."),
                max_length=300,
            )
