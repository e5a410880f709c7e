"""The season of a call as a picture, from its opening to the last day of the programme.

What happens during the programme is known higher up: `points` are functions of the call that yield `Point`.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accelerator.registry import Registry
from accelerator.ui.drawing.season import Point, Season, Span, season
from applications.calls import window
from applications.calls.models import Call

points = Registry()


def picture(call: Call, now: datetime) -> Season:
    def midnight_before(day):
        return window.end_of_day(day - timedelta(days=1), call.zone)

    def midnight_after(day):
        return window.end_of_day(day, call.zone)

    closes_at = call.window.deadline
    return season(
        [
            Span(_("Call open"), call.window.opens_at, closes_at, "call"),
            Span(_("Reviewing"), closes_at, midnight_after(call.reviews_due_on), "review"),
            Span(_("The programme"), midnight_before(call.starts_on), midnight_after(call.ends_on)),
        ],
        [
            Point(_("Deadline"), closes_at, "deadline"),
            Point(_("Answers"), midnight_before(call.decision_on)),
            *(point for contribute in points for point in contribute(call)),
        ],
        call.zone,
        now,
        _("Today"),
    )
