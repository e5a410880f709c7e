"""The calendar of the six months: the cohort's events, and what higher applications add.

`entries` are functions `(cohort, user, since, until)` that yield CalendarItem for what this person takes part in.
"""

from datetime import date, datetime

from accelerator.registry import Registry
from accelerator.ui.drawing.calendar import CalendarItem
from cohorts.admission.models import Cohort

entries = Registry()


@entries
def events(cohort: Cohort, user, since: datetime, until: datetime):
    for event in cohort.call.events.standing().filter(starts_at__gte=since, starts_at__lt=until):
        yield CalendarItem(
            at=event.starts_at,
            end=event.ends_at,
            title=str(event.title),
            note=event.place,
            url=event.get_absolute_url(),
        )


def between(cohort: Cohort, user, since: datetime, until: datetime) -> list[CalendarItem]:
    """Everything in `since <= at < until`, in order."""
    found = [entry for contribute in entries for entry in contribute(cohort, user, since, until)]
    return sorted(found, key=lambda entry: entry.at)


def months(cohort: Cohort) -> list[date]:
    """The first day of each month that the cohort touches."""
    found, month = [], cohort.starts_on.replace(day=1)
    while month <= cohort.ends_on:
        found.append(month)
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return found
