"""One's calendar by month, week and in order, on one's own clock; managers look at a programme's, a startup's, a mentor's."""

from datetime import timedelta

import factories
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories_cohort import JANUARY, TUESDAY_14H, make_cohort_cast, make_event, make_membership, make_session

from accelerator import clock
from accelerator.calendar import feeds
from applications.reviewing import conflicts

pytestmark = pytest.mark.django_db
PAGE = reverse("calendars:calendar")
DAY = timedelta(days=1)


@pytest.fixture
def cast(cast):
    factories.at(JANUARY)
    return make_cohort_cast(cast)


def shown(client, **asked) -> dict:
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    return answer.context


def titles(context) -> list[str]:
    return [entry.title for day in context["days"] for entry in day.entries]


@pytest.mark.parametrize("view", ["month", "week", "agenda"])
def test_sessions_and_events_stand_on_their_days_and_today_is_marked(cast, signed_in, view):
    make_event(cast.call, TUESDAY_14H + DAY, kind="kick_off", title="Kick-off")
    context = shown(signed_in(cast.founder), view=view)
    found = {entry.title: (day.date.day, entry) for day in context["days"] for entry in day.entries}
    assert found["Hélène Kervella"][0] == 16
    assert found["Hélène Kervella"][1].time == "14:00–14:45"
    assert found["Kick-off"][1].kind == "milestone"
    if view != "agenda":
        (today,) = [day for week in context["grid"].weeks for day in week if day.is_today]
        assert today.date == JANUARY.date()


def test_a_mentor_far_away_reads_their_own_clock_with_the_programmes_beside_it(cast, signed_in):
    cast.mentor.time_zone = "America/New_York"
    cast.mentor.save()
    context = shown(signed_in(cast.mentor))
    (entry,) = [e for day in context["days"] if day.date.day == 16 for e in day.entries]
    assert entry.time == "08:00–08:45"
    assert "14:00–14:45 Paris time" in entry.note
    assert context["programme_zone"] == "Paris time"
    assert shown(signed_in(cast.founder))["programme_zone"] == ""


def test_the_links_lead_to_the_period_before_and_after_and_every_session_once(cast, signed_in):
    client = signed_in(cast.founder)
    for number in range(1, 9):
        make_session(cast.mentor_profile, cast.membership, TUESDAY_14H + 7 * number * DAY)
    for view in ("month", "week", "agenda"):
        found, address = 0, f"?view={view}&on=2023-11-01"
        while "2024-05" not in address:
            context = client.get(PAGE + address).context
            found += titles(context).count("Hélène Kervella")
            address = context["later_url"]
        assert found == 11


@pytest.mark.parametrize("on", ["yesterday", "2024-13-45", "9999-12-31", "0001-01-01", "2024-01-16T00:00"])
def test_a_day_that_is_none_is_today(cast, signed_in, on):
    assert shown(signed_in(cast.founder), on=on, view="week")["period"].first == JANUARY.date()


def test_managers_look_at_a_programme_a_startup_and_a_mentor_without_their_conflicts(cast, signed_in):
    other = make_membership(cast.call, name="Kestrel")
    make_session(cast.other_mentor_profile, other)
    client, startup = signed_in(cast.manager), f"startup:{cast.membership.startup.public_id}"
    programme = f"programme:{cast.call.programme.slug}"
    both = {"Papyrus · Hélène Kervella", "Kestrel · Matteo Fabbriani"}
    assert both <= set(titles(shown(client, of=programme)))
    assert both & set(titles(shown(client, of=startup))) == {"Papyrus · Hélène Kervella"}
    mentor = f"mentor:{cast.other_mentor_profile.public_id}"
    assert both & set(titles(shown(client, of=mentor))) == {"Kestrel · Matteo Fabbriani"}
    conflicts.recuse(cast.application, who=cast.manager, reason="A cousin", by=cast.manager, now=clock.now())
    assert both & set(titles(shown(client, of=programme))) == {"Kestrel · Matteo Fabbriani"}
    assert client.get(PAGE, {"of": startup}).status_code == 404


def test_nobody_else_looks_at_anothers_calendar(cast, signed_in):
    for of in (
        f"startup:{cast.membership.startup.public_id}",
        f"mentor:{cast.mentor_profile.public_id}",
        "x",
    ):
        for person in (cast.founder, cast.mentor, cast.stranger):
            assert signed_in(person).get(PAGE, {"of": of}).status_code == 404


def test_queries_of_the_page_do_not_grow_with_what_it_shows(cast, signed_in):
    client, of = signed_in(cast.manager), {"of": f"programme:{cast.call.programme.slug}"}
    client.get(PAGE, of)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE, of)
    for number in range(10):
        make_session(cast.other_mentor_profile, cast.membership, TUESDAY_14H + timedelta(hours=number + 1))
        make_event(cast.call, TUESDAY_14H + number * DAY)
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE, of)
    assert len(many) == len(few)


def test_public_holidays_of_the_programmes_place_stand_on_their_days_and_in_no_feed(cast, signed_in):
    cast.founder.time_zone = "America/New_York"
    cast.founder.save()
    context = shown(signed_in(cast.founder), on="2024-05-01")
    found = {
        day.date.day: entry for day in context["days"] for entry in day.entries if entry.kind == "holiday"
    }
    assert list(found) == [1, 8, 9, 20]
    assert (found[1].title, found[1].time, found[1].note) == ("Labor Day", "", "")
    mine = feeds.make(cast.founder, "mine", now=JANUARY)
    entries = feeds.entries(mine, feeds.subject_of(mine), JANUARY)
    assert "holiday" not in {entry.kind for entry in entries}
    assert "holiday" not in {
        entry.kind
        for day in shown(signed_in(cast.rival_founder), on="2024-05-01")["days"]
        for entry in day.entries
    }
