"""The season of a call as a picture, from its opening to the last day of the programme.

What happens during the programme is known higher up: `points` are functions of the call that yield `drawing.Point`.
"""

from datetime import timedelta

from django.utils.translation import gettext as _

from accelerator.registry import Registry
from accelerator.ui import drawing
from applications.calls import window
from applications.calls.models import Call

points = Registry()


def picture(call: Call, now) -> drawing.Season:
    def midnight_before(day):
        return window.end_of_day(day - timedelta(days=1), call.zone)

    def midnight_after(day):
        return window.end_of_day(day, call.zone)

    closes_at = call.window.closes_at
    return drawing.season(
        [
            drawing.Span(_("Call open"), call.window.opens_at, closes_at, "call"),
            drawing.Span(_("Reviewing"), closes_at, midnight_after(call.reviews_due_on), "review"),
            drawing.Span(_("The programme"), midnight_before(call.starts_on), midnight_after(call.ends_on)),
        ],
        [
            drawing.Point(_("Deadline"), closes_at, "deadline"),
            drawing.Point(_("Answers"), midnight_before(call.decision_on)),
            *(point for contribute in points for point in contribute(call)),
        ],
        call.zone,
        now,
        _("Today"),
    )
