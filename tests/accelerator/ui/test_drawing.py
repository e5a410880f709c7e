import itertools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accelerator.ui.drawing import calendar, charts
from accelerator.ui.drawing.season import LETTER, LINE_HEIGHT, LYING_WIDTH, Point, Span, season

PARIS = ZoneInfo("Europe/Paris")


def paris(*parts):
    return datetime(*parts, tzinfo=PARIS)


def the_season(now=None):
    spans = [
        Span("Call", paris(2023, 11, 8), paris(2023, 12, 2), "call"),
        Span("Six months", paris(2024, 1, 8), paris(2024, 7, 1)),
    ]
    points = [
        Point("Deadline", paris(2023, 12, 2), "deadline"),
        Point("Answers", paris(2023, 12, 4)),
        Point("Demo day", paris(2024, 6, 20, 17)),
    ]
    return season(spans, points, PARIS, now, "Today")


def test_the_season_is_drawn_in_whole_months_and_to_scale():
    drawn = the_season()
    assert [month["short"] for month in drawn.months] == [
        "Nov",
        "Dec",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
    ]
    call, months = drawn.spans
    assert call.date == "8 Nov – 1 Dec"
    assert abs(float(months.width[:-1]) / float(call.width[:-1]) - 175 / 24) < 0.05
    assert float(months.x[:-1]) + float(months.width[:-1]) == 100


def test_a_deadline_in_the_season_bears_its_last_day():
    assert [point.date for point in the_season().points if point.kind == "deadline"] == ["1 Dec"]


def test_today_is_drawn_only_within_the_season():
    assert "Today" in [point.label for point in the_season(paris(2023, 11, 28)).points]
    assert "Today" not in [point.label for point in the_season(paris(2025, 1, 1)).points]


def test_labels_that_would_meet_stand_on_lines_of_their_own():
    drawn = the_season()
    lines = [label.label_y for label in drawn.labels]
    assert all(later - earlier >= LINE_HEIGHT for earlier, later in itertools.pairwise(lines))
    assert drawn.standing_height > lines[-1]


@pytest.mark.parametrize("day", [*range(9, 31)])
@pytest.mark.parametrize("month", [11, 12])
def test_no_word_under_the_axis_meets_a_word_or_the_line_of_another_on_any_day(month, day):
    points = the_season(paris(2023, month, day)).points
    for one, other in itertools.permutations(points, 2):
        x, at = (float(mark.x[:-1]) * LYING_WIDTH / 100 for mark in (one, other))
        width = max(len(one.label), len(one.date)) * LETTER
        left, right = (x, x + width) if one.anchor == "start" else (x - width, x)
        if other.label_y > one.label_y:
            assert not left < at < right
        elif other.label_y == one.label_y and other.anchor == "start":
            assert not left < at + 1 < right


@pytest.mark.parametrize("months", [8, 16, 30, 48])
def test_no_name_of_a_month_or_a_stretch_over_the_axis_meets_the_next_in_a_season_of_any_length(months):
    closes = paris(2023 + (months - 6) // 12, 1 + (months - 6) % 12, 17)
    starts = closes + timedelta(days=24)
    spans = [
        Span("Call open", paris(2023, 1, 28), closes, "call"),
        Span("Reviews", closes, closes + timedelta(days=14), "review"),
        Span("The programme", starts, starts + timedelta(days=150)),
    ]
    drawn = season(spans, [], PARIS)
    named = [month for month in drawn.months if month["lying"]]
    assert named[0] is drawn.months[0]
    assert all(month["lying"] for month in drawn.months if month["year"])
    for month, after in itertools.pairwise(named):
        words = f"{month['lying']} {month['year']}".strip()
        left, right = (float(one["x"][:-1]) * LYING_WIDTH / 100 for one in (month, after))
        assert left + 6.5 * len(words) <= right, words
    places = []
    for span in drawn.spans:
        x, width = float(span.label_x[:-1]) * LYING_WIDTH / 100, max(len(span.label), len(span.date)) * 7
        places.append((x - width, x) if span.anchor == "end" else (x, x + width))
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(places)), places


def test_a_month_has_whole_weeks_and_puts_entries_on_the_day_of_their_zone():
    late = calendar.CalendarItem(paris(2024, 1, 18, 23, 30), "Call with California")
    month = calendar.month_grid(2024, 1, [late], ZoneInfo("Asia/Tokyo"), today=date(2024, 1, 19))
    days = [day for week in month.weeks for day in week]
    assert month.name == "January 2024"
    assert month.weekdays[0] == "Mon"
    assert all(len(week) == 7 for week in month.weeks)
    assert [(day.date, day.is_today) for day in days if day.entries] == [(date(2024, 1, 19), True)]


def test_a_deadline_stands_in_the_calendar_on_its_last_day():
    (day,) = calendar.agenda([calendar.CalendarItem(paris(2024, 1, 20), "Figures", kind="deadline")], PARIS)
    assert day.date == date(2024, 1, 19)
    assert day.entries[0].time == "23:59"


def test_charts_of_nothing_are_empty_and_do_not_divide_by_it():
    assert charts.bars([]) == []
    assert charts.bars([("Marée Basse", 0)])[0]["width"] == "0%"
    assert charts.columns([("8 Nov", 0)])["columns"][0]["height"] == 0
    assert charts.spread([], 0, 10)["dots"] == []


def test_the_first_of_the_tallest_and_the_marked_columns_say_their_figure():
    drawn = charts.columns([("29 Nov", 4), ("30 Nov", 4), ("1 Dec", 0, True), ("2 Dec", 3, True)])["columns"]
    assert [column["is_told"] for column in drawn] == [True, False, False, True]


def test_an_interval_stays_on_its_scale():
    drawn = charts.interval(-1, 5, 11, 0, 10)
    assert (drawn["low"], drawn["middle"], drawn["high"]) == ("0.00%", "50.00%", "100.00%")


def test_equal_scores_stand_above_each_other():
    dots = charts.spread([8, 8, 7], 0, 10)["dots"]
    assert dots[1]["x"] == dots[2]["x"]
    assert dots[1]["y"] != dots[2]["y"]
