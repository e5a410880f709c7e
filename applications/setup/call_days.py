"""The days of a call that stand the wrong way round, in words."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accelerator import wording
from applications.calls import order

NAMES_OF_DAYS = {
    "last_day": gettext_lazy("the last day of the call"),
    "reviews_due_on": gettext_lazy("the day on which the reviews are due"),
    "decision_on": gettext_lazy("the day of the answers"),
    "starts_on": gettext_lazy("the first day of the programme"),
    "ends_on": gettext_lazy("the last day of the programme"),
}


def out_of_order(found: order.WrongWayRound) -> str:
    days = {
        "earlier": NAMES_OF_DAYS[found.earlier],
        "later": capfirst(NAMES_OF_DAYS[found.later]),
        "day": wording.day(found.first),
    }
    if found.later == "ends_on":
        return _("%(later)s comes after %(earlier)s, %(day)s. Choose a later one.") % days
    return _("%(later)s cannot be before %(earlier)s, %(day)s. Choose a later one.") % days
