"""A number, between two limits or without; a whole one, unless the question lets it have decimals."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import wording
from accelerator.ui.typed_fields import NumberField
from applications.questions.kinds.base import Kind, given

MOST_DECIMALS = 2  # with three, "1.234" could be read in two ways
LARGEST = 2_147_483_647  # that the column of a limit holds
LONGEST_UNIT = 20  # signs
LONGEST_YEAR = 9999  # what fills a column of the startup is the year of its founding


def unfit_limits(question) -> str:
    """Why a limit cannot be kept; "" when both can. The driver would store another number, without a word."""
    if all(
        -LARGEST <= limit <= LARGEST for limit in (question.minimum, question.maximum) if limit is not None
    ):
        return ""
    return _("A limit is a number from %(least)s to %(most)s.") % {"least": -LARGEST, "most": LARGEST}


def unfit_decimals(decimals: int) -> str:
    """Why a number cannot have so many; "" when it can."""
    if 0 <= decimals <= MOST_DECIMALS:
        return ""
    return _("A number has at most %(most)s digits after the point.") % {"most": MOST_DECIMALS}


class NumberKind(Kind):
    name = "integer"
    label = gettext_lazy("Number")
    about = gettext_lazy("A number with its unit, between two limits.")
    columns: tuple[str, ...] = ("minimum", "maximum", "decimals", "unit")

    def field(self, question):
        limits = {"least": question.minimum, "most": question.maximum}
        if question.fills:
            limits = {"least": question.minimum or 0, "most": question.maximum or LONGEST_YEAR}
        decimals = 0 if question.fills else question.decimals
        return NumberField(**limits, decimals=decimals, **self.common(question))

    def common(self, question):
        common = super().common(question)
        return common | {
            "help_text": " ".join(filter(None, [common["help_text"], self.unit_in_words(question)]))
        }

    def unit_in_words(self, question) -> str:
        """What the number counts, as the last words of the help; "" where the label says enough."""
        return _("In %(unit)s.") % {"unit": question.unit} if question.unit else ""

    def unfit(self, question):
        if sentence := unfit_limits(question):
            return sentence
        least, most = question.minimum, question.maximum
        if least is not None and most is not None and least > most:
            return _("No number is at least %(least)s and at most %(most)s.") % {"least": least, "most": most}
        return unfit_decimals(question.decimals)

    def limits(self, question):
        limits = {"min": question.minimum, "max": question.maximum, "decimals": question.decimals or None}
        return given(limits | {"unit": question.unit or None})

    def shown(self, question, answer):
        said = wording.number(answer) if isinstance(answer, int | float) else str(answer)
        return {"words": " ".join(filter(None, [said, question.get("unit")]))}

    def entry(self):
        from applications.questions.kinds.entries import NumberEntry

        return NumberEntry

    def example(self, question, text, website):
        return question.minimum or 3
