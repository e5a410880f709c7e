"""Fields that read what people type as they mean it, and ask where it can mean two things. Nothing is cut or guessed.

What is typed is kept as it was typed until it can be read; `accelerator/typed` says how it is read.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accelerator.typed import links, numbers


def check_length(typed: str, limit: int) -> None:
    """Raises ValidationError with what to cut; whoever wrote it keeps every sign."""
    over = len(typed) - limit
    if over > 0:
        message = ngettext(
            "This is %(over)s sign too long; at most %(limit)s can be kept as an answer.",
            "This is %(over)s signs too long; at most %(limit)s can be kept as an answer.",
            over,
        )
        raise ValidationError(message, code="too_long", params={"over": over, "limit": limit})


class LinkInput(forms.TextInput):
    """Not type="url": browsers then refuse a link without a scheme, in their own words."""


class LinkField(forms.CharField):
    """The address of a page on the web, of any length; comes out whole, as it is shown from then on."""

    widget = LinkInput

    def __init__(self, *, max_signs: int = 20_000, **kwargs: Any):
        self.max_signs = max_signs
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attributes = {"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}
        return super().widget_attrs(widget) | attributes

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        check_length(typed, self.max_signs)
        return links.canonical(typed) if typed else typed


class NumberInput(forms.TextInput):
    """Not type="number", which empties what it does not understand and reads "1 234,5" as 12345."""


class NumberField(forms.Field):
    """A number in the ways of French, English and German; a whole one unless `decimals` says how many it may have.

    Cleans to an int, or to a float where it has decimals. Where two readings fit, the question goes back.
    """

    widget = NumberInput
    default_error_messages = {
        "invalid": gettext_lazy("Please write a number in digits, such as 12 or 1500."),
        "two_readings": gettext_lazy("Do you mean %(one)s or %(other)s? Please write it like that."),
        "other_words": gettext_lazy("Do you mean %(one)s? Please write the number alone."),
        "not_whole": gettext_lazy("Please write a whole number; %(number)s is none."),
        "beyond": gettext_lazy("This is a larger number than we can keep."),
    }

    def __init__(
        self, *, least: int | None = None, most: int | None = None, decimals: int = 0, **kwargs: Any
    ):
        self.least, self.most, self.decimals = least, most, decimals
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The keys for digits have no minus on an iPhone.
        digits = "decimal" if self.decimals else "numeric"
        keys = digits if self.least is not None and self.least >= 0 else "text"
        return super().widget_attrs(widget) | {"inputmode": keys, "autocomplete": "off"}

    def to_python(self, value: Any) -> int | float | None:
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):  # as it is kept
            return self._kept(Decimal(str(value)))
        return self._kept(self._meant(str(value)))

    def _meant(self, typed: str) -> Decimal:
        """The one reading that fits. Raises ValidationError with the question to whoever typed it."""
        readings = numbers.readings(typed)
        if not readings:
            self._ask_about(self._fitting(numbers.among_other_words(typed)), "other_words")
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        fitting = self._fitting(readings)
        if len(fitting) > 1:
            self._ask_about(fitting, "two_readings")
        return fitting[0] if fitting else readings[0]

    def _ask_about(self, readings: list[Decimal], code: str) -> None:
        said = [numbers.as_digits(reading) for reading in readings]
        if len(said) > 1:
            params = {"one": said[0], "other": said[1]}
            raise ValidationError(self.error_messages["two_readings"], code="two_readings", params=params)
        if said:
            raise ValidationError(self.error_messages[code], code=code, params={"one": said[0]})

    def _fitting(self, readings: list[Decimal]) -> list[Decimal]:
        return [reading for reading in readings if self._fits(reading)]

    def _fits(self, number: Decimal) -> bool:
        return numbers.decimals_of(number) <= self.decimals

    def _kept(self, number: Decimal) -> int | float:
        if abs(number) >= numbers.BEYOND:
            raise ValidationError(self.error_messages["beyond"], code="beyond")
        if not self._fits(number):
            raise self._too_exact(number)
        return int(number) if number == int(number) else float(number)

    def _too_exact(self, number: Decimal) -> ValidationError:
        if not self.decimals:
            params = {"number": numbers.as_digits(number)}
            return ValidationError(self.error_messages["not_whole"], code="not_whole", params=params)
        message = ngettext(
            "Please write at most %(decimals)s digit after the point.",
            "Please write at most %(decimals)s digits after the point.",
            self.decimals,
        )
        return ValidationError(message, code="too_exact", params={"decimals": self.decimals})

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            raise ValidationError(
                _("Please give at least %(limit)s.") % {"limit": self.least}, code="too_small"
            )
        if self.most is not None and value > self.most:
            raise ValidationError(
                _("Please give at most %(limit)s.") % {"limit": self.most}, code="too_large"
            )
