"""The season to scale: its months, stretches and days, lying on a wide screen and standing on a narrow one."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.formats import date_format

from accelerator import wording
from accelerator.ui.drawing.scale import percent


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
    label_x: str = ""  # of a stretch, in the lying picture


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
MONTH_LETTER = 7  # and of one of a month's name
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
    _name_months(drawing.months)

    for span in sorted(spans, key=lambda span: span.start):
        x, y = place(span.start)
        length = _days(span.start, span.end)
        words = wording.period(span.start, span.end, zone, year=False, short=True)
        drawing.spans.append(
            Mark(span.label, words, span.kind, x, y, percent(length, whole), round(length * DAY_HEIGHT))
        )

    _set_beside(drawing.spans)

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


def _name_months(months: list[dict]) -> None:
    """What the lying picture calls each month: by its name or, where all have no room for it, in short; "" where a year
    stands in the way."""
    edges = [_lying(month["x"]) for month in months] + [LYING_WIDTH]
    rooms = [after - before for before, after in itertools.pairwise(edges)]

    def width(month: dict, name: str) -> float:
        return len(f"{month[name]} {month['year']}".strip()) * MONTH_LETTER + 12

    fits = all(width(month, "name") <= room for month, room in zip(months, rooms, strict=True))
    taken = 0.0
    for month, left in zip(months, edges, strict=False):
        month["lying"] = month["name" if fits else "short"]
        if left < taken and not month["year"]:
            month["lying"] = ""
        else:
            taken = left + width(month, "name" if fits else "short")


def _set_beside(spans: list[Mark]) -> None:
    """The words of a stretch begin where it does, or end where it does when they would run into those of the next."""
    taken = 0.0
    for mark, after in itertools.zip_longest(spans, spans[1:]):
        left, right = _lying(mark.x), _lying(mark.x) + _lying(mark.width)
        width, limit = _width(mark), _lying(after.x) if after else LYING_WIDTH
        if left + width > limit and right - width >= taken:
            mark.anchor, mark.label_x, taken = "end", f"{right / LYING_WIDTH * 100:.2f}%", right
        else:
            mark.anchor, mark.label_x, taken = "start", mark.x, left + width


def _lying(place: str) -> float:
    """A percentage in pixels of the narrowest lying picture."""
    return float(place.removesuffix("%")) / 100 * LYING_WIDTH


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
    for cluster in _clusters([(_lying(mark.x), mark) for mark in marks]):
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
