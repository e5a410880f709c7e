"""E-mail addresses as we keep them: one person, one address, however it was typed.

A browser turns the domain of `lea@bücher.example` into A-labels and a text area does not, so we do. The part before
the @ may not have such letters, because most mail servers refuse them.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def canonical(address: str) -> str:
    """Lower case, the domain in A-labels. Raises ValidationError with a sentence for whoever typed it."""
    local, at, domain = address.strip().lower().rpartition("@")
    if at and not local.isascii():
        raise ValidationError(
            _(
                "The part before the @ in “%(address)s” has letters that mail cannot carry. Please give another "
                "address, with unaccented letters there."
            ),
            params={"address": address},
            code="local_part",
        )
    try:
        domain = punycode(domain)
        validate_email(f"{local}@{domain}")
    except (ValidationError, UnicodeError) as error:
        raise ValidationError(
            _("“%(address)s” is no e-mail address. Please give a whole one, such as name@example.org."),
            params={"address": address},
            code="invalid",
        ) from error
    return f"{local}@{domain}"


class AddressField(forms.EmailField):
    """An e-mail address that comes out as we keep it."""

    default_validators = []
    default_error_messages = {"required": gettext_lazy("Please give an e-mail address.")}

    def to_python(self, value):
        value = super().to_python(value)
        return canonical(value) if value else value
