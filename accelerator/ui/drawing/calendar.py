"""Calendars: the entries of a month as a page of weeks, and of any days one under the other."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format

from accelerator import wording


@dataclass(frozen=True)
class CalendarItem:
    """Something in a calendar. `kind` colours it: event, milestone, session, holiday or deadline (whose
    instant is exclusive). What lasts a whole day has no hours."""

    at: datetime
    title: str
    url: str = ""
    end: datetime | None = None
    note: str = ""
    kind: str = "event"
    is_whole_day: bool = False

    @property
    def shown_at(self) -> datetime:
        return wording.last_minute(self.at) if self.kind == "deadline" else self.at


@dataclass(frozen=True)
class DayEntry:
    """An entry as its day shows it: with wall times instead of instants."""

    time: str
    title: str
    url: str
    note: str
    kind: str


@dataclass(frozen=True)
class Day:
    date: date
    entries: list[DayEntry]
    in_month: bool = True
    is_today: bool = False

    @property
    def name(self) -> str:
        return wording.day(self.date)


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday to Sunday, each of seven days."""

    name: str
    weekdays: list[str]
    weeks: list[list[Day]]


def month_grid(year: int, number: int, entries: list[CalendarItem], zone, today: date | None = None) -> Month:
    """One month with its entries, on the wall clock of `zone`."""
    by_day = _by_day(entries, zone)
    weeks = calendar.Calendar().monthdatescalendar(year, number)
    return Month(
        name=date_format(date(year, number, 1), "F Y"),
        weekdays=[date_format(day, "D") for day in weeks[0]],
        weeks=[[Day(d, by_day.get(d, []), d.month == number, d == today) for d in week] for week in weeks],
    )


def week_grid(first: date, name: str, entries: list[CalendarItem], zone, today: date | None = None) -> Month:
    """The seven days from `first` on, drawn as a month of one week."""
    by_day = _by_day(entries, zone)
    week = [first + timedelta(days=number) for number in range(7)]
    return Month(
        name=name,
        weekdays=[date_format(day, "D") for day in week],
        weeks=[[Day(day, by_day.get(day, []), is_today=day == today) for day in week]],
    )


def agenda(entries: list[CalendarItem], zone, today: date | None = None) -> list[Day]:
    """The days on which something happens, in order."""
    return [Day(day, found, is_today=day == today) for day, found in sorted(_by_day(entries, zone).items())]


def _by_day(entries: list[CalendarItem], zone) -> dict[date, list[DayEntry]]:
    zone = wording.as_zone(zone)
    days: dict[date, list[DayEntry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.shown_at):
        time = wording.wall_time(entry.shown_at, zone)
        if entry.is_whole_day:
            time = ""
        elif entry.end:
            time = wording.hours(entry.at, entry.end, zone)
        shown = DayEntry(time, entry.title, entry.url, entry.note, entry.kind)
        days.setdefault(entry.shown_at.astimezone(zone).date(), []).append(shown)
    return days
