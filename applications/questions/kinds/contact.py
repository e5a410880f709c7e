"""How somebody can be reached: an e-mail address or a telephone number."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accelerator.records.addresses import canonical
from accelerator.typed import text
from accelerator.ui.fields import WordsField
from applications.questions.kinds.base import Kind

_PHONE = re.compile(r"\+?[\d\s().\-/\u00a0\u2010-\u2013]+(?:\s*(?:ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE)
FEWEST_DIGITS, MOST_DIGITS = 5, 21  # 15 of ITU-T E.164, and an extension


class AddressAnswer(forms.EmailField):
    """An address as it is kept everywhere: without what mail programs put around it."""

    def to_python(self, value):
        typed = super().to_python(value)
        return canonical(typed) if typed else typed

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"autocomplete": "email", "spellcheck": "false"}


class EmailKind(Kind):
    name = "email"
    label = _("E-mail address")
    about = _("To reach somebody.")
    missing = _("Please give an e-mail address.")
    invalid = _("This is no whole e-mail address, such as ada@example.org.")

    def field(self, question):
        return AddressAnswer(**self.common(question))

    def example(self, question, text, website):
        return "hello@startup.example"


class PhoneAnswer(WordsField):
    """A number as people write it, with its country first; nothing is guessed or put into another form."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}), **kwargs)

    def to_python(self, value):
        return text.in_one_line(super().to_python(value) or "")

    def validate(self, value):
        super().validate(value)
        if not value:
            return
        digits = sum(character.isdigit() for character in value)
        if not _PHONE.fullmatch(value) or not FEWEST_DIGITS <= digits <= MOST_DIGITS:
            raise ValidationError(self.error_messages["invalid"], code="invalid")


class PhoneKind(Kind):
    name = "phone"
    label = _("Telephone number")
    about = _("To reach somebody.")
    missing = _("Please give a telephone number.")
    invalid = _("Please write the number in digits with its country, such as +33 1 23 45 67 89.")

    def field(self, question):
        return PhoneAnswer(**self.common(question))

    def example(self, question, text, website):
        return "+33 1 23 45 67 89"
