"""Shares in per cent and amounts of money: numbers with a sign, which people type or leave out."""

import re
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import wording
from accelerator.locales import reader_locale
from accelerator.ui.typed_fields import NumberField
from applications.questions.kinds.number import NumberKind

CURRENCY = "EUR"  # unless the question names another one
_SIGNS_OF_MONEY = re.compile(r"[€$£¥₹₩]|\b[A-Z]{3}\b")


class ShareAnswer(NumberField):
    """45, 45 % and 45 percent are the same."""

    def to_python(self, value: Any) -> int | float | None:
        return super().to_python(
            re.sub(r"\s*(?:%|per ?cent)\s*$", "", value) if isinstance(value, str) else value
        )


class AmountAnswer(NumberField):
    """12 000, € 12,000 and 12000 EUR are the same; an amount in another currency goes back."""

    def __init__(self, *, currency: str, **kwargs: Any):
        self.currency = currency
        super().__init__(**kwargs)
        self.error_messages["other_currency"] = _("Please give the amount in %(currency)s.") % {
            "currency": currency_name(currency)
        }

    def to_python(self, value: Any) -> int | float | None:
        if not isinstance(value, str):
            return super().to_python(value)
        own = {self.currency, symbol(self.currency)}
        named = set(_SIGNS_OF_MONEY.findall(value))
        if named - own:
            raise ValidationError(self.error_messages["other_currency"], code="other_currency")
        return super().to_python(_SIGNS_OF_MONEY.sub("", value).strip() if named else value)


class PercentageKind(NumberKind):
    name = "percentage"
    label = gettext_lazy("Percentage")
    about = gettext_lazy("A share, from 0 to 100 unless you say otherwise.")
    columns: tuple[str, ...] = ("minimum", "maximum", "decimals")

    def field(self, question):
        least = 0 if question.minimum is None else question.minimum
        most = 100 if question.maximum is None else question.maximum
        return ShareAnswer(least=least, most=most, decimals=question.decimals, **self.common(question))

    def unit_in_words(self, question):
        return _("In per cent.")

    def shown(self, question, answer):
        said = super().shown(question, answer)["words"]
        return {"words": f"{said}\u00a0%" if isinstance(answer, int | float) else said}

    def example(self, question, text, website):
        return max(question.minimum or 0, min(question.maximum or 100, 40))


class MoneyKind(NumberKind):
    name = "money"
    label = gettext_lazy("Amount of money")
    about = gettext_lazy("In one currency, so that amounts can be compared.")
    columns = ("unit", "minimum", "maximum", "decimals")

    def complete(self, question):
        question.unit = question.unit.upper() or CURRENCY

    def field(self, question):
        return AmountAnswer(
            currency=question.unit or CURRENCY,
            least=question.minimum,
            most=question.maximum,
            decimals=question.decimals,
            **self.common(question),
        )

    def unit_in_words(self, question):
        return _("In %(unit)s.") % {"unit": currency_name(question.unit or CURRENCY)}

    def unfit(self, question):
        if question.unit.upper() not in {"", *_currencies()}:
            return _("“%(unit)s” is no currency. Write its three letters, such as EUR or USD.") % {
                "unit": question.unit
            }
        return super().unfit(question)

    def limits(self, question):
        return super().limits(question) | {"unit": question.unit or CURRENCY}

    def shown(self, question, answer):
        if not isinstance(answer, int | float):
            return {"words": str(answer)}
        return {"words": f"{question.get('unit', CURRENCY)}\u00a0{wording.number(answer)}"}

    def example(self, question, text, website):
        return max(question.minimum or 0, min(question.maximum or 25_000, 25_000))


def currency_name(code: str) -> str:
    """“euros (EUR)”, in the reader's language."""
    from babel.numbers import get_currency_name

    return f"{get_currency_name(code, count=2, locale=reader_locale())} ({code})"


def symbol(code: str) -> str:
    """The sign of a currency as people in its country write it: $ for the dollar of the United States, too."""
    from babel.numbers import get_currency_symbol

    return get_currency_symbol(code, locale="en_US")


@cache
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())
