"""Names of people and startups as we keep them: one line in which nothing is hidden, and something is seen."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accelerator.typed import text

# Names stand in mails that leave in our name: they lead nowhere. “Booking.com” is a name.
_LINK = re.compile(r"\w+://|\bwww\.|\.[a-z]{2,}/", re.IGNORECASE)


def canonical_name(typed: str) -> str:
    """Raises ValidationError where somebody typed what nobody can see, or a link."""
    name = text.line(typed)
    if _LINK.search(name):
        raise ValidationError(
            _("A name has no link in it. Please write the name alone; mails carry it in their subject."),
            code="link",
        )
    if typed.strip() and not text.is_seen(name):
        raise ValidationError(_("Nobody can see this name. Please write it in letters."), code="unseen")
    return name


class NameField(forms.CharField):
    """A name that comes out as we keep it."""

    def to_python(self, value: Any) -> str:
        return canonical_name(super().to_python(value) or "")
