"""Which days a calendar page shows, and what comes before and after them. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.formats import date_format

DAY = timedelta(days=1)
YEARS = range(2000, 2100)
WEEKS_OF_AGENDA = 4


class CalendarView(StrEnum):
    MONTH = "month"
    WEEK = "week"
    AGENDA = "agenda"


@dataclass(frozen=True)
class CalendarPeriod:
    """The days `first` up to, and not including, `after`; `shown_from` and `shown_until` with the weeks they share."""

    view: CalendarView
    first: date
    after: date
    earlier: date
    name: str

    @property
    def shown_from(self) -> date:
        return monday(self.first) if self.view == CalendarView.MONTH else self.first

    @property
    def shown_until(self) -> date:
        return monday(self.after - DAY) + 7 * DAY if self.view == CalendarView.MONTH else self.after


def day_asked(written: str, today: date) -> date:
    """A day as an address names it; today for any other text, and for a year that nobody plans in."""
    try:
        asked = date.fromisoformat(written)
    except ValueError:
        return today
    return asked if asked.year in YEARS else today


def around(view: CalendarView, day: date) -> CalendarPeriod:
    """What a page shows on which this day stands."""
    if view == CalendarView.MONTH:
        first = day.replace(day=1)
        after = (first + 32 * DAY).replace(day=1)
        return CalendarPeriod(view, first, after, (first - DAY).replace(day=1), date_format(first, "F Y"))
    first, length = (monday(day), 7 * DAY) if view == CalendarView.WEEK else (day, WEEKS_OF_AGENDA * 7 * DAY)
    return CalendarPeriod(view, first, first + length, first - length, _days(first, first + length - DAY))


def monday(day: date) -> date:
    return day - day.weekday() * DAY


def midnight(day: date, zone) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=zone)


def _days(first: date, last: date) -> str:
    begins = (
        f"{first.day}" if (first.year, first.month) == (last.year, last.month) else date_format(first, "j F")
    )
    return f"{begins} – {date_format(last, 'j F Y')}"
