"""Pictures as numbers: where each line, bar and label of a drawing stands. Pure; templates turn it into SVG.

Horizontal positions are percentages of the width ("12.8%"), so that a drawing fills its column without
stretching its letters; vertical ones are pixels.
"""

import calendar
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.formats import date_format

from accelerator import wording


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}%" if whole else "0%"


# --- The season -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A stretch of the season, half-open. `kind`: call, review or programme."""

    label: str
    start: datetime
    end: datetime
    kind: str = "programme"


@dataclass(frozen=True)
class Point:
    """A day of the season. `kind`: event, deadline or today; a deadline's instant is exclusive."""

    label: str
    at: datetime
    kind: str = "event"


@dataclass
class Mark:
    """One thing drawn: its words, and its place in the lying (x, width) and the standing picture (y, height)."""

    label: str
    date: str
    kind: str
    x: str
    y: int
    width: str = "0%"
    height: int = 0
    anchor: str = "start"
    label_y: int = 0


@dataclass
class Season:
    """Everything that the season's template draws."""

    months: list[dict] = field(default_factory=list)
    spans: list[Mark] = field(default_factory=list)
    points: list[Mark] = field(default_factory=list)
    labels: list[Mark] = field(default_factory=list)
    lying_height: int = 0
    standing_height: int = 0


DAY_HEIGHT = 3  # pixels of a day in the standing picture
LINE_HEIGHT = 26  # the least distance of two labels in it
LYING_WIDTH = 990  # the narrowest column in which the lying picture is shown
LETTER = 8.2  # pixels of an average letter of a label, on the generous side
FIRST_LANE, LANE = 118, 52  # where labels under the axis stand, and how far apart their lanes are


def season(
    spans: list[Span], points: list[Point], zone, now: datetime | None = None, today: str = ""
) -> Season:
    """The season to scale, from the first of its first month to the end of its last.

    `today` is the word for the present day; without it, or with `now` outside the season, it is not drawn.
    """
    zone = wording.as_zone(zone)
    starts = [span.start for span in spans] + [point.at for point in points]
    ends = [span.end for span in spans] + [point.at for point in points]
    first = _month_start(min(starts).astimezone(zone))
    last = _next_month(_month_start(wording.last_minute(max(ends)).astimezone(zone)))
    whole = _days(first, last)
    if today and now and first <= now < last:
        points = [*points, Point(today, now, "today")]

    def place(at):
        return percent(_days(first, at), whole), round(_days(first, at) * DAY_HEIGHT)

    drawing = Season(standing_height=round(whole * DAY_HEIGHT))
    month = first
    while month < last:
        x, y = place(month)
        year = month.year if month.month == 1 else ""
        drawing.months.append(
            {"name": date_format(month, "F"), "short": date_format(month, "M"), "year": year, "x": x, "y": y}
        )
        month = _next_month(month)

    for span in sorted(spans, key=lambda span: span.start):
        x, y = place(span.start)
        length = _days(span.start, span.end)
        words = wording.period(span.start, span.end, zone, year=False, short=True)
        drawing.spans.append(
            Mark(span.label, words, span.kind, x, y, percent(length, whole), round(length * DAY_HEIGHT))
        )

    for point in sorted(points, key=lambda point: point.at):
        x, y = place(point.at)
        said = wording.last_minute(point.at) if point.kind == "deadline" else point.at
        anchor = "end" if _days(first, point.at) > 0.93 * whole else "start"
        drawing.points.append(
            Mark(point.label, wording.short_day(said, zone), point.kind, x, y, anchor=anchor)
        )

    lanes = _into_lanes(drawing.points)
    drawing.lying_height = FIRST_LANE + LANE * lanes - 20
    drawing.labels = _pushed_apart(drawing.spans + drawing.points)
    if drawing.labels:
        drawing.standing_height = max(drawing.standing_height, drawing.labels[-1].label_y + LINE_HEIGHT)
    return drawing


