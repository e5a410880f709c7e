"""What managers see of mentoring: hours, gaps, and who has not logged."""

from datetime import timedelta

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_log, make_members, make_mentor, make_session

from mentoring.sessions import hours

WEEK = timedelta(days=7)
END_OF_JANUARY = TUESDAY_14H + 2 * WEEK


@pytest.fixture
def season(call):
    factories.at(JANUARY)
    papyrus, kestrel = make_members(call, 2)
    helene, matteo = make_mentor(call, "Hélène Kervella"), make_mentor(call, "Matteo Fabbriani")
    make_log(make_session(helene, papyrus), minutes=50)
    make_log(make_session(helene, papyrus, TUESDAY_14H + WEEK), minutes=40)
    make_log(make_session(matteo, kestrel, TUESDAY_14H - WEEK), minutes=30)
    make_session(matteo, papyrus, TUESDAY_14H + WEEK + timedelta(hours=1))
    return papyrus.cohort


def test_minutes_are_counted_by_startup_and_by_mentor(season):
    startups = {str(line.who): (line.minutes, line.held) for line in hours.by_startup(season, END_OF_JANUARY)}
    mentors = {str(line.who): (line.minutes, line.held) for line in hours.by_mentor(season)}
    assert startups == {"Papyrus": (90, 2), "Kestrel": (30, 1)}
    assert mentors == {"Hélène Kervella": (90, 2), "Matteo Fabbriani": (30, 1)}


def test_a_startup_without_a_session_for_two_weeks_stands_out(season):
    quiet = [str(line.who) for line in hours.by_startup(season, END_OF_JANUARY) if line.is_quiet]
    assert quiet == ["Kestrel"]


def test_a_session_without_a_log_is_listed_half_an_hour_after_its_end(season):
    ends_at = TUESDAY_14H + WEEK + timedelta(hours=1, minutes=45)
    assert not hours.without_log(season, ends_at + timedelta(minutes=29)).exists()
    (session,) = hours.without_log(season, ends_at + timedelta(minutes=30))
    assert str(session.mentor) == "Matteo Fabbriani"


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (95, "1 h 35 min")]
)
def test_durations_are_said_in_hours_and_minutes(minutes, words):
    assert hours.in_words(minutes) == words


def queries(client, path) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_the_managers_pages_run_the_same_queries_however_much_there_is(call, season, signed_in):
    factories.at(END_OF_JANUARY)
    manager = signed_in(factories.make_manager(call.programme))
    paths = [
        reverse(name, args=[season.public_id])
        for name in ("mentoring_dashboard:overview", "mentoring_dashboard:sessions")
    ]
    paths.append(reverse("admin:index"))
    before = [queries(manager, path) for path in paths]
    papyrus = season.memberships.get(startup__name="Papyrus")
    for number in range(12):
        mentor = make_mentor(call)
        at = TUESDAY_14H + timedelta(days=7, hours=4 + number)
        make_session(mentor, papyrus, at)
        make_log(make_session(mentor, papyrus, at - 2 * WEEK))
    assert [queries(manager, path) for path in paths] == before


def test_the_home_names_the_startups_without_sessions(call, season, signed_in):
    factories.at(END_OF_JANUARY)
    page = signed_in(factories.make_manager(call.programme)).get(reverse("admin:index")).content.decode()
    assert "2 h" in page
    assert "Two weeks without a session" in page
    assert "One session waits for its log." in page