def _days(start: datetime, end: datetime) -> float:
    return (end - start) / timedelta(days=1)


def _month_start(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next_month(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


@dataclass(frozen=True)
class _Label:
    """Where words may stand under the axis: a line leads from `x` down to their lane."""

    x: float
    left: float
    right: float
    lane: int
    anchor: str

    def is_clear_of(self, other: "_Label") -> bool:
        if self.lane == other.lane:
            return self.right <= other.left or other.right <= self.left
        deeper, upper = (self, other) if self.lane > other.lane else (other, self)
        return not upper.left < deeper.x < upper.right


def _into_lanes(marks: list[Mark]) -> int:
    """Set every label beside its line, in as few lanes as let no word meet a word or a line; returns how many."""
    lanes = 0
    for cluster in _clusters([(float(mark.x[:-1]) / 100 * LYING_WIDTH, mark) for mark in marks]):
        places = [(x, _width(mark)) for x, mark in cluster]
        tried = (_arranged(places, count) for count in range(1, len(places) + 1))
        labels = (
            next((found for found in tried if found), None)
            or tuple(
                _Label(x, x, x + width, lane, "start") for lane, (x, width) in enumerate(reversed(places))
            )[::-1]
        )
        for (_x, mark), label in zip(cluster, labels, strict=True):
            mark.anchor, mark.label_y = label.anchor, FIRST_LANE + LANE * label.lane
            lanes = max(lanes, label.lane + 1)
    return lanes


def _width(mark: Mark) -> float:
    return max(len(mark.label), len(mark.date)) * LETTER + 12


def _clusters(placed: list[tuple[float, Mark]]) -> list[list[tuple[float, Mark]]]:
    """Marks in order, parted where the words of neighbours could not meet on whichever side they stand."""
    clusters: list[list[tuple[float, Mark]]] = []
    reach = float("-inf")
    for x, mark in placed:
        if x - _width(mark) >= reach:
            clusters.append([])
        clusters[-1].append((x, mark))
        reach = max(reach, x + _width(mark))
    return clusters


def _arranged(places, lanes: int, done: tuple[_Label, ...] = ()) -> tuple[_Label, ...] | None:
    if not places:
        return done
    (x, width), *others = places
    for lane in range(lanes):
        for anchor, left in (("start", x), ("end", x - width)):
            label = _Label(x, left, left + width, lane, anchor)
            fits = (
                left >= 0 and label.right <= LYING_WIDTH and all(label.is_clear_of(other) for other in done)
            )
            if fits and (found := _arranged(others, lanes, (*done, label))):
                return found
    return None


def _pushed_apart(marks: list[Mark]) -> list[Mark]:
    """The labels of the standing picture in order of time, none nearer to the one before than a line."""
    labels, free = [], 0
    for mark in sorted(marks, key=lambda mark: (mark.y, mark.kind != "deadline")):
        label_y = max(mark.y + 14, free)
        labels.append(
            Mark(mark.label, mark.date, mark.kind, mark.x, mark.y, height=mark.height, label_y=label_y)
        )
        free = label_y + LINE_HEIGHT
    return labels


# --- Calendars --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """Something in a calendar. `kind` colours it: event, session or deadline (whose instant is exclusive)."""

    at: datetime
    title: str
    url: str = ""
    end: datetime | None = None
    note: str = ""
    kind: str = "event"

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


def month(year: int, number: int, entries: list[Entry], zone, today: date | None = None) -> Month:
    """One month with its entries, on the wall clock of `zone`."""
    by_day = _by_day(entries, zone)
    weeks = calendar.Calendar().monthdatescalendar(year, number)
    return Month(
        name=date_format(date(year, number, 1), "F Y"),
        weekdays=[date_format(day, "D") for day in weeks[0]],
        weeks=[[Day(d, by_day.get(d, []), d.month == number, d == today) for d in week] for week in weeks],
    )


def agenda(entries: list[Entry], zone, today: date | None = None) -> list[Day]:
    """The days on which something happens, in order."""
    return [Day(day, found, is_today=day == today) for day, found in sorted(_by_day(entries, zone).items())]


def _by_day(entries: list[Entry], zone) -> dict[date, list[DayEntry]]:
    zone = wording.as_zone(zone)
    days: dict[date, list[DayEntry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.shown_at):
        time = wording.wall_time(entry.shown_at, zone)
        if entry.end:
            time = wording.hours(entry.at, entry.end, zone)
        shown = DayEntry(time, entry.title, entry.url, entry.note, entry.kind)
        days.setdefault(entry.shown_at.astimezone(zone).date(), []).append(shown)
    return days


# --- Charts -----------------------------------------------------------------------------------------------


def bars(rows) -> list[dict]:
    """Lying bars, the longest across the whole width: rows of (label, value)."""
    most = max((value for _label, value in rows), default=0)
    return [{"label": label, "value": value, "width": percent(value, most)} for label, value in rows]


COLUMN_HEIGHT = 120


def columns(counts) -> dict:
    """Standing bars side by side: (label, value) or (label, value, stands out)."""
    counts = [(*count, False)[:3] for count in counts]
    most = max((value for _label, value, _marked in counts), default=0)
    drawn = []
    tallest = next((place for place, (_label, value, _marked) in enumerate(counts) if value == most), None)
    for place, (label, value, marked) in enumerate(counts):
        height = round(COLUMN_HEIGHT * value / most) if most else 0
        drawn.append(
            {
                "label": label,
                "value": value,
                "marked": marked,
                "is_told": bool(value) and (marked or place == tallest),
                "x": percent(place, len(counts)),
                "middle": percent(place + 0.4, len(counts)),
                "width": percent(0.8, len(counts)),
                "y": COLUMN_HEIGHT - height,
                "height": height,
            }
        )
    return {"columns": drawn, "most": most, "height": COLUMN_HEIGHT}


def interval(
    low: float,
    middle: float,
    high: float,
    least: float,
    most: float,
    mark: float | None = None,
    dots: Iterable[float] = (),
) -> dict:
    """A value and how sure it is, on a scale from `least` to `most`; `dots` are what it was made from."""

    def x(value):
        return percent(min(max(value, least), most) - least, most - least)

    return {
        "low": x(low),
        "middle": x(middle),
        "high": x(high),
        "mark": None if mark is None else x(mark),
        "dots": [x(dot) for dot in dots],
        "words": f"{middle:.2f} ({low:.2f}–{high:.2f})",
    }


def waterfall(amounts) -> dict:
    """How one value becomes another: rows of (label, amount, is a change), the first and the last being values.

    The scale runs between the whole points around everything shown, for the changes are small beside the values.
    """
    sums, running = [], 0.0
    for _label, amount, is_change in amounts:
        start, running = running, running + float(amount) if is_change else float(amount)
        sums.append((start if is_change else running, running))
    least = math.floor(min(min(pair) for pair in sums))
    most = max(least + 1, math.ceil(max(max(pair) for pair in sums)))

    def x(value):
        return percent(value - least, most - least)

    rows = [
        {
            "label": label,
            "said": wording.signed(amount) if is_change else f"{amount:.2f}",
            "is_change": is_change,
            "is_less": amount < 0,
            "x": x(min(start, end)),
            "width": percent(abs(end - start), most - least),
            "end": x(end),
        }
        for (label, amount, is_change), (start, end) in zip(amounts, sums, strict=True)
    ]
    return {"rows": rows, "least": least, "most": most}


def spread(values, least: float, most: float) -> dict:
    """Single values as dots on one line; equal ones stand above each other."""
    seen: dict[float, int] = {}
    dots = []
    for value in sorted(values):
        dots.append({"x": percent(value - least, most - least), "y": 13 - 5 * min(seen.get(value, 0), 2)})
        seen[value] = seen.get(value, 0) + 1
    return {"dots": dots, "words": ", ".join(f"{value:g}" for value in sorted(values))}
